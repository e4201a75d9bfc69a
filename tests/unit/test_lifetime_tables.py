"""The kept tables of lifetimes and maps follow from their own rows of runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from benchmarks.lifetime_runs import LARGE, PLANS, parameters_of
from benchmarks.lifetimes import at_risk, by_size, fits
from benchmarks.map_points import NETWORKS, POINTS, Point
from benchmarks.maps import by_point
from benchmarks.runs import TABLES
from cortexnet.analysis.meanfield.lognormal_moments import recurrent_in_degree
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.models.spontaneous_activity.released_conductance import mean_released_conductance


def kept(name: str) -> pd.DataFrame:
    return pd.read_csv(TABLES / f"{name}.csv")


def same(computed: pd.DataFrame, name: str) -> bool:
    """Whether a table is the kept one, to the digits that are kept."""
    stored = kept(name)
    if list(computed.columns) != list(stored.columns) or len(computed) != len(stored):
        return False
    return all(
        np.allclose(
            computed[column].to_numpy(dtype=np.float64),
            stored[column].to_numpy(dtype=np.float64),
            rtol=2e-4,
            atol=2e-6,  # of spreads: numbers near 1 are kept to six digits
            equal_nan=True,
        )
        for column in computed
    )


def forgotten_survival(runs: pd.DataFrame) -> pd.DataFrame:
    return runs.assign(survived=False)


def one_longer_life(runs: pd.DataFrame) -> pd.DataFrame:
    return runs.assign(lifetime_s=runs["lifetime_s"] + 0.5 * (runs.index == 0))


REDUCTIONS = [
    pytest.param(by_size, "lifetime_runs", "lifetimes", id="lifetimes"),
    pytest.param(fits, "lifetime_runs", "lifetime_fit", id="fit"),
    pytest.param(by_point, "maps_runs", "maps_simulation", id="maps"),
]


@pytest.mark.parametrize(("reduce", "runs", "table"), REDUCTIONS)
def test_kept_tables_follow_from_the_kept_runs(
    reduce: Callable[[pd.DataFrame], pd.DataFrame], runs: str, table: str
) -> None:
    assert same(reduce(kept(runs)), table)
    assert not same(reduce(forgotten_survival(kept(runs))), table)
    assert not same(reduce(one_longer_life(kept(runs))), table)


def test_every_planned_run_is_kept_once() -> None:
    runs = kept("lifetime_runs")
    planned = [(plan.n_excitatory, seed) for plan in (*PLANS, *LARGE) for seed in range(1, plan.networks + 1)]
    assert sorted(zip(runs["n_excitatory"], runs["seed"], strict=True)) == sorted(planned)
    assert len(kept("maps_runs")) == len(POINTS) * len(NETWORKS)


def test_a_run_is_as_long_as_it_was_watched_exactly_if_it_survived() -> None:
    runs = kept("lifetime_runs")
    assert ((runs["lifetime_s"] == runs["duration_s"]) == runs["survived"]).all()


def test_runs_are_counted_from_the_origin_if_they_were_alive_there() -> None:
    runs = pd.DataFrame(
        {
            "n_excitatory": [5_000, 5_000, 5_000, 20_000],
            "lifetime_s": [0.05, 0.3, 4.0, 4.0],
            "survived": [False, False, True, True],
        }
    )
    assert at_risk(runs)["time_s"].tolist() == pytest.approx([0.2, 3.9])
    assert at_risk(runs, 1.0)["time_s"].tolist() == pytest.approx([3.0])


@pytest.mark.parametrize("n_excitatory", [5_000, 5_500, 7_000, 40_000])
def test_in_degrees_are_those_of_the_published_size(n_excitatory: int) -> None:
    si, published = parameters_of(n_excitatory).as_si(), Parameters().as_si()
    assert recurrent_in_degree(si) == pytest.approx(recurrent_in_degree(published), rel=2e-4)
    of_inhibitory = si["connection_probability_inhibitory"] * si["n_inhibitory"]
    assert of_inhibitory == pytest.approx(1000)


@pytest.mark.parametrize(("width", "factor"), [(0.8, 1.14), (1.0, 1.0), (1.3, 0.9)])
def test_points_have_the_mean_released_conductance_that_they_are_named_by(
    width: float, factor: float
) -> None:
    parameters = Point(width, factor).parameters
    wanted = factor * mean_released_conductance(Parameters())
    assert mean_released_conductance(parameters) == pytest.approx(wanted, rel=1e-6)


def test_the_published_point_is_the_published_set() -> None:
    assert Point().label["epsp_mode_mv"] == pytest.approx(0.2)
    assert Point().label["strong_synapses_per_cell"] == pytest.approx(44, abs=0.5)

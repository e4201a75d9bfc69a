"""The tables of the two comparisons; error probability and power are tested in tests/statistical."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cortexnet.analysis.comparison import compare_predictions, compare_runs
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(9)
FIRST = pd.DataFrame({"rate": RNG.normal(1.7, 0.02, 10), "cv": RNG.normal(0.94, 0.01, 10)})
SECOND = pd.DataFrame({"cv": RNG.normal(0.94, 0.01, 10), "rate": RNG.normal(1.9, 0.02, 10)})


def test_runs_are_compared_quantity_by_quantity() -> None:
    comparison = compare_runs(FIRST, SECOND, level=0.001)
    table = comparison.table.set_index("quantity")
    assert comparison.rejected
    assert table["rejected"].to_dict() == {"rate": True, "cv": False}
    assert table.loc["rate", "difference"] == pytest.approx(SECOND["rate"].mean() - FIRST["rate"].mean())
    welch = stats.ttest_ind(SECOND["rate"], FIRST["rate"], equal_var=False)
    assert table.loc["rate", "difference"] / table.loc["rate", "standard_error"] == pytest.approx(
        welch.statistic
    )
    assert table.loc["rate", "p_value"] == pytest.approx(2 / 184_756)
    assert table.loc["rate", "p_value_holm"] == pytest.approx(4 / 184_756)
    assert (table["n_first"] == 10).all()
    assert (table["n_second"] == 10).all()


def test_equal_runs_are_not_told_apart() -> None:
    comparison = compare_runs(FIRST, FIRST)
    assert not comparison.rejected
    assert (comparison.table["p_value"] == 1).all()


def test_too_few_runs_to_reject_anything_are_refused() -> None:
    with pytest.raises(ParameterError, match="5 against 5 cannot reject"):
        compare_runs(FIRST[:5], SECOND[:5], level=0.001)
    # The smallest p-value is 2/252: of two quantities none can be rejected at 0.01, of one it can.
    with pytest.raises(ParameterError, match="of 2 quantities"):
        compare_runs(FIRST[:5], SECOND[:5], level=0.01)
    assert compare_runs(FIRST[["rate"]][:5], SECOND[["rate"]][:5], level=0.01).rejected


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        (FIRST, SECOND[["rate"]], "rate"),
        (FIRST[["rate"]], SECOND, "cv"),
        (FIRST[[]], SECOND[[]], "not none"),
        (FIRST.assign(cv=math.nan), SECOND, "cv is undefined"),
        (FIRST, SECOND.assign(rate=math.inf), "rate is undefined"),
    ],
)
def test_incomparable_runs_are_refused(first: pd.DataFrame, second: pd.DataFrame, named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        compare_runs(first, second)


SIMULATION = pd.DataFrame(
    [
        ("excitatory", "rate", 2.0, "Hz", 0.1),
        ("excitatory", "membrane_potential_mean", -60.0, "mV", 0.2),
        ("excitatory", "membrane_potential_sd", 4.0, "mV", 0.05),
        ("excitatory", "cv_isi", 0.94, "1", 0.01),
        ("inhibitory", "rate", 10.0, "Hz", 0.3),
    ],
    columns=["population", "quantity", "value", "unit", "standard_error"],
)
PREDICTION = {
    "method": "siegert",
    "branch": "high",
    "stable": True,
    "valid": False,
    "rate_excitatory_hz": 50.0,
    "rate_inhibitory_hz": 100.0,
    "membrane_potential_mean_excitatory_mv": -57.0,
    "membrane_potential_sd_excitatory_mv": 6.0,
}
SILENT = PREDICTION | {"branch": "silent", "rate_excitatory_hz": 0.0, "rate_inhibitory_hz": 0.0}
PUBLISHED = {"rate_excitatory_hz": 1.6, "rate_inhibitory_hz": 14.0}


def test_predictions_beside_simulated_and_published_values() -> None:
    table = compare_predictions(SIMULATION, [SILENT, PREDICTION], PUBLISHED)
    assert table["source"].tolist() == ["paper"] * 2 + ["simulation"] * 4 + ["siegert"] * 8
    rows = table.set_index(["source", "branch", "population", "quantity"]).sort_index()
    high = rows.loc[("siegert", "high")]
    assert high.loc[("excitatory", "rate"), "relative_difference"] == pytest.approx(24)
    assert high.loc[("excitatory", "membrane_potential_mean"), "difference"] == pytest.approx(3)
    assert math.isnan(high.loc[("excitatory", "membrane_potential_mean"), "relative_difference"])
    assert high.loc[("excitatory", "membrane_potential_sd"), "relative_difference"] == pytest.approx(0.5)
    assert not high["valid"].any()
    assert rows.loc[("siegert", "silent", "excitatory", "rate"), "relative_difference"] == -1
    paper = table[table["source"] == "paper"]
    np.testing.assert_allclose(paper["relative_difference"], [-0.2, 0.4])
    assert paper["stable"].isna().all()
    simulated = table[table["source"] == "simulation"]
    assert simulated["standard_error"].tolist() == [0.1, 0.2, 0.05, 0.3]
    assert (simulated["difference"] == 0).all()
    assert table.loc[table["source"] != "simulation", "standard_error"].isna().all()


@pytest.mark.parametrize("simulated", [0.0, math.nan])
def test_a_silent_simulation_has_no_relative_difference(simulated: float) -> None:
    table = compare_predictions(SIMULATION.assign(value=simulated), [PREDICTION], PUBLISHED)
    assert table["relative_difference"].isna().all()


def test_table_survives_csv() -> None:
    """Columns are text, truth values and numbers, missing ones included."""
    table = compare_predictions(SIMULATION, [PREDICTION], PUBLISHED)
    assert "siegert,high,True,False,excitatory,rate,50.0,Hz,,48.0,24.0" in table.to_csv(index=False)

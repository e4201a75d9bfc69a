"""From a recording to its numbers: the window, the names, and every value by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from cortexnet.analysis import recordings, summary
from cortexnet.analysis.recordings import RecordingLike, trains_of, window_of
from cortexnet.analysis.summary import SUMMARY_NAMES, summary_numbers, summary_table
from cortexnet.analysis.tables import (
    cell_table,
    correlation_table,
    population_rate_table,
    potential_density_table,
    regression_table,
    survival_table,
    variability_table,
)
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")

SIZES = {"excitatory": 4, "inhibitory": 1}
KICK = 0.5  # s: before the warm-up ends
EXCITATORY = {
    0: [KICK, 1.0, 1.2, 1.4, 1.6, 1.8],  # a clock of 5 spikes from the edge of the window on
    1: [1.1, 1.2, 1.5, 1.6, 1.9, 2.0, 2.3, 2.4, 2.7, 2.8],  # intervals 0.1 and 0.3 in turn
    2: [KICK, 2.5],  # and cell 3 is silent
}
INHIBITORY = {0: [KICK, 1.5, 2.0, 2.95]}
POTENTIALS = {
    "excitatory": [(0.5, 0.0), (1.0, -60.0), (1.5, -62.0), (2.0, -64.0), (2.5, -66.0)],
    "inhibitory": [],
}


def recording_of(
    spikes: dict[str, dict[int, list[float]]], potentials: dict | None = POTENTIALS, *, warmup: float = 1.0
) -> RecordingLike:
    rows = [(p, cell, t) for p, cells in spikes.items() for cell, times in cells.items() for t in times]
    spike_table = pd.DataFrame(rows, columns=["population", "neuron", "time_s"]).astype(
        {"population": pd.CategoricalDtype(list(SIZES)), "neuron": "int32", "time_s": float}
    )
    voltages = None
    if potentials is not None:
        rows = [(p, 0, t, v) for p, samples in potentials.items() for t, v in samples]
        voltages = pd.DataFrame(rows, columns=["population", "neuron", "time_s", "voltage_mv"])
    return SimpleNamespace(
        spikes=spike_table.sort_values(["time_s", "population", "neuron"], ignore_index=True),
        voltages=voltages,
        sizes=SIZES,
        duration_s=3.0,
        warmup_s=warmup,
    )


ALIVE = recording_of({"excitatory": EXCITATORY, "inhibitory": INHIBITORY})
SILENT = recording_of({}, None)


def check_numbers(numbers: dict[str, float | None]) -> None:
    """In the window [1, 3) s the excitatory cells have 5, 10, 1 and 0 spikes, the inhibitory one has 3."""
    intervals = np.array([0.1, 0.3] * 4 + [0.1])
    log_rates = np.log10([2.5, 5.0, 0.5])
    expected = {
        "rate_excitatory_hz": 16 / 4 / 2,
        "rate_inhibitory_hz": 3 / 1 / 2,
        "cv_isi_excitatory": (0 + intervals.std() / intervals.mean()) / 2,
        "cv_isi_inhibitory": None,
        "membrane_potential_mean_excitatory_mv": -63.0,
        "membrane_potential_sd_excitatory_mv": math.sqrt(5),
        "membrane_potential_mean_inhibitory_mv": None,
        "membrane_potential_sd_inhibitory_mv": None,
        "log10_rate_mean_excitatory": log_rates.mean(),
        "log10_rate_sd_excitatory": log_rates.std(),
        "silent_fraction_excitatory": 1 / 4,
    }
    assert list(numbers) == list(expected)
    for name, value in expected.items():
        assert numbers[name] == (None if value is None else pytest.approx(value)), name


def test_numbers_by_hand() -> None:
    check_numbers(summary_numbers(ALIVE))


@pytest.mark.parametrize("start", [0.0, 1.1])
def test_a_wrong_window_is_caught(monkeypatch: pytest.MonkeyPatch, start: float) -> None:
    for module in (recordings, summary):
        monkeypatch.setattr(module, "window_of", lambda _: recordings.Window(start, 3.0))
    with pytest.raises(AssertionError):
        check_numbers(summary_numbers(ALIVE))


def test_the_window_ends_with_the_activity() -> None:
    """A last spike at 2 s: rates are those within [1, 2), which it is not in."""
    dead = recording_of({"excitatory": {0: [KICK, 1.2, 1.4], 1: [2.0]}})
    assert window_of(dead) == recordings.Window(1.0, 2.0)
    numbers = summary_numbers(dead)
    assert numbers["rate_excitatory_hz"] == pytest.approx(2 / 4 / 1)
    assert numbers["rate_inhibitory_hz"] == 0
    assert numbers["membrane_potential_mean_excitatory_mv"] == -61


@pytest.mark.parametrize(
    "recording",
    [SILENT, recording_of({"excitatory": {0: [KICK]}}), recording_of({}, warmup=5.0)],
    ids=["silent", "died in the warm-up", "warm-up longer than the run"],
)
def test_what_cannot_be_computed_is_none(recording: RecordingLike) -> None:
    assert summary_numbers(recording) == dict.fromkeys(SUMMARY_NAMES)


def test_numbers_are_plain() -> None:
    """JSON takes them as they are: no NumPy type, no NaN."""
    assert {type(value) for value in summary_numbers(ALIVE).values()} == {float, type(None)}


def test_table_states_errors_and_what_they_rest_on() -> None:
    table = summary_table(ALIVE).set_index(["population", "quantity"])
    rate = table.loc[("excitatory", "rate")]
    # Spikes in [1, 2) and [2, 3): 5 + 5 and 5 + 1 of four cells.
    assert rate["standard_error"] == pytest.approx(np.std([10 / 4, 6 / 4], ddof=1) / math.sqrt(2))
    assert (rate["n"], rate["n_of"], rate["unit"]) == (2, "blocks of 1 s", "Hz")
    cv = table.loc[("excitatory", "cv_isi")]
    assert (cv["n"], cv["n_of"]) == (2, "cells")
    assert table.loc[("inhibitory", "cv_isi"), "n"] == 0
    log_rate = table.loc["excitatory"].loc[["log10_rate_mean", "log10_rate_sd"]]
    sd = np.std(np.log10([2.5, 5.0, 0.5]))
    np.testing.assert_allclose(log_rate["standard_error"], [sd / math.sqrt(3), sd / math.sqrt(6)])
    silent = table.loc[("excitatory", "silent_fraction")]
    assert silent["standard_error"] == pytest.approx(math.sqrt(0.25 * 0.75 / 4))
    potential = table.loc[("excitatory", "membrane_potential_mean")]
    assert potential["standard_error"] == pytest.approx(2)


def test_an_unknown_population_is_named() -> None:
    with pytest.raises(ParameterError, match="'granule': must be one of excitatory, inhibitory"):
        trains_of(ALIVE, "granule")


def test_cells() -> None:
    table = cell_table(ALIVE)
    assert table["population"].tolist() == ["excitatory"] * 4 + ["inhibitory"]
    assert table["neuron"].tolist() == [0, 1, 2, 3, 0]
    assert table["spikes"].tolist() == [5, 10, 1, 0, 3]
    np.testing.assert_allclose(table["rate_hz"], [2.5, 5, 0.5, 0, 1.5])
    assert table["cv_isi"].notna().tolist() == [True, True, False, False, False]
    np.testing.assert_allclose(table["cv2_isi"][1], 1.0)


def test_population_rates() -> None:
    table = population_rate_table(ALIVE, 1.0)
    assert table["population"].tolist() == ["excitatory"] * 2 + ["inhibitory"] * 2
    assert table["time_s"].tolist() == [1.0, 2.0] * 2
    assert table["rate_hz"].tolist() == [10 / 4, 6 / 4, 1.0, 2.0]


def test_potential_densities() -> None:
    table = potential_density_table(ALIVE, [-70.0, -64.0, -60.0, -50.0]).set_index("population")
    assert table.loc["excitatory", "voltage_mv"].tolist() == [-67.0, -62.0, -55.0]
    np.testing.assert_allclose(table.loc["excitatory", "density_per_mv"], [1 / 4 / 6, 2 / 4 / 4, 1 / 4 / 10])
    assert table.loc["inhibitory", "density_per_mv"].isna().all()


def test_variability() -> None:
    table = variability_table(ALIVE, fano_width_s=1.0).set_index(["population", "quantity"])
    # Counts 5, 0 and 5, 5 and 0, 1 in two seconds: variance 12.5, 0, 0.5 by mean 2.5, 5, 0.5.
    assert table.loc[("excitatory", "fano_factor"), "value"] == pytest.approx((5 + 0 + 1) / 3)
    assert table.loc[("excitatory", "fano_factor"), "n"] == 3
    assert table.loc[("inhibitory", "cv_isi"), "n"] == 0
    assert math.isnan(table.loc[("inhibitory", "cv_isi"), "value"])


def test_correlation_and_regression_are_those_of_the_rates_in_bins() -> None:
    correlation = correlation_table(ALIVE, width_s=1.0).set_index("population")
    assert (
        correlation.loc["excitatory", "n_pairs"] == 1
    )  # counts 5, 0 and 0, 1; of cell 1, 5, 5, does not vary
    assert correlation.loc["excitatory", "mean"] == pytest.approx(-1)
    assert math.isnan(correlation.loc["inhibitory", "mean"])
    line = regression_table(ALIVE, width_s=0.5, block_s=1.0).set_index("quantity")
    excitatory, inhibitory = np.array([5, 5, 3, 3]) / 4 / 0.5, np.array([0, 1, 1, 1]) / 0.5
    np.testing.assert_allclose(
        line.loc[["slope", "intercept"], "value"], np.polyfit(excitatory, inhibitory, 1)
    )
    assert line.loc["r", "value"] == pytest.approx(np.corrcoef(excitatory, inhibitory)[0, 1])
    assert line["unit"].tolist() == ["1", "Hz", "1"]
    assert (line["n"] == 2).all()


def test_tables_of_a_silent_recording_are_defined() -> None:
    assert cell_table(SILENT)["rate_hz"].isna().all()
    assert population_rate_table(SILENT).empty
    assert potential_density_table(SILENT, [0.0, 1.0])["density_per_mv"].isna().all()
    assert (variability_table(SILENT)["n"] == 0).all()
    assert correlation_table(SILENT)["mean"].isna().all()
    assert regression_table(SILENT)["value"].isna().all()


def test_survival_of_runs() -> None:
    runs = pd.DataFrame({"lifetime_s": [1.0, 5.0], "survived": [False, True]})
    assert survival_table(runs)["alive"].tolist() == [0.5, 0.5]

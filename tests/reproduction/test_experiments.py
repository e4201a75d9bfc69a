"""The experiments on the published network, shortened to two seconds, by the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cortexnet.cli import main
from cortexnet.recording import Recording

pytestmark = [pytest.mark.slow, pytest.mark.standalone]

SHORT = ["--duration", "2s", "--warmup", "0.5s", "--seed", "2", "--quiet"]
COPIED = 250


def outcome(name: str, folder: Path) -> tuple[pd.DataFrame, dict[str, Any], Recording]:
    """Run an experiment; its table, its summary and the recording."""
    with pytest.raises(SystemExit) as end:
        main(["run", "spontaneous_activity", "--experiment", name, *SHORT, "--out", str(folder)])
    assert not end.value.code
    assert Recording.check(folder).good
    assert {f"{name}.csv", "figure.png", "spikes.parquet"} <= {file.name for file in folder.iterdir()}
    summary = json.loads((folder / "summary.json").read_text())
    return pd.read_csv(folder / f"{name}.csv"), summary, Recording.load(folder)


def rate_of_copied_cells(recording: Recording) -> float:
    spikes = recording.spikes
    seen = (spikes["population"] == "excitatory") & (spikes["neuron"] < COPIED) & (spikes["time_s"] >= 0.5)
    return float(seen.sum() / COPIED / 1.5)


def test_signal_transmission(tmp_path: Path) -> None:
    table, summary, recording = outcome("signal_transmission", tmp_path / "run")
    assert len(table) == 78
    assert (table["window_ms"] == 10).sum() == 39
    table = table[table["window_ms"] == 3]
    unchanged = table[table["current_mv_per_ms"] == 0]
    assert unchanged["rate_hz"].to_numpy() == pytest.approx(rate_of_copied_cells(recording), abs=0.003)
    assert summary["spontaneous_potential_mv"] == pytest.approx(-61.1, abs=0.4)
    for _, of_rank in table.groupby("rank"):
        assert of_rank["membrane_potential_mv"].is_monotonic_increasing
        assert of_rank["membrane_potential_mv"].iloc[0] == pytest.approx(-72, abs=1)
        assert of_rank["answer_probability"].iloc[-1] > 0.7
    strongest = table[table["rank"] == 1].set_index("current_mv_per_ms")["excess_correlation"]
    assert strongest.loc[-0.25:1].max() > max(strongest.iloc[0], strongest.iloc[-1]) + 0.05
    assert summary["maximum_above_lowest_potential_z_rank_1_3ms"] > 3
    assert summary["maximum_above_highest_potential_z_rank_1_3ms"] > 3
    by_rank = unchanged.set_index("rank")["excess_correlation"]
    assert by_rank[1] > by_rank[3] > 0


def test_weak_synapses_removed(tmp_path: Path) -> None:
    table, summary, recording = outcome("weak_synapses_removed", tmp_path / "run")
    assert table["smallest_epsp_mv"].tolist() == [0, 0.3, 0.5, 1, 2, 3, 5]
    assert table["rate_hz"].iloc[0] == pytest.approx(rate_of_copied_cells(recording), abs=0.003)
    # Of 1000 synapses, by the integral of the EPSPs' density.
    expected = [999.9, 722.4, 533.6, 271, 96, 44, 13]
    assert table["synapses"].to_numpy() == pytest.approx(expected, rel=0.03)
    difference = table["membrane_potential_mean_mv"] - table["free_potential_mean_mv"]
    assert np.abs(difference).max() < 0.5
    assert table["membrane_potential_mean_mv"].is_monotonic_decreasing
    assert summary["mean_change_mv"] == pytest.approx(-12.2, abs=0.5)
    assert abs(summary["sd_change_mv"]) < 1
    assert table["rate_hz"].iloc[-1] < 0.1 * table["rate_hz"].iloc[0]


def test_spike_sequences(tmp_path: Path) -> None:
    table, summary, recording = outcome("spike_sequences", tmp_path / "run")
    values = table.set_index(["surrogate", "quantity", "length"])
    spikes = recording.spikes
    counted = ((spikes["population"] == "excitatory") & (spikes["time_s"] >= 0.5)).sum()
    for surrogate in ("links_rewired", "spikes_dithered", "trains_shifted"):
        single = values.loc[surrogate, "sequences", 1]
        assert single["observed"] == single["surrogate_mean"] == counted
        assert single["error_probability"] == 1
        longer = values.loc[surrogate, "sequences", 4]
        assert longer["observed"] > 20 * longer["surrogate_mean"]
        assert longer["error_probability"] == 1 / 40
        assert summary["longest_sequence"] > 3 * summary[f"longest_sequence_{surrogate}"]
    assert 0.7 < summary["share_of_following_spikes"] < 0.95
    assert summary["share_of_following_spikes_links_rewired"] < 0.15

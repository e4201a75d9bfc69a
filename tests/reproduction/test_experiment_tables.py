"""What the kept tables of the experiments are claimed to show, in each of three networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

TABLES = Path(__file__).parents[2] / "benchmarks" / "tables"
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def transmission() -> pd.DataFrame:
    return pd.read_csv(TABLES / "signal_transmission.csv")


@pytest.mark.parametrize(
    ("window_ms", "rank", "low", "high"),
    [(10, 1, 0, 2), (3, 1, 1, 4), (10, 2, 3, 4), (3, 2, 4, 6), (10, 3, 3, 6), (3, 3, 4, 7)],
)
def test_the_correlation_has_its_maximum_so_far_above_the_spontaneous_potential(
    transmission: pd.DataFrame, window_ms: int, rank: int, low: float, high: float
) -> None:
    chosen = transmission[(transmission["window_ms"] == window_ms) & (transmission["rank"] == rank)]
    assert set(chosen["seed"]) == set(SEEDS)
    for _, rows in chosen.groupby("seed"):
        at = rows.set_index("current_mv_per_ms")
        peak = at.loc[at["excess_correlation"].idxmax()]
        spontaneous = at.loc[0.0]
        assert low <= peak["membrane_potential_mv"] - spontaneous["membrane_potential_mv"] < high
        for end in (at.iloc[0], at.iloc[-1]):
            error = np.hypot(peak["excess_correlation_error"], end["excess_correlation_error"])
            assert peak["excess_correlation"] - end["excess_correlation"] > 3 * error


def test_weak_synapses_make_the_mean_and_not_the_fluctuations() -> None:
    table = pd.read_csv(TABLES / "weak_synapses_removed.csv")
    assert set(table["seed"]) == set(SEEDS)
    for _, rows in table.groupby("seed"):
        mean, sd = (rows.set_index("smallest_epsp_mv")[f"membrane_potential_{q}_mv"] for q in ("mean", "sd"))
        assert mean[0] - mean[3] == pytest.approx(10.0, abs=0.3)
        assert sd.loc[0:3].between(3.3, 3.9).all()
    theory = table["membrane_potential_mean_mv"] - table["free_potential_mean_mv"]
    assert np.abs(theory).max() < 0.25


def test_sequences_run_along_strong_synapses() -> None:
    table = pd.read_csv(TABLES / "spike_sequences.csv")
    assert set(table["seed"]) == set(SEEDS)
    longer = table[(table["quantity"] == "sequences") & (table["length"] > 1)]
    assert (longer["error_probability"] == 1 / 40).all()
    triples = longer[longer["length"] == 3]
    assert (triples["observed"] > 20 * triples["surrogate_mean"]).all()
    observed = table[table["quantity"] == "spikes"].set_index(["seed", "surrogate", "length"])["observed"]
    for seed in SEEDS:
        share = observed[seed, "links_rewired", 2] / observed[seed, "links_rewired", 1]
        assert share == pytest.approx(0.835, abs=0.005)

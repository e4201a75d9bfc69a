"""The stored results on random synapses: what they show, and that the theory in them is that of the code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cortexnet.analysis.boltzmann.learning_flow import final_weights
from cortexnet.analysis.boltzmann.replica import overlap

TABLES = Path(__file__).parents[2] / "benchmarks" / "tables"


def stored(name: str) -> pd.DataFrame:
    return pd.read_csv(TABLES / f"synaptic_boltzmann_{name}.csv")


def test_enumeration_agrees_with_the_couplings() -> None:
    table = stored("exactness")
    assert len(table) == 12
    assert table["total_variation"].max() < 1e-14


def test_eigenvalues_follow_their_theory() -> None:
    table = stored("spectrum")
    assert table["eigenvalue"].to_numpy() == pytest.approx(table["eigenvalue_theory"].to_numpy(), rel=0.04)
    assert (table["free_entropy"] > 1e-3).tolist() == (table["relative_load"] > 1).tolist()


def test_roles_end_as_the_conserved_differences_say() -> None:
    end = stored("roles").groupby("synapse")["weight"].last()
    assert end.to_numpy() == pytest.approx(final_weights((0.3, 0.2, 0.1, 0.0), -3.0, 0.8), abs=1e-5)


def test_overlaps_follow_the_theory_away_from_the_threshold() -> None:
    """Sixty points: within 4 standard errors over 8 to 24 instances; 0.02 for finite N above threshold."""
    table = stored("overlap")
    above = table[table["relative_load"] > 3.5]
    assert len(above) == 18
    theory = [overlap(row.relative_load * row.strength**-4, row.strength) for row in above.itertuples()]
    assert above["overlap_theory"].to_numpy() == pytest.approx(theory, rel=1e-4)
    assert ((above["overlap_rms"] - theory).abs() < 4 * above["overlap_rms_error"] + 0.02).all()
    below = table[table["relative_load"] < 0.6]
    assert len(below) == 12
    deviation = (below["overlap_rms"] - below["rms_theory_below"]).abs()
    assert (deviation < 4 * below["overlap_rms_error"]).all()


def test_samples_are_as_close_to_each_other_as_to_what_was_planted() -> None:
    """The Nishimori identity, on all sixty points, as a mean of squared deviations in errors."""
    table = stored("overlap")
    error = np.hypot(table["overlap_rms_error"], table["between_chains_rms_error"])
    assert (((table["overlap_rms"] - table["between_chains_rms"]) / error) ** 2).mean() < 1.5


def test_the_leading_eigenvector_follows_its_theory_and_tells_less_than_the_posterior() -> None:
    """The mean of the posterior has the cosine sqrt(q) with the planted synapses."""
    table = stored("overlap").query("n_synapses == 400 and relative_load > 3.5")
    assert np.abs(table["eigenvector_rms"] - table["eigenvector_theory"]).max() < 0.06
    assert (np.sqrt(table["overlap_theory"]) > table["eigenvector_theory"]).all()


def test_answers_are_those_of_all_masks_and_not_of_the_gaussian_limit() -> None:
    """Seventeen biases of 3600 trials: chi-square below 41 (p = 1e-3), the limit far beyond."""
    table = stored("activation")
    exact, limit = (
        (((table["simulated"] - table[name]) / table["error"]) ** 2).sum() for name in ("exact", "gaussian")
    )
    assert exact < 41
    assert limit > 200


def test_half_of_the_synapses_can_go() -> None:
    mean = stored("learning").groupby(["machine", "removed_share"]).mean()["log_likelihood_test_relearned"]
    for machine in ("four parallel", "single", "always on"):
        assert mean[machine, 0.0] - mean[machine, 0.5] < 0.4
        assert mean[machine, 0.0] - mean[machine, 0.75] > 0.6  # but not three quarters


def test_both_devices_found_the_same() -> None:
    table = stored("networks").pivot(index=["experiment", "quantity"], columns="device", values="value")
    assert table["runtime"].to_numpy() == pytest.approx(table["cpp_standalone"].to_numpy(), rel=1e-5)
    joint = table.loc["joint_machine", "runtime"]
    assert joint["total_variation"] < 2 * joint["total_variation_by_sampling"] < 0.01

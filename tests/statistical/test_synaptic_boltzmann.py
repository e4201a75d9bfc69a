"""The Brian2 networks of the models with random synapses against their exact laws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from brian2 import ms, second

from cortexnet.analysis.gibbs import total_variation
from cortexnet.models.experiments import Outcome
from cortexnet.models.synaptic_boltzmann import Parameters
from cortexnet.models.synaptic_boltzmann.experiment import EXPERIMENTS
from cortexnet.models.synaptic_boltzmann.experiment.joint_machine import (
    cell_codes,
    cell_table,
    expected_total_variation,
)
from cortexnet.models.synaptic_boltzmann.machine import joint_machine

QUICK = {"device": "runtime", "progress": False, "seed": 1}


def run(name: str, parameters: Parameters, duration: float, **options: object) -> Outcome:
    (experiment,) = (each for each in EXPERIMENTS if each.name == name)
    return experiment.run(
        parameters, duration=duration * second, warmup=duration / 10 * second, **{**QUICK, **options}
    )


def is_drawn(outcome: Outcome, folder: Path) -> bool:
    path = folder / "figure.png"
    outcome.draw(path)
    return path.stat().st_size > 10_000


def deviation(table: pd.DataFrame) -> np.ndarray:
    return ((table["simulated"] - table["exact"]) / table["error"]).to_numpy()


def test_cells_and_synapses_sample_their_joint_law(tmp_path: Path) -> None:
    """40 chains of 900 sweeps, seed 1. Total variation at most twice what errors between chains make of it.

    It is half the sum of 32 deviations, of relative SD below 0.2: error probability below 1e-5. All 12
    synapses within 5 standard errors (39 degrees of freedom: 2e-4). The law of other log odds is rejected.
    """
    parameters = Parameters(n_chains=40)
    outcome = run("joint_machine", parameters, 1.0)
    cells, synapses = outcome.tables["cell_states.csv"], outcome.tables["synapses.csv"]
    numbers = outcome.numbers
    assert numbers["total_variation"] < 2 * numbers["total_variation_by_sampling"] < 0.02
    assert np.abs(deviation(synapses)).max() < 5
    wrong = cell_table(
        joint_machine(parameters.replace(synapse_log_odds=-0.6), 1), cell_codes(outcome.recording, parameters)
    )
    assert is_drawn(outcome, tmp_path)
    distance = total_variation(wrong["simulated"].to_numpy(), wrong["exact"].to_numpy())
    assert distance > 3 * expected_total_variation(cells)


def test_the_network_samples_the_posterior_of_synapses(tmp_path: Path) -> None:
    """30 synapses, 4 times the critical data, seed 1: within 5 errors, by batches, of the NumPy sampler."""
    outcome = run("synaptic_posterior", Parameters(n_synapses=30), 2.0)
    numbers = outcome.numbers
    error = np.sqrt(2) * numbers["overlap_rms_error"]
    assert abs(numbers["overlap_rms"] - numbers["overlap_rms_numpy"]) < 5 * error
    assert numbers["overlap_rms_error"] < 0.02
    assert numbers["overlap_rms"] > 0.4
    assert is_drawn(outcome, tmp_path)
    few = run("synaptic_posterior", Parameters(n_synapses=30, relative_load=0.1), 1.0).numbers
    assert few["overlap_rms"] < 0.35


@pytest.mark.slow
def test_answers_and_rates_of_spiking_cells_are_those_of_the_masks(tmp_path: Path) -> None:
    """5 biases, 40 cells each, 18 volleys, 1 s; seed 1.

    Answers: chi-square of 5 degrees of freedom below 26 (p = 1e-4). Rates: within 5 errors by 10 batches and
    1 % for the grid, above 3 Hz (p = 8e-3 for some ten values of t with 9 degrees of freedom).
    """
    parameters = Parameters(n_biases=5, n_copies=40, volley_interval=55 * ms)
    outcome = run("sampling_machine", parameters, 1.1)
    activation, rates = outcome.tables["activation.csv"], outcome.tables["rates.csv"]
    assert (activation["trials"] == 18 * 40).all()
    assert (deviation(activation) ** 2).sum() < 26
    assert is_drawn(outcome, tmp_path)
    firing = rates[rates["exact_hz"] > 3]
    assert len(firing) > 6
    difference = (firing["rate_hz"] - firing["exact_hz"]).abs()
    assert (difference < 5 * firing["error_hz"] + 0.01 * firing["exact_hz"]).all()


@pytest.mark.slow
@pytest.mark.standalone
def test_the_compiled_joint_machine_is_the_interpreted_one() -> None:
    """The same draws, and sums of two weights: the same states to the last one."""
    parameters = Parameters(n_chains=4)
    runtime, compiled = (
        run("joint_machine", parameters, 0.2, device=device) for device in ("runtime", "cpp_standalone")
    )
    pd.testing.assert_frame_equal(runtime.recording.spikes, compiled.recording.spikes)
    for name, table in runtime.tables.items():
        pd.testing.assert_frame_equal(table, compiled.tables[name])

"""The Brian2 network against a replay in plain Python, against itself in two parts, and on every device."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.dual_sampling.stage import Stage, run_stage
from tests.dual_sampling_replay import Replay

FEEDFORWARD: dict[str, Any] = {
    "n_hidden": 5,
    "synapses_per_connection": 20,
    "amplitude": 0.3,
    "synapse_update_fraction": 0.3,
    "data_per_update": 4,
    "trace_rate": 0.5,
    "bins_per_datum": 3,
}
RECURRENT = FEEDFORWARD | {
    "hidden_connections": "all",
    "neuron_update_fraction": 0.5,
    "feedback_rate": 0.6,
    "amplitude_recurrent": 0.2,
    "prior_log_odds": -0.5,
}
CASES = {"feedforward": FEEDFORWARD, "recurrent": RECURRENT}


def examples(n: int = 12) -> Examples:
    random = np.random.default_rng(3)
    return Examples(random.random((n, 6)), random.integers(0, 3, n), n_classes=3, n_training=n)


def schedule(first: int = 0) -> Schedule:
    rows = np.random.default_rng(4).permutation(12)
    return Schedule.joined(
        [Schedule.training(rows, first), Schedule.test(np.arange(8)), Schedule.training(rows)]
    )


def assert_same(stage: Stage, replay: Replay, readout: dict[str, Any]) -> None:
    np.testing.assert_allclose(stage.readout.probability, readout["probability"], rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(stage.readout.spike_count, readout["spike_count"])
    for index, name in enumerate(
        ["input_to_hidden", "bias_to_output", "hidden_to_output", "hidden_to_hidden"]
    ):
        if index in replay.sizes:
            kept = replay.exists(index)
            for sign, counts in enumerate(("n_plus", "n_minus")):
                found = stage.state.values[f"{name}.{counts}"]
                np.testing.assert_array_equal(found, replay.n[index][sign][kept])


@pytest.mark.parametrize("coding", ["thermometer", "stochastic"])
@pytest.mark.parametrize("case", CASES)
def test_network_does_what_its_equations_say(case: str, coding: str) -> None:
    """The same random numbers in a plain loop give the same spikes and synapses, to the last one."""
    parameters = Parameters(**CASES[case], coding=coding)
    stage = run_stage(parameters, examples(), schedule(), seed=7, device="runtime", progress=False)
    replay = Replay(parameters, examples(), seed=7)
    assert_same(stage, replay, replay.run(schedule()))


@pytest.mark.standalone
@pytest.mark.parametrize("case", CASES)
def test_compiled_network_is_the_same(case: str) -> None:
    """C++ standalone gives the same spikes and synapses as plain Python."""
    parameters = Parameters(**CASES[case], coding="stochastic")
    stage = run_stage(parameters, examples(), schedule(), seed=7, progress=False)
    replay = Replay(parameters, examples(), seed=7)
    assert_same(stage, replay, replay.run(schedule()))


@pytest.mark.parametrize("representation", ["collapsed", "explicit"])
def test_a_run_in_two_parts_is_the_run_in_one(representation: str) -> None:
    """The state holds all that the second part needs."""
    parameters = Parameters(**RECURRENT, representation=representation)
    both = Schedule.joined([schedule(), schedule()])
    options: dict[str, Any] = {"seed": 5, "device": "runtime", "progress": False}
    whole = run_stage(parameters, examples(), both, **options)
    first = run_stage(parameters, examples(), schedule(), **options)
    assert first.state.position == len(schedule())
    second = run_stage(parameters, examples(), schedule(first.state.position), state=first.state, **options)
    np.testing.assert_array_equal(second.readout.probability, whole.readout.probability[len(schedule()) :])
    for name, value in whole.state.values.items():
        np.testing.assert_array_equal(second.state.values[name], value, err_msg=name)

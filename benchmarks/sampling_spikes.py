"""The spiking network on the ten digits, in C++ standalone, watched for `benchmarks.sampling_claims`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.sampling_runs import Watched, hidden_spikes
from cortexnet.models.dual_sampling import Parameters, State, presets
from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.data import load
from cortexnet.models.dual_sampling.experiment.course import Course
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.dual_sampling.stage import Stage, run_stage

#: Epochs of a run; runs of learning; and runs after each of which a state is recorded.
EPOCHS, LEARNING, STATES = 2, 15, 20


def watch_in_spikes(seed: int) -> Watched:
    """Let the spiking network of the first preset learn, and record its states.

    The answers to training data are those to a part of them. Repeated responses of hidden cells are counts of
    spikes in the simulation; those of every state are drawn from its weights.
    """
    data = load(seed=seed)
    parameters = presets.for_data(data)
    course = Course(parameters, data, EPOCHS * (LEARNING + STATES), seed)
    before, stages = _two_tests(course, None), _learned(course)
    after = _two_tests(course, stages[-1].state)
    answers = [course.answers(stage.readout, EPOCHS) for stage in stages]
    watched = answers[LEARNING:]
    weights = [_weights(stage.state, parameters) for stage in stages[LEARNING:]]
    train = firing_probabilities(data.images, parameters.coding)
    test = firing_probabilities(data.test_images, parameters.coding)
    rng = np.random.default_rng(seed)
    return Watched(
        parameters,
        data,
        train[:, :-1].any(axis=0),
        EPOCHS,
        [],
        np.array([each.test.probability[-1] for each in watched]),
        np.array([each.test.one_sample[-1] for each in watched]),
        np.array([each.test.spike_count[-1] for each in watched]),
        np.array([each.training.probability[-1] for each in watched]),
        data.labels[course.shown],
        {name: np.array([each[name] for each in weights]) for name in weights[0]},
        _weights(before.state, parameters),
        np.array([hidden_spikes(parameters, each, test, rng) for each in weights]),
        _hidden_counts(after, course),
        _hidden_counts(before, course),
    )


def _learned(course: Course) -> list[Stage]:
    """Run all epochs, as many a stage, each going on from the last."""
    stages: list[Stage] = []
    for first in range(0, course.epochs, EPOCHS):
        state = stages[-1].state if stages else None
        stages.append(_run(course, course.schedule(range(first, first + EPOCHS)), state))
    return stages


def _two_tests(course: Course, state: State | None) -> Stage:
    first = 0 if state is None else state.position
    return _run(
        course,
        Schedule.joined([course.test(first=first, recorded=True), course.test(recorded=True)]),
        state,
    )


def _run(course: Course, schedule: Schedule, state: State | None) -> Stage:
    return run_stage(
        course.parameters, course.examples, schedule, seed=course.seed, state=state, progress=False
    )


def _hidden_counts(tests: Stage, course: Course) -> NDArray[np.float64]:
    """Spikes of hidden cells to the test data in each of two tests, shape (2, test data, hidden cells)."""
    parameters = course.parameters
    spikes = tests.recording.spikes
    hidden = spikes[spikes["population"] == "hidden"]
    time_bin = np.rint(hidden["time_s"] / float(parameters.time_bin)).to_numpy(dtype=np.int64)
    presentation = time_bin // parameters.bins_per_datum
    n_presentations = len(tests.readout.probability)
    counts = np.zeros((n_presentations, parameters.n_hidden))
    inside = presentation < n_presentations
    np.add.at(counts, (presentation[inside], hidden["neuron"].to_numpy()[inside]), 1)
    return counts.reshape(2, -1, parameters.n_hidden)[:, : len(course.dataset.test_labels)]


def _weights(state: State, parameters: Parameters) -> dict[str, NDArray[np.float64]]:
    """Weights of the pathways of a feedforward network, shape (sources, targets)."""
    shapes = {"input_to_hidden": (-1, parameters.n_hidden), "hidden_to_output": (parameters.n_hidden, -1)}
    return {
        name: np.asarray(state.values[f"{name}.weight"], dtype=np.float64).reshape(shape)
        for name, shape in shapes.items()
    }

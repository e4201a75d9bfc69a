"""Networks in NumPy that learn the ten digits and are then watched, for `benchmarks.sampling_claims`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cortexnet.models.dual_sampling import Parameters, Reference
from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.data import Dataset, load

#: Epochs of learning before the network is watched, states that are then recorded, and epochs between two.
LEARNING, STATES, INTERVAL = 500, 60, 30
#: Epochs between two tests while the network learns.
TEST_EVERY = 25
#: Samples of the cells in which a state is shown the data.
SAMPLES = 4
COMMON: dict[str, Any] = {
    "n_hidden": 50,
    "synapses_per_connection": 100,
    "amplitude": 0.1,
    "synapse_update_fraction": 0.002,
    "trace_rate": 1.0,
    "gain": 10.0,
    "data_per_update": 10_000_000,  # all
    "coding": "thermometer",
}
#: The tempered sampler, the rule as printed, recurrent connections, and full redraws by a slow trace.
NETWORKS: dict[str, dict[str, Any]] = {
    "feedforward": {},
    "printed_rule": {"gain": 1.0},
    "recurrent": {
        "hidden_connections": "all",
        "amplitude_recurrent": 0.03,
        "neuron_update_fraction": 0.5,
    },
    "slow_trace": {
        "synapse_update_fraction": 1.0,
        "trace_rate": 0.002,
        "feedback_rate": 0.1,
        "amplitude": 0.02,
        "gain": 100.0,
    },
}


@dataclass(frozen=True, eq=False)
class Watched:
    """A network that has learned, over successive states of its synapses.

    Attributes
    ----------
    parameters, data
        Of the network, and what it learned.
    seen : ndarray of bool, shape (inputs,)
        Input cells that some training image makes fire, the bias left out.
    interval : int
        Epochs between two states.
    course : list of (int, ndarray, ndarray)
        While it learned: epochs so far, what its outputs said to test and to training data in one sample.
    probability, one_sample, spike_count : ndarray, shape (states, test data, classes)
        What its outputs said to the test data.
    train_probability : ndarray, shape (states, training data, classes)
        The same of training data.
    train_labels : ndarray, shape (training data,)
        Their classes.
    weights, first_weights : mapping
        Pathway -> weights, shape (states, sources, targets), and before learning, (sources, targets).
    hidden : ndarray, shape (states, test data, hidden cells)
        Spikes of the hidden cells to the test data, in one sample.
    repeated, first_repeated : ndarray, shape (2, test data, hidden cells)
        Spikes in two samples of the last synapses, and of those before learning.
    """

    parameters: Parameters
    data: Dataset
    seen: NDArray[np.bool_]
    interval: int
    course: list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]
    probability: NDArray[np.float64]
    one_sample: NDArray[np.float64]
    spike_count: NDArray[np.int64]
    train_probability: NDArray[np.float64]
    train_labels: NDArray[np.int64]
    weights: dict[str, NDArray[np.float64]]
    first_weights: dict[str, NDArray[np.float64]]
    hidden: NDArray[np.float64]
    repeated: NDArray[np.float64]
    first_repeated: NDArray[np.float64]


def watch(network: str, seed: int) -> Watched:
    """Let a network learn, and record its states; the seed chooses the test data as well."""
    parameters, data = Parameters(**COMMON | NETWORKS[network]), load(seed=seed)
    rng = np.random.default_rng(seed)
    train, test = (
        firing_probabilities(images, parameters.coding) for images in (data.images, data.test_images)
    )
    reference = Reference(parameters, train, data.labels, len(data.classes), seed)
    first_weights = reference.weights
    first_repeated = np.array([hidden_spikes(parameters, first_weights, test, rng) for _ in range(2)])
    course = []
    for epoch in range(LEARNING):
        if epoch % TEST_EVERY == 0:
            course.append((epoch, reference.show(test).one_sample, reference.show(train).one_sample))
        reference.sweep()
    shown, taught, weights, hidden = [], [], [], []
    for _ in range(STATES):
        for _ in range(INTERVAL):
            reference.sweep()
        shown.append(reference.show(test, SAMPLES))
        taught.append(reference.output_probabilities(train))
        weights.append(reference.weights)
        hidden.append(hidden_spikes(parameters, weights[-1], test, rng))
    return Watched(
        parameters,
        data,
        train[:, :-1].any(axis=0),
        INTERVAL,
        course,
        np.array([each.probability for each in shown]),
        np.array([each.one_sample for each in shown]),
        np.array([each.spike_count for each in shown]),
        np.array(taught),
        data.labels,
        {name: np.array([each[name] for each in weights]) for name in weights[0]},
        first_weights,
        np.array(hidden),
        np.array([hidden_spikes(parameters, weights[-1], test, rng) for _ in range(2)]),
        first_repeated,
    )


def hidden_spikes(
    parameters: Parameters,
    weights: dict[str, NDArray[Any]],
    inputs: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw fresh hidden cells for some inputs, outputs being free; recurrent ones until they have settled."""
    drive = inputs @ weights["input_to_hidden"]
    hidden = (rng.random(drive.shape) < expit(drive)).astype(np.float64)
    if parameters.is_recurrent:
        for _ in range(round(5 / parameters.neuron_update_fraction)):
            drawn = rng.random(drive.shape) < expit(drive + hidden @ weights["hidden_to_hidden"])
            redrawn = rng.random(drive.shape) < parameters.neuron_update_fraction
            hidden = np.where(redrawn, drawn, hidden)
    return hidden

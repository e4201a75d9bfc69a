"""The NumPy reference against enumeration: what its cells and its synapses sample, by every conditional."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import log_expit
from scipy.stats import binom

from cortexnet.errors import ParameterError
from cortexnet.models.dual_sampling.connections import Collapsed, Connections, Explicit
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.reference import Reference

N_HIDDEN = 3


def log_probability(spikes: NDArray[np.float64], drive: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(spikes == 1, log_expit(drive), log_expit(-drive)).sum(axis=-1)


def enumerated(
    weights: dict[str, NDArray[np.float32]], inputs: list[float], label: int
) -> NDArray[np.float64]:
    """Probability of every state of the hidden cells, from the normalised product of all conditionals."""
    hidden = np.array(list(product([0, 1], repeat=N_HIDDEN)))
    drive = np.array(inputs) @ weights["input_to_hidden"] + hidden @ weights.get(
        "hidden_to_hidden", np.zeros((3, 3))
    )
    output_drive = hidden @ weights["hidden_to_output"] + weights["bias_to_output"]
    outputs = np.eye(output_drive.shape[1])[label]
    total = log_probability(hidden, drive) + log_probability(outputs, output_drive)
    return np.exp(total) / np.exp(total).sum()


def sampled(parameters: Parameters, inputs: list[float], seed: int) -> tuple[NDArray[np.float64], Reference]:
    """Frequency of every state over many networks side by side: data that are all the same."""
    n_data, n_sweeps = 2000, round(30 / parameters.neuron_update_fraction)
    reference = Reference(parameters, np.tile(inputs, (n_data, 1)), np.zeros(n_data), 2, seed)
    counts = np.zeros(2**N_HIDDEN)
    for sweep in range(n_sweeps):
        reference.sweep(learning=False)
        if sweep >= n_sweeps / 2:
            states = reference.hidden @ 2 ** np.arange(N_HIDDEN)[::-1]
            counts += np.bincount(states.astype(int), minlength=2**N_HIDDEN)
    return counts / counts.sum(), reference


# Total variation that is allowed: the bias of redrawing cells at the same time, and of the linear rule.
CELLS = {
    "feedforward, exact": ({}, 0.012),
    "recurrent, exact": ({"hidden_connections": "all"}, 0.025),
    "feedforward, linear": ({"neuron_conditional": "linear"}, 0.06),
    "slow feedback": ({"feedback_rate": 0.5}, 0.03),
}


@pytest.mark.parametrize(("changes", "allowed"), CELLS.values(), ids=CELLS)
def test_cells_sample_the_product_of_their_conditionals(changes: dict[str, object], allowed: float) -> None:
    """Weights of SD 1, seed 6, for which feedback matters; 2000 networks, some 10 independent states each.

    Sampling alone then gives a total variation of about 0.006, and redrawing a tenth of the cells at once one
    of 0.002 to 0.014; an exact rule exceeds what is allowed with a probability below 1e-6.
    """
    settings = {
        "n_hidden": N_HIDDEN,
        "synapses_per_connection": 40,
        "amplitude": 0.316,
        "amplitude_recurrent": 0.316,
        "neuron_update_fraction": 0.1,
        "neuron_conditional": "exact",
        "coding": "binary",
        "data_per_update": 2000,
    }
    frequency, reference = sampled(Parameters(**(settings | changes)), [1, 1, 0, 1], seed=6)
    expected = enumerated(reference.weights, [1, 1, 0, 1], label=0)
    distance = np.abs(frequency - expected).sum() / 2
    assert distance < allowed
    without_feedback = enumerated(
        reference.weights | {"hidden_to_output": np.zeros((3, 2))}, [1, 1, 0, 1], label=0
    )
    assert np.abs(without_feedback - expected).sum() / 2 > 0.1  # the feedback matters, and is tested


def test_free_cells_sample_the_joint_law() -> None:
    """Outputs and inputs free, weights fixed: each cell given all others, seed 5.

    The mean activity of every cell is compared with enumeration over all inputs, hidden and output cells.
    2000 networks over some 10 independent times each give a standard error of 0.004, so that 0.02 is exceeded
    with a probability below 1e-5.
    """
    parameters = Parameters(
        n_hidden=2,
        synapses_per_connection=40,
        amplitude=0.316,
        neuron_update_fraction=0.1,
        neuron_conditional="exact",
        coding="binary",
        data_per_update=2000,
    )
    reference = Reference(parameters, np.ones((2000, 3)), np.zeros(2000), 2, seed=5)
    means, sweeps = [], 250
    for sweep in range(sweeps):
        reference.sweep(learning=False, clamp_inputs=False, clamp_outputs=False)
        if sweep >= sweeps / 2:
            means.append(
                [
                    *reference.inputs.mean(axis=0),
                    *reference.hidden.mean(axis=0),
                    *reference.outputs.mean(axis=0),
                ]
            )
    w = reference.weights
    states = np.array(list(product([0, 1], repeat=6)))
    inputs = np.column_stack([states[:, :2], np.ones(len(states))])
    hidden, outputs = states[:, 2:4], states[:, 4:]
    log_p = log_probability(hidden, inputs @ w["input_to_hidden"]) + log_probability(
        outputs, hidden @ w["hidden_to_output"] + w["bias_to_output"]
    )
    p = np.exp(log_p) / np.exp(log_p).sum()
    expected = np.column_stack([inputs, hidden, outputs]).T @ p
    np.testing.assert_allclose(np.mean(means, axis=0), expected, atol=0.02)


K, A, N_ON, N_DATA = 20, 0.2, 8, 10


def posterior_of_one_connection() -> tuple[float, float]:
    """Mean and SD of the weight of one connection onto a cell that was on in 8 of 10 data, enumerated."""
    m = np.arange(K + 1)
    w = A * (m - K / 2)
    log_p = binom.logpmf(m, K, 0.5) + N_ON * log_expit(w) + (N_DATA - N_ON) * log_expit(-w)
    p = np.exp(log_p) / np.exp(log_p).sum()
    mean = float(p @ w)
    return mean, float(np.sqrt(p @ (w - mean) ** 2))


@pytest.mark.parametrize("representation", ["collapsed", "explicit"])
@pytest.mark.parametrize(("conditional", "mean"), [("exact", None), ("linear", 0.4001)])
def test_synapses_sample_their_posterior(representation: str, conditional: str, mean: float | None) -> None:
    """Synapses of one connection, a twentieth redrawn at a time: 600 chains of 400 sweeps, seed 3.

    About 600*400/40 = 6000 independent weights of SD 0.37: standard error 0.005; 0.025 is five of them. The
    mean of the linear rule, 0.4001, is that of its stationary law; the exact one is 0.4064.
    """
    parameters = Parameters(
        synapses_per_connection=K,
        amplitude=A,
        synapse_update_fraction=0.05,
        trace_rate=1.0,
        gain=1.0,
        representation="explicit",
        synapse_conditional=conditional,
    )
    if representation == "collapsed":
        parameters = OtherRepresentation(parameters, representation)
    connections = Connections(parameters, A, np.ones((1, 600), dtype=bool), np.random.default_rng(3))
    source = np.ones((N_DATA, 1), np.float32)
    target = np.repeat((np.arange(N_DATA) < N_ON).astype(np.float32)[:, None], 600, axis=1)
    sums = []
    for sweep in range(500):
        connections.learn(source, target, source @ connections.weights, repeats=1)
        if sweep >= 100:
            sums.append([connections.weights.mean(), (connections.weights**2).mean()])
    first, second = np.mean(sums, axis=0)
    exact_mean, exact_sd = posterior_of_one_connection()
    assert exact_mean == pytest.approx(0.4064, abs=5e-5)
    assert first == pytest.approx(exact_mean if mean is None else mean, abs=0.025)
    assert np.sqrt(second - first**2) == pytest.approx(exact_sd, abs=0.02)


class OtherRepresentation:
    """Parameters of another representation, also where the spiking network cannot have it."""

    def __init__(self, parameters: Parameters, representation: str) -> None:
        self._parameters, self.representation = parameters, representation

    def __getattr__(self, name: str) -> object:
        return getattr(self._parameters, name)


def test_numbers_of_synapses_are_redrawn_as_the_synapses_are() -> None:
    """One redraw of 40000 connections: both representations against the convolution of two binomials.

    Chi-square with 10 degrees of freedom, seed 8: 45 is exceeded with a probability of 2e-6.
    """
    fraction, p_off, p_on, n_on, capacity = 0.4, 0.3, 0.8, 6, 10
    shape = (1, 40_000)
    stay, come = 1 - fraction * (1 - p_on), fraction * p_off
    expected = np.convolve(
        binom.pmf(np.arange(n_on + 1), n_on, stay),
        binom.pmf(np.arange(capacity - n_on + 1), capacity - n_on, come),
    )
    for kind in (Collapsed, Explicit):
        random = np.random.default_rng(8)
        synapses = kind(np.full(shape, capacity), 0.5, random)
        if isinstance(synapses, Explicit):
            synapses.states[...] = np.arange(capacity) < n_on
        else:
            synapses.counts[...] = n_on
        p = [np.full((2, *shape), value) for value in (p_off, p_on)]
        synapses.redraw(fraction, *p, random)
        observed = np.bincount(synapses.counts.ravel(), minlength=capacity + 1)
        expectation = expected * observed.sum()
        common = expectation > 5
        statistic = ((observed - expectation)[common] ** 2 / expectation[common]).sum()
        assert statistic < 45, kind


def test_cells_without_connection_have_no_synapses() -> None:
    parameters = Parameters(n_hidden=4, hidden_connections="all", data_per_update=2, coding="binary")
    reference = Reference(parameters, np.ones((6, 3)), [0, 1] * 3, 2, seed=1)
    for _ in range(7):
        reference.sweep()
    assert not np.diag(reference.weights["hidden_to_hidden"]).any()
    assert {name: weights.shape for name, weights in reference.weights.items()} == {
        "input_to_hidden": (3, 4),
        "hidden_to_output": (4, 2),
        "bias_to_output": (1, 2),
        "hidden_to_hidden": (4, 4),
    }


def test_what_is_clamped_stays_and_what_was_free_comes_back() -> None:
    inputs = np.array([[0.0, 1, 1], [1, 0, 1]] * 20)
    parameters = Parameters(n_hidden=4, data_per_update=10, coding="binary")
    reference = Reference(parameters, inputs, [0, 1] * 20, 2, seed=1)
    for _ in range(4):
        reference.sweep(clamp_inputs=False, clamp_outputs=False)
    assert (reference.inputs != inputs).any()
    assert (reference.inputs[:, -1] == 1).all()
    for _ in range(4):
        reference.sweep()
    np.testing.assert_array_equal(reference.inputs, inputs)
    np.testing.assert_array_equal(reference.outputs, np.eye(2)[[0, 1] * 20])


def test_a_separable_task_is_learnt_and_repeats() -> None:
    inputs = np.array([[0.0, 1, 1], [1, 0, 1]] * 20)
    parameters = Parameters(
        n_hidden=10, data_per_update=10, coding="stochastic", synapse_update_fraction=0.05, trace_rate=0.2
    )

    def learnt(seed: int) -> Reference:
        reference = Reference(parameters, inputs, [0, 1] * 20, 2, seed)
        for _ in range(400):
            reference.sweep()
        return reference

    shown = learnt(2).show(inputs, n_samples=50)
    assert (shown.probability.argmax(axis=1) == [0, 1] * 20).all()
    assert (shown.spike_count.argmax(axis=1) == [0, 1] * 20).all()
    np.testing.assert_array_equal(shown.probability, learnt(2).show(inputs, n_samples=50).probability)


def test_graded_inputs_have_no_exact_log_odds() -> None:
    parameters = Parameters(coding="grey", representation="explicit", synapse_conditional="exact")
    with pytest.raises(ParameterError, match="must be linear with coding = grey"):
        Reference(parameters, np.ones((2, 3)), [0, 1], 2, seed=1)

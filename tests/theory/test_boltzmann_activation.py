"""Cells whose synapses fail: enumerated masks, and rates of cells with jumps, against simulation by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.analysis.boltzmann.activation import exact_activation, gaussian_activation
from cortexnet.analysis.boltzmann.shot_noise import LeakyCell, steps_between_spikes
from cortexnet.analysis.meanfield.ornstein_uhlenbeck import ThresholdProcess


def test_two_synapses_by_hand() -> None:
    # Masks 00, 10, 01, 11 give 0, 1, -2, -1 with probabilities 9, 3, 3, 1 of 16.
    active = exact_activation([1.0, -2.0], 0.25, [-0.5, 0.5, 1.5, 3.0])
    assert active == pytest.approx(np.array([3, 12, 13, 16]) / 16, abs=1e-15)


def test_enumeration_against_drawn_masks() -> None:
    """200,000 masks, seed 2, five biases: 5 standard deviations, error probability 3e-6."""
    rng = np.random.default_rng(2)
    weights, biases = rng.normal(size=11), np.linspace(-2, 2, 5)
    total = (rng.random((200_000, 11)) < 0.3) @ weights
    drawn = (total[:, None] + biases > 0).mean(axis=0)
    exact = exact_activation(weights, 0.3, biases)
    assert np.abs((drawn - exact) / np.sqrt(exact * (1 - exact) / 200_000)).max() < 5


def test_many_small_synapses_have_the_gaussian_limit() -> None:
    rng, biases = np.random.default_rng(4), np.linspace(-3, 3, 61)
    worst = []
    for size in (4, 16):
        weights = rng.uniform(0.5, 1.5, size) / np.sqrt(size)
        centred = biases - 0.5 * weights.sum()
        worst.append(
            np.abs(exact_activation(weights, 0.5, centred) - gaussian_activation(weights, 0.5, centred)).max()
        )
    assert worst[1] < 0.02 < worst[0]


def simulated_interval(
    cell: LeakyCell, jumps: np.ndarray, probability: float, steps: int
) -> tuple[float, float]:
    """Mean steps between spikes of 200 cells, and its standard error, by the definition of the cell."""
    rng, count = np.random.default_rng(6), np.zeros(200)
    x, waiting = np.full(200, cell.reset), np.zeros(200, int)
    for _ in range(steps):
        free = waiting == 0
        x = np.where(free, cell.decay * x, x)
        spikes = free & (x >= cell.threshold)
        x += np.where(free & ~spikes, (rng.random((200, jumps.size)) < probability) @ jumps, 0)
        x[spikes] = cell.reset
        count += spikes
        waiting = np.where(spikes, cell.refractory_steps - 1, np.maximum(waiting - 1, 0))
    rates = count / steps
    return 1 / rates.mean(), rates.std(ddof=1) / np.sqrt(200) / rates.mean() ** 2


def test_the_rate_of_a_cell_with_jumps_against_its_simulation() -> None:
    """200 cells, 6,000 steps, seed 6: within 4 standard errors and 0.5 % for the grid (p = 6e-5)."""
    cell = LeakyCell(decay=np.exp(-0.02), threshold=10.0, reset=-2.0, refractory_steps=10)
    jumps = np.array([0.5, 1.0, 2.0, 3.3, 0.7, 1.9])
    expected = steps_between_spikes(cell, jumps, 0.02, 0.02)
    mean, error = simulated_interval(cell, jumps, 0.02, 6_000)
    assert abs(mean - expected) < 4 * error + 0.005 * expected
    late = LeakyCell(decay=cell.decay, threshold=10.0, reset=-2.0, refractory_steps=25)
    assert abs(mean - steps_between_spikes(late, jumps, 0.02, 0.02)) > 8 * error


def test_the_grid_converges() -> None:
    cell = LeakyCell(decay=np.exp(-0.02), threshold=10.0, reset=-2.0, refractory_steps=10)
    coarse, fine, finest = (
        steps_between_spikes(cell, np.array([0.53, 1.7, 2.9]), 0.05, spacing)
        for spacing in (0.1, 0.05, 0.0125)
    )
    assert abs(fine - finest) < abs(coarse - finest)
    assert fine == pytest.approx(finest, rel=5e-3)


def test_small_jumps_in_small_steps_have_the_white_noise_limit() -> None:
    # Mean 11 and variance 1 with a time constant of 1: jumps of 2/11, at 60.5 in it.
    step = 1 / 500
    limit = ThresholdProcess(
        *(np.array([value]) for value in (11.0, 1.0, 1.0, 10.0, 0.0, 0.0)), refractory_period=0.0
    ).rate()[0]
    cell = LeakyCell(decay=np.exp(-step), threshold=10.0, reset=0.0, refractory_steps=0)
    n_inputs = 60
    jump = 2 / 11
    interval = step * steps_between_spikes(cell, np.full(n_inputs, jump), 11 / jump * step / n_inputs, 0.02)
    assert 1 / interval == pytest.approx(limit, rel=0.05)


def test_a_cell_that_its_inputs_hardly_ever_reach_is_silent() -> None:
    cell = LeakyCell(decay=0.9, threshold=10.0, reset=0.0, refractory_steps=3)
    assert steps_between_spikes(cell, np.full(4, 0.5), 0.001, 0.05) == np.inf


def test_a_cell_that_cannot_decay_below_threshold_fires_at_once() -> None:
    cell = LeakyCell(decay=0.99, threshold=1.0, reset=2.0, refractory_steps=7)
    assert steps_between_spikes(cell, np.array([1.0]), 0.1, 0.1) == 7

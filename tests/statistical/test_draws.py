"""Quality of the draws where the model uses them. Each test: alpha = 1e-4 at most, fixed seeds.

Release failures are the critical case: many cells spike in one step, and a generator indexed by the place
in a list, or by the thread, gives all of them one draw. Such a generator is planted and must be caught.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from cortexnet.draws import Purpose, RandomRows, WordRange, stream, uniform

ALPHA = 1e-4
RELEASE = stream(Purpose.RELEASE, 0)
Draw = Callable[[int, np.ndarray, np.ndarray], np.ndarray]


def release(step: int, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    return np.asarray(uniform.pyfunc(11, RELEASE, step, i, j))


def shared_among_sources(step: int, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """The planted error: all cells that spike in a step draw alike."""
    return np.broadcast_to(release(step, np.zeros_like(i), j), np.broadcast_shapes(i.shape, j.shape))


def stuck_in_time(step: int, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """The other planted error: a synapse's draw does not change from step to step."""
    return release(0, i, j)


def smallest_p_value(draw: Draw) -> float:
    """Uniformity, and independence between sources, targets and steps; Bonferroni over the tests made.

    Sample: 400 cells that spike in each of 5 consecutive steps onto 400 targets, 800000 draws.
    """
    i, j = np.arange(400)[:, None], np.arange(400)[None, :]
    draws = np.stack([draw(step, i, j) for step in range(1000, 1005)])
    p_values = [stats.chisquare(np.histogram(draws, bins=256, range=(0, 1))[0]).pvalue]
    for axis in range(3):
        # With n pairs the correlation of independent draws is normal with SD 1/sqrt(n).
        first, second = (np.take(draws, range(k, draws.shape[axis] - 1 + k), axis).ravel() for k in (0, 1))
        p_values.append(2 * stats.norm.sf(abs(np.corrcoef(first, second)[0, 1]) * np.sqrt(first.size)))
    # Releases a target receives in one step from 400 simultaneous spikes: binomial, so its variance is known.
    received = (draws >= 0.3).sum(axis=1).ravel()
    dispersion = ((received - 400 * 0.7) ** 2).sum() / (400 * 0.21)
    p_values.append(
        2 * min(stats.chi2.sf(dispersion, received.size), stats.chi2.cdf(dispersion, received.size))
    )
    return min(1.0, len(p_values) * min(p_values))


def test_release_draws_are_uniform_and_independent_for_simultaneous_spikes() -> None:
    assert smallest_p_value(release) > ALPHA


@pytest.mark.parametrize("planted", [shared_among_sources, stuck_in_time])
def test_shared_draws_are_caught(planted: Draw) -> None:
    assert smallest_p_value(planted) < ALPHA


def test_streams_of_one_synapse_are_independent() -> None:
    """The EPSP, the delay and the release of a synapse are unrelated: n = 10^6, three correlations."""
    i, j = np.arange(1000)[:, None], np.arange(1000)[None, :]
    draws = [
        uniform.pyfunc(5, stream(purpose, 0), 0, i, j).ravel()
        for purpose in (Purpose.EPSP, Purpose.DELAY, Purpose.RELEASE)
    ]
    correlations = np.corrcoef(draws)[np.triu_indices(3, 1)]
    assert np.all(np.abs(correlations) * 1000 < stats.norm.isf(ALPHA / 6))


@pytest.mark.parametrize("probability", [0.1, 0.5])
def test_connections_are_independent_bernoulli_trials(probability: float) -> None:
    """In- and out-degrees of 2000 x 2000 candidate pairs, two seeds: binomial mean and variance."""
    n = 2000
    for seed in (1, 2):
        sources, targets = RandomRows(4, probability, n, n, False, WordRange(8)).pairs(seed)
        expected, variance = n * probability, n * probability * (1 - probability)
        assert abs(sources.size - n * expected) < stats.norm.isf(ALPHA / 8) * np.sqrt(n * variance)
        for indices in (sources, targets):
            degrees = np.bincount(indices, minlength=n)
            statistic = ((degrees - expected) ** 2).sum() / variance
            assert stats.chi2.ppf(ALPHA / 8, n) < statistic < stats.chi2.isf(ALPHA / 8, n)


def test_networks_of_neighbouring_seeds_are_unrelated() -> None:
    """Overlap of the connections of two seeds, as of two independent networks: 1000 x 1000 pairs at 0.1."""
    keys = []
    for seed in (1, 2):
        sources, targets = RandomRows(4, 0.1, 1000, 1000, False, WordRange(8)).pairs(seed)
        keys.append(sources.astype(np.int64) * 1000 + targets)
    overlap = np.intersect1d(*keys, assume_unique=True).size
    expected = keys[0].size * keys[1].size / 1e6
    assert abs(overlap - expected) < stats.norm.isf(ALPHA / 2) * np.sqrt(expected)

"""Dwell times of finite chains: phase-type laws by two routes, simulation, and what fits make of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from scipy import stats

from cortexnet.analysis.dwell_times.fits import Durations, fit_all, fit_family
from cortexnet.analysis.dwell_times.percepts import dwell_times
from cortexnet.analysis.dwell_times.phase_type import PhaseType, dwell_laws
from cortexnet.errors import ParameterError

N, COUPLING, THRESHOLD = 20, 1.1, 10


def pool(n: int, coupling: float) -> tuple[np.ndarray, np.ndarray]:
    """Chain of the sum of n mean-field +-1 units under a random-scan heat bath, and the sum in each state."""
    up = np.arange(n + 1)
    total = 2 * up - n
    transition = np.zeros((n + 1, n + 1))
    for spin, share in ((1, up / n), (-1, 1 - up / n)):
        stays_up = stats.logistic.cdf(2 * coupling * (total - spin) / n)
        for k in up[share > 0]:
            others = k - (spin > 0)
            transition[k, others + 1] += share[k] * stays_up[k]
            transition[k, others] += share[k] * (1 - stays_up[k])
    return transition, total


def walk(n: int, coupling: float, n_steps: int, seed: int) -> Iterator[int]:
    """Sum of the units themselves, one of them redrawn a step."""
    generator = np.random.default_rng(seed)
    spins = np.ones(n, dtype=int)
    total = n
    units, chances = generator.integers(n, size=n_steps), generator.random(n_steps)
    for unit, chance in zip(units.tolist(), chances.tolist(), strict=True):
        field = coupling * (total - spins[unit]) / n
        new = 1 if chance < 1 / (1 + np.exp(-2 * field)) else -1
        total += new - spins[unit]
        spins[unit] = new
        yield total


def test_pool_of_twenty_units_exactly() -> None:
    laws = dwell_laws(*pool(N, COUPLING), low=-THRESHOLD, high=THRESHOLD)
    for law in laws.values():
        assert law.mean / N == pytest.approx(21.1, abs=0.05)
        assert law.cv == pytest.approx(0.920, abs=5e-4)


@pytest.mark.slow
def test_pool_of_twenty_units_by_simulation() -> None:
    """Seed 1, 2 million steps, some 4700 dwells; mean and CV within 4 standard errors (alpha about 1e-4)."""
    trace = np.fromiter(walk(N, COUPLING, 2_000_000, seed=1), dtype=float)
    dwells = dwell_times(trace, low=-THRESHOLD, high=THRESHOLD, time_step=1 / N)
    whole = dwells[dwells["began"] & dwells["ended"]]["duration"].to_numpy()
    assert whole.size > 4000
    cv = whole.std() / whole.mean()
    resampled = np.random.default_rng(2).choice(whole, (200, whole.size))
    cv_error = (resampled.std(axis=1) / resampled.mean(axis=1)).std()
    assert abs(whole.mean() - 21.095) < 4 * whole.std() / np.sqrt(whole.size)
    assert abs(cv - 0.9199) < 4 * cv_error


def test_entry_matters() -> None:
    """Planted error: the stationary distribution within a percept is not that in which it begins."""
    transition, total = pool(N, COUPLING)
    law = dwell_laws(transition, total, low=-THRESHOLD, high=THRESHOLD)["high"]
    inside = total > -THRESHOLD
    values, vectors = np.linalg.eig(transition.T)
    stationary = np.real(vectors[:, np.argmax(values.real)])[inside]
    steps = np.linalg.solve(np.eye(inside.sum()) - law.within, np.ones(inside.sum()))
    wrong = stationary @ steps / stationary.sum()
    assert abs(wrong / law.mean - 1) > 0.1


def test_moments_are_those_of_the_survival() -> None:
    law = dwell_laws(*pool(6, 0.8), low=-2, high=4)["high"]
    lasting = law.survival(3000)
    mean = lasting.sum()
    second = (lasting * (2 * np.arange(lasting.size) + 1)).sum()
    assert law.mean == pytest.approx(mean, rel=1e-10)
    assert law.cv == pytest.approx(np.sqrt(second - mean**2) / mean, rel=1e-8)


@pytest.mark.parametrize("p", [0.5, 0.1, 0.01])
def test_two_state_chain_is_geometric(p: float) -> None:
    laws = dwell_laws([[1 - p, p], [p, 1 - p]], [-1, 1], low=0, high=0.5)
    for law in laws.values():
        assert law.mean == pytest.approx(1 / p)
        assert law.cv == pytest.approx(np.sqrt(1 - p))


def test_two_state_chain_is_fitted_as_exponential() -> None:
    """Seed 1, some 3000 dwells a percept; grouped to steps the shape is 1, alpha 1e-3 by 3.3 standard errors.

    Planted error: without the resolution, dwells of a few steps seem far from exponential.
    """
    p = 0.3
    trace = np.cumprod(np.where(np.random.default_rng(1).random(20_000) < p, -1, 1))
    dwells = dwell_times(trace, low=-0.5, high=0.5).query("began and percept == 'high'")
    grouped = Durations.of(dwells["duration"], dwells["ended"], resolution=1.0)
    exponential, gamma = fit_family(grouped, "exponential"), fit_family(grouped, "gamma")
    assert 1 / exponential.scale[0] == pytest.approx(-np.log(1 - p), rel=0.06)
    error = (gamma.shape[2] - gamma.shape[1]) / 3.92
    assert abs(gamma.shape[0] - 1) < 3.3 * error
    ungrouped = fit_family(Durations.of(dwells["duration"], dwells["ended"]), "gamma")
    assert ungrouped.shape[0] > 1.5


@pytest.mark.parametrize("stages", [1, 2, 4, 8])
def test_cycle_of_stages_is_erlang(stages: int) -> None:
    """A percept of n stages, each left with p = 0.02: mean n/p and CV sqrt((1 - p)/n) exactly.

    Fit: seed 1, 1500 dwells drawn from the chain; shape n within 4 standard errors (alpha about 1e-4).
    """
    p, n = 0.02, 2 * stages
    transition = (1 - p) * np.eye(n) + p * np.roll(np.eye(n), 1, axis=1)
    values = np.repeat([-1, 1], stages)
    law = dwell_laws(transition, values, low=-0.5, high=0.5)["high"]
    assert law.mean == pytest.approx(stages / p)
    assert law.cv == pytest.approx(np.sqrt((1 - p) / stages))
    drawn = np.random.default_rng(1).geometric(p, (1500, stages)).sum(axis=1)
    fit = fit_family(Durations.of(drawn, resolution=1.0), "gamma")
    error = (fit.shape[2] - fit.shape[1]) / 3.92
    assert abs(fit.shape[0] - stages) < 4 * error
    assert fit_all(Durations.of(drawn, resolution=1.0))[0].family == (
        "exponential" if stages == 1 else "gamma"
    )


def test_deep_double_well_is_left_exponentially() -> None:
    """The deeper the wells, the nearer the CV to 1; a gamma fitted to dwells of the deepest has shape 1.

    Seed 1, 2000 dwells drawn from the exact law in steps of 1/200 of its mean; 3.3 standard errors (1e-3).
    """
    laws = [dwell_laws(*pool(n, 2.0), low=-n / 2, high=n / 2)["high"] for n in (10, 20, 40)]
    distances = [abs(law.cv - 1) for law in laws]
    assert distances == sorted(distances, reverse=True)
    deep = laws[-1]
    assert distances[-1] < 5e-3
    coarse = PhaseType(deep.entry, np.linalg.matrix_power(deep.within, round(deep.mean / 200)))
    drawn = np.searchsorted(-coarse.survival(4000), -np.random.default_rng(1).random(2000))
    shape, low, high = fit_family(Durations.of(drawn, resolution=1.0), "gamma").shape
    assert abs(shape - 1) < 3.3 * (high - low) / 3.92


def test_bad_chains_are_refused() -> None:
    with pytest.raises(ParameterError, match="add up to 1"):
        dwell_laws([[0.5, 0.4], [0.5, 0.5]], [-1, 1], low=-1, high=1)
    with pytest.raises(ParameterError, match="low = -2"):
        dwell_laws(np.eye(2), [-1, 1], low=-2, high=1)
    with pytest.raises(ParameterError, match="must be below high"):
        dwell_laws([[0.5, 0.5], [0.5, 0.5]], [-1, 1], low=0, high=0)

"""Theory of binary synapses inferred from data: saddle point, threshold, eigenvalue; and the sampler."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from cortexnet.analysis.boltzmann.joint_machine import all_bits
from cortexnet.analysis.boltzmann.planted import planted_data, posterior_samples, rms_overlap
from cortexnet.analysis.boltzmann.replica import (
    critical_load,
    free_entropy,
    mean_sign,
    overlap,
    rms_overlap_below,
)
from cortexnet.analysis.boltzmann.spectrum import leading_component, predicted_eigenvalue, predicted_overlap
from cortexnet.errors import ParameterError


@pytest.mark.parametrize("precision", [0.01, 0.7, 4.0, 30.0])
def test_the_mean_sign_is_the_integral(precision: float) -> None:
    integral, _ = quad(
        lambda z: norm.pdf(z) * np.tanh(precision + np.sqrt(precision) * z),
        -12,
        12,
        points=[-np.sqrt(precision)],
    )
    assert mean_sign(precision) == pytest.approx(integral, abs=1e-6)


@pytest.mark.parametrize("strength", [1.0, 1.5])
def test_overlap_appears_at_the_threshold_and_continuously(strength: float) -> None:
    load = critical_load(strength)
    assert load == pytest.approx(strength**-4)
    assert overlap(0.95 * load, strength) < 1e-8
    near, far = (overlap((1 + distance) * load, strength) for distance in (0.02, 0.04))
    assert 0.001 < near < 0.05
    assert far / near == pytest.approx(2, abs=0.1)  # linear: no jump, and no square root
    assert overlap(20 * load, strength) > 0.98


@pytest.mark.parametrize("strength", [1.0, 1.5])
@pytest.mark.parametrize("relative_load", [1.3, 3.0, 8.0])
def test_every_start_leads_to_the_maximum_of_the_free_entropy(strength: float, relative_load: float) -> None:
    load = relative_load * critical_load(strength)
    q = overlap(load, strength)
    assert overlap(load, strength, start=0.01) == pytest.approx(q, abs=1e-6)
    others = np.linspace(0, 1, 101)
    along = free_entropy(others, mean_sign(strength**2 * others), load, strength)
    best = free_entropy(q, mean_sign(strength**2 * q), load, strength)
    assert best >= along.max() - 1e-12
    assert best > 0  # more than without overlap


def test_the_saddle_point_is_stationary() -> None:
    load, strength, step = 2.0, 1.2, 1e-5
    q = overlap(load, strength)
    r = float(mean_sign(strength**2 * q))
    by_q = free_entropy(q + step, r, load, strength) - free_entropy(q - step, r, load, strength)
    by_r = free_entropy(q, r + step, load, strength) - free_entropy(q, r - step, load, strength)
    assert np.abs([by_q, by_r]).max() / (2 * step) < 1e-6


def test_signs_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(ParameterError, match="must be above 0"):
        overlap(0.0, 1.0)


def test_the_sampler_draws_from_the_posterior() -> None:
    """Pair correlations of 7 synapses after 6 data against enumeration of all 128 states.

    Seed 3, 40,000 sweeps in 20 batches. 21 correlations within 5 standard errors (19 degrees of freedom):
    error probability 2e-3. Without one datum some correlation is off by more than 10.
    """
    rng = np.random.default_rng(3)
    _, data = planted_data(7, 6, 1.4, rng)
    samples = posterior_samples(data, 1.4, 40_000, rng)
    pairs = np.triu_indices(7, 1)
    batches = np.array([(batch.T @ batch / len(batch))[pairs] for batch in np.split(samples, 20)])
    error = batches.std(axis=0, ddof=1) / np.sqrt(20)
    deviation = batches.mean(axis=0) - pair_correlations(data, 1.4)[pairs]
    assert np.abs(deviation / error).max() < 5
    planted_error = batches.mean(axis=0) - pair_correlations(data[1:], 1.4)[pairs]
    assert np.abs(planted_error / error).max() > 10


def pair_correlations(data: np.ndarray, strength: float) -> np.ndarray:
    """By enumeration, answers summed out by hand."""
    states = 2.0 * all_bits(data.shape[1]) - 1
    weight = np.cosh(strength * states @ data.T / np.sqrt(data.shape[1])).prod(axis=1)
    return np.einsum("s,si,sj->ij", weight / weight.sum(), states, states)


def test_the_normaliser_of_a_datum_does_not_depend_on_the_synapses() -> None:
    """Why the posterior of one hidden unit is local, and why that of two is not."""
    patterns = 2.0 * all_bits(6) - 1
    rng = np.random.default_rng(1)
    drawn = 2.0 * rng.integers(0, 2, size=(4, 2, 6)) - 1
    fields = 0.5 * np.einsum("ph,skh->spk", patterns, drawn)
    one_unit = np.cosh(fields[:, :, 0]).sum(axis=1)
    two_units = np.cosh(fields).prod(axis=2).sum(axis=1)
    assert np.ptp(one_unit) / one_unit.mean() < 1e-13
    assert np.ptp(two_units) / two_units.mean() > 0.01


@pytest.mark.parametrize("relative_load", [0.2, 4.0])
def test_the_leading_eigenvalue_is_predicted(relative_load: float) -> None:
    """Eigenvalue within 3 %, eigenvector within 0.06 of their limits at N = 400, mean of 4, seed 5.

    Below threshold chance leaves an overlap of order 1/sqrt(N), for which twice that is allowed.
    """
    rng, strength, size = np.random.default_rng(5), 1.0, 400
    eigenvalues, overlaps = [], []
    for _ in range(4):
        planted, data = planted_data(size, round(relative_load * size), strength, rng)
        eigenvalue, vector = leading_component(data)
        eigenvalues.append(eigenvalue)
        overlaps.append(abs(vector @ planted) / np.sqrt(size))
    assert np.mean(eigenvalues) == pytest.approx(predicted_eigenvalue(relative_load, strength), rel=0.03)
    floor = 2 * size**-0.5 if relative_load < 1 else 0
    assert np.mean(overlaps) == pytest.approx(predicted_overlap(relative_load, strength), abs=0.06 + floor)


@pytest.mark.slow
def test_sampled_overlaps_follow_the_theory_on_both_sides_of_the_threshold() -> None:
    """N = 200, beta 1, 16 instances of 300 sweeps, seed 11; theory within 4 standard errors over instances.

    Below threshold against the finite-size law, above against the saddle point, where corrections of order
    1/N are allowed for by 0.01. Error probability below 1e-3 (t, 15 degrees of freedom, two comparisons).
    """
    rng, size, strength = np.random.default_rng(11), 200, 1.0
    for load, expected in {
        0.5: float(rms_overlap_below(0.5, strength, size)) ** 2,
        6.0: overlap(6.0, strength) ** 2,
    }.items():
        squares = []
        for _ in range(16):
            planted, data = planted_data(size, round(load * size), strength, rng)
            squares.append(rms_overlap(posterior_samples(data, strength, 300, rng)[60:], planted) ** 2)
        error = np.std(squares, ddof=1) / 4
        assert abs(np.mean(squares) - expected) < 4 * error + (0.01 if load > 1 else 0)
        assert abs(np.mean(squares) - overlap(1.5, strength) ** 2) > 6 * error  # of another load

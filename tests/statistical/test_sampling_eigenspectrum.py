"""Eigenspectra of populations of known exponent: noise biases the plain one, not the cross-validated."""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.analysis.sampling.eigenspectrum import eigenspectrum
from cortexnet.analysis.sampling.power_law import PowerLaw, fit_power_law
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")

RANKS = (2, 30)


def population(
    exponent: float, noise: float, *, seed: int, stimuli: int = 1500, cells: int = 60
) -> tuple[np.ndarray, np.ndarray]:
    """Two presentations of a Gaussian signal of eigenvalues rank**-exponent along random axes, with noise."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.normal(size=(cells, cells)))[0]
    signal = rng.normal(size=(stimuli, cells)) * np.arange(1, cells + 1) ** (-exponent / 2) @ axes
    return signal + noise * rng.normal(size=signal.shape), signal + noise * rng.normal(size=signal.shape)


def test_one_presentation_gives_the_eigenvalues_of_the_covariance() -> None:
    responses = np.random.default_rng(1).normal(size=(50, 7))
    expected = np.linalg.eigvalsh(np.cov(responses.T, bias=True))[::-1]
    assert eigenspectrum(responses) == pytest.approx(expected)


def test_twice_the_same_presentation_gives_the_plain_spectrum() -> None:
    responses = np.random.default_rng(2).normal(size=(50, 7))
    assert eigenspectrum(responses, responses) == pytest.approx(eigenspectrum(responses))


@pytest.mark.parametrize("exponent", [0.7, 1.0, 1.5])
def test_noise_biases_the_plain_exponent_and_not_the_cross_validated_one(exponent: float) -> None:
    """Five populations of 60 cells, 1,500 stimuli, noise of variance 0.04: the signal's at rank 25 if 1/rank.

    Cross-validated: within 3 errors of the mean and 0.03. Planted: the plain exponent is off by 0.1 and more.
    """
    rng = np.random.default_rng(3)
    validated, plain = [], []
    for seed in range(5):
        first, second = population(exponent, 0.2, seed=10 + seed)
        validated.append(fit_power_law(first, second, ranks=RANKS, rng=rng, resamples=10))
        plain.append(fit_power_law(first, ranks=RANKS, rng=rng, resamples=2))
    found = np.array([fit.exponent for fit in validated])
    error = np.mean([fit.standard_error for fit in validated]) / np.sqrt(5)
    assert abs(found.mean() - exponent) < 3 * error + 0.03
    assert np.mean([fit.exponent for fit in plain]) < exponent - 0.1


def test_noise_that_does_not_repeat_has_no_cross_validated_variance() -> None:
    """200 cells' worth: mean within 4 errors of zero; the plain spectrum has all of the variance."""
    rng = np.random.default_rng(4)
    spectra = np.array([eigenspectrum(*rng.normal(size=(2, 300, 20))) for _ in range(50)])
    totals = spectra.sum(axis=1)
    assert abs(totals.mean()) < 4 * totals.std() / np.sqrt(50)
    assert eigenspectrum(rng.normal(size=(300, 20))).sum() == pytest.approx(20, rel=0.05)


def test_the_bootstrap_error_is_the_spread_of_repetitions() -> None:
    """40 populations of exponent 1: within a factor of 1.5, the SD of a spread being 11 %."""
    rng = np.random.default_rng(5)
    fits = []
    for seed in range(40):
        pair = population(1.0, 0.1, seed=100 + seed, stimuli=400, cells=30)
        fits.append(fit_power_law(*pair, ranks=(2, 15), rng=rng, resamples=20))
    spread = np.std([fit.exponent for fit in fits])
    assert 1 / 1.5 < np.mean([fit.standard_error for fit in fits]) / spread < 1.5


def test_an_exact_power_law_is_fitted_exactly_and_told_from_an_exponential() -> None:
    """Spectra without sampling noise, from orthogonal columns."""
    rank = np.arange(1, 21)
    columns = np.linalg.qr(np.random.default_rng(6).normal(size=(100, 21)))[0]
    columns = np.linalg.qr(columns - columns.mean(axis=0))[0][:, :20]
    rng = np.random.default_rng(0)
    power = fit_power_law(columns * rank**-0.6, ranks=(1, 20), rng=rng, resamples=2)
    assert power.exponent == pytest.approx(1.2)
    assert power.height == pytest.approx(0.01)
    assert power.rms == pytest.approx(0, abs=1e-9)
    assert power.better_than_exponential
    decay = fit_power_law(columns * np.exp(-rank / 6), ranks=(1, 20), rng=rng, resamples=2)
    assert decay.rms_exponential == pytest.approx(0, abs=1e-9)
    assert not decay.better_than_exponential
    assert not decay.agrees_with(decay.exponent)


def test_agreement_is_within_errors() -> None:
    law = PowerLaw(1.1, 0.04, 1.0, 2, 30, 0.1, 0.5)
    assert law.agrees_with(1.03)
    assert not law.agrees_with(1.0)
    assert law.agrees_with(1.0, errors=3)


def test_variances_below_zero_give_no_exponent() -> None:
    noise = np.random.default_rng(7).normal(size=(2, 200, 20))
    fit = fit_power_law(*noise, ranks=(1, 20), rng=np.random.default_rng(0), resamples=10)
    assert np.isnan([fit.exponent, fit.standard_error]).all()
    assert not fit.agrees_with(1.0)


@pytest.mark.parametrize("ranks", [(0, 5), (5, 5), (2, 8)])
def test_ranks_that_there_are_not_are_refused(ranks: tuple[int, int]) -> None:
    with pytest.raises(ParameterError, match="ranks"):
        fit_power_law(np.eye(10, 7), ranks=ranks, rng=np.random.default_rng(0))


def test_presentations_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ParameterError, match="must agree"):
        eigenspectrum(np.eye(5), np.eye(6))
    with pytest.raises(ParameterError, match="at least 2"):
        eigenspectrum(np.ones(5))

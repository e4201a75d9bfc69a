"""Estimators of spike statistics on processes whose values are known, and their errors by repetition.

Each test: fixed seed, sample size as written, alpha = 1e-4. Wrong estimators are planted and must be caught.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import beta

from cortexnet.analysis.averages import standard_error
from cortexnet.analysis.correlation import pairwise_correlation
from cortexnet.analysis.rate_distribution import fit_lognormal
from cortexnet.analysis.regression import regress
from cortexnet.analysis.spikes import SpikeTrains, population_rate
from cortexnet.analysis.variability import cv2_isi, cv_isi, fano_factor

pytestmark = pytest.mark.filterwarnings("error")

ALPHA = 1e-4


def agrees(sample: np.ndarray, expected: float) -> bool:
    """Whether independent values have this mean, by Student's t test at ALPHA."""
    return bool(stats.ttest_1samp(sample, expected).pvalue > ALPHA)


def covers_as_stated(hits: int, n: int, confidence: float = 0.95) -> bool:
    """Whether as many of n intervals contain the truth as should, by a binomial test at ALPHA."""
    return bool(stats.binomtest(hits, n, confidence).pvalue > ALPHA)


def renewal_trains(shape: float, *, cells: int, intervals: int, seed: int) -> SpikeTrains:
    """Gamma renewal trains of 1 Hz."""
    gaps = np.random.default_rng(seed).gamma(shape, 1 / shape, (cells, intervals))
    times = np.cumsum(gaps, axis=1)
    return SpikeTrains(np.repeat(np.arange(cells), intervals), times.ravel(), cells, 0.0, times.max() + 1)


def gamma_cv2(shape: float) -> float:
    """CV2 of a gamma renewal process: one interval's share of two is Beta(k, k), CV2 four mean deviations."""
    return 4 * 2 * shape ** (2 * shape) / (beta(shape, shape) * (2 * shape) ** (2 * shape + 1))


@pytest.mark.parametrize("shape", [0.5, 1, 3, 10])
def test_cv_and_cv2_of_gamma_renewal_processes(shape: float) -> None:
    """50 cells of 10,000 intervals: CV = 1 / sqrt(k), with a bias below the error of the mean over cells."""
    trains = renewal_trains(shape, cells=50, intervals=10_000, seed=1)
    assert agrees(cv_isi(trains), shape**-0.5)
    assert agrees(cv2_isi(trains), gamma_cv2(shape))
    assert not agrees(cv_isi(trains), 1.02 * shape**-0.5)  # what the test resolves


def poisson_trains(rate: float, duration: float, cells: int, seed: int) -> SpikeTrains:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rate * duration, cells)
    times = rng.uniform(0, duration, counts.sum())
    return SpikeTrains(np.repeat(np.arange(cells), counts), times, cells, 0.0, duration)


@pytest.mark.parametrize("rate", [0.5, 20.0])
def test_poisson_trains_have_fano_factor_one(rate: float) -> None:
    """4,000 cells, 10 bins; also at 0.5 Hz, where a cell has half a spike a bin."""
    trains = poisson_trains(rate, 10.0, 4000, seed=2)
    fano = fano_factor(trains, 1.0)
    fano = fano[~np.isnan(fano)]
    assert agrees(fano, 1)
    assert not agrees(fano * 9 / 10, 1)  # the divisor n in place of n - 1


def counts_with_common_source(copied: np.ndarray, bins: int, rng: np.random.Generator) -> SpikeTrains:
    """Poisson counts of mean 2 a bin; cell i copies each spike of a common train with probability c_i."""
    common = rng.poisson(2.0, bins)
    counts = rng.binomial(common, copied[:, None]) + rng.poisson(
        2.0 * (1 - copied[:, None]), (len(copied), bins)
    )
    cell, bin_ = np.nonzero(counts)
    n = counts[cell, bin_]
    return SpikeTrains(np.repeat(cell, n), np.repeat(bin_, n) + 0.5, len(counts), 0.0, float(bins))


def test_common_input_gives_the_correlation_of_its_share() -> None:
    """Cells that copy with probability c correlate by c**2: 60 samples of 40 cells, 500 bins."""
    rng = np.random.default_rng(3)
    c = np.full(40, 0.5)
    means = [
        pairwise_correlation(counts_with_common_source(c, 500, rng), 1.0, rng=rng, resamples=2).mean
        for _ in range(60)
    ]
    assert agrees(np.array(means), 0.25)
    assert not agrees(np.array(means) * 0.95, 0.25)


def test_independent_trains_scatter_as_stated() -> None:
    """300 samples of 20 independent cells, 100 bins: SD of pairs, and variance of the mean (chi-square)."""
    rng = np.random.default_rng(4)
    samples = [
        pairwise_correlation(counts_with_common_source(np.zeros(20), 100, rng), 1.0, rng=rng, resamples=2)
        for _ in range(300)
    ]
    means = np.array([sample.mean for sample in samples])
    assert agrees(means, 0)
    assert agrees(np.array([sample.sd**2 for sample in samples]), samples[0].independent_sd ** 2)
    scaled = (means**2).sum() / samples[0].independent_mean_sd ** 2
    assert ALPHA / 2 < stats.chi2.cdf(scaled, 300) < 1 - ALPHA / 2


def pair_errors(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean correlation of 30 of 300 cells less that of all, its errors by cells and by pairs; 200 times."""
    rng = np.random.default_rng(seed)
    everyone = counts_with_common_source(rng.choice([0.0, 0.7], 300), 500, rng)
    truth = pairwise_correlation(everyone, 1.0, rng=rng, resamples=2).mean
    samples = [pairwise_correlation(everyone, 1.0, rng=rng, n_cells=30, resamples=300) for _ in range(200)]
    return (
        np.array([s.mean - truth for s in samples]),
        np.array([s.standard_error for s in samples]),
        np.array([s.sd / np.sqrt(s.n_pairs) for s in samples]),
    )


def test_error_over_cells_covers_and_error_over_pairs_does_not() -> None:
    deviation, over_cells, over_pairs = pair_errors(seed=5)
    quantile = stats.norm.ppf(0.975)
    assert covers_as_stated(int((np.abs(deviation) < quantile * over_cells).sum()), 200)
    assert not covers_as_stated(int((np.abs(deviation) < quantile * over_pairs).sum()), 200)


def test_lognormal_parameters_are_found_within_their_errors() -> None:
    """2,000 samples of 300 cells: deviations divided by the stated errors have mean 0 and mean square 1."""
    rng = np.random.default_rng(6)
    fits = [fit_lognormal(10 ** rng.normal(0.08, 0.4, 300)) for _ in range(2000)]
    z_mean = np.array([(fit.log10_mean - 0.08) / fit.log10_mean_error for fit in fits])
    z_sd = np.array([(fit.log10_sd - 0.4) / fit.log10_sd_error for fit in fits])
    for z in (z_mean, z_sd):
        assert abs(z.mean()) < 0.2
        assert (
            0.9 < (z**2).mean() < 1.12
        )  # 1 within 3.9 errors, sqrt(2 / 2000), plus the terms of order 1 / n


def autoregressive(phi: float, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Stationary AR(1) series of unit variance, one a row."""
    from scipy.signal import lfilter

    noise = rng.normal(size=(shape[0], shape[1] + 200)) * np.sqrt(1 - phi**2)
    return lfilter([1], [1, -phi], noise, axis=1)[:, 200:]


def regression_series() -> zip[tuple[np.ndarray, np.ndarray]]:
    """Series x and y = 3 x + 2 + noise of 2,000 samples with a correlation time of 10; 300 times."""
    rng = np.random.default_rng(7)
    x, noise = (autoregressive(0.9, (300, 2000), rng) for _ in range(2))
    return zip(x, 3 * x + 2 + 2 * noise, strict=True)


SLOPE, INTERCEPT, R = 3.0, 2.0, 3 / np.sqrt(13)


def test_intervals_of_a_regression_cover_in_spite_of_autocorrelation() -> None:
    lines = [regress(x, y, block=100) for x, y in regression_series()]
    for name, truth in (("slope", SLOPE), ("intercept", INTERCEPT), ("r", R)):
        estimates = [getattr(line, name) for line in lines]
        assert covers_as_stated(sum(e.low <= truth <= e.high for e in estimates), 300), name


def test_the_intervals_of_the_textbook_do_not() -> None:
    """The planted error: all samples taken as independent."""
    lines = [stats.linregress(x, y) for x, y in regression_series()]
    assert not covers_as_stated(sum(abs(line.slope - SLOPE) < 1.96 * line.stderr for line in lines), 300)
    fisher = [np.arctanh(line.rvalue) - np.arctanh(R) for line in lines]
    assert not covers_as_stated(sum(abs(z) < 1.96 / np.sqrt(2000 - 3) for z in fisher), 300)
    outside = [abs(line.intercept - INTERCEPT) < 1.96 * line.intercept_stderr for line in lines]
    assert not covers_as_stated(sum(outside), 300)


def rate_errors(block_s: float) -> tuple[np.ndarray, float]:
    """Batch-mean errors of a rate that fluctuates within 50 ms, and its true SD; 200 runs of 20 s."""
    rng = np.random.default_rng(8)
    rate = 5 * np.exp(autoregressive(np.exp(-0.2), (200, 2000), rng))  # Hz, in bins of 10 ms
    errors, means = [], []
    for row in rate:
        counts = rng.poisson(row * 0.01 * 20)  # 20 cells
        times = np.repeat(np.arange(2000), counts) * 0.01 + rng.uniform(0, 0.01, counts.sum())
        trains = SpikeTrains(rng.integers(0, 20, times.size), times, 20, 0.0, 20.0)
        errors.append(standard_error(population_rate(trains, block_s)))
        means.append(times.size / 20 / 20)
    return np.array(errors), float(np.std(means, ddof=1))


def ratio_is_one(errors: np.ndarray, true_sd: float) -> bool:
    """Whether mean squared error and variance of 200 means agree, by a chi-square test at ALPHA."""
    low, high = stats.chi2.ppf([ALPHA / 2, 1 - ALPHA / 2], 199) / 199
    return bool(low < true_sd**2 / (errors**2).mean() < high)


def test_error_of_a_rate_from_blocks_of_a_second_is_right() -> None:
    assert ratio_is_one(*rate_errors(1.0))


@pytest.mark.parametrize("wrong", ["blocks too short", "spikes independent"])
def test_errors_that_ignore_correlation_are_caught(wrong: str) -> None:
    errors, true_sd = rate_errors(0.01)
    if wrong == "spikes independent":
        errors = np.full(200, np.sqrt(5 * np.exp(0.5) / 20 / 20))
    assert not ratio_is_one(errors, true_sd)

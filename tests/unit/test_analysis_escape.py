"""Escape rates against closed forms, scipy's censored fits, and simulated lifetimes."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from cortexnet.analysis.escape import constant_hazard, escape_rate, exponential_escape
from cortexnet.errors import ParameterError

Watched = tuple[np.ndarray, np.ndarray]  # times at risk, and which runs survived

SIZES = np.repeat([5.0, 6.0, 7.0, 8.0], 30)


def watch(lifetime: np.ndarray, duration: float) -> Watched:
    """Watch runs of given lifetimes for at most `duration`."""
    return np.minimum(lifetime, duration), lifetime > duration


def exponential_runs(generator: np.random.Generator, size: np.ndarray, slope: float) -> Watched:
    """Runs of mean lifetime 1 s at size 5, watched for 5 s."""
    return watch(generator.exponential(np.exp(slope * (size - 5))), 5.0)


@pytest.mark.parametrize("escapes", [0, 1, 7, 20])
def test_interval_is_where_exact_poisson_tails_are_half_of_what_is_left(escapes: int) -> None:
    time = np.linspace(0.5, 3, 20)
    rate = escape_rate(time, np.arange(20) >= escapes)
    assert (rate.escapes, rate.rate_hz) == (escapes, escapes / time.sum())
    assert stats.poisson.cdf(escapes, rate.high_hz * time.sum()) == pytest.approx(0.025)
    if escapes:
        assert stats.poisson.sf(escapes - 1, rate.low_hz * time.sum()) == pytest.approx(0.025)
    else:
        assert rate.low_hz == 0


def covers(generator: np.random.Generator, forget_survival: bool = False) -> bool:
    """Whether the interval of thirty runs of rate 0.5/s, watched for 2 s, contains that rate."""
    time, survived = watch(generator.exponential(2.0, 30), 2.0)
    rate = escape_rate(time, survived & (not forget_survival))
    return rate.low_hz <= 0.5 <= rate.high_hz


def test_interval_covers_as_often_as_it_says_though_each_watch_is_fixed() -> None:
    """Seed 1, 1000 experiments of coverage 0.95 or more: below 0.93 by chance in 1 of 300."""
    generator = np.random.default_rng(1)
    assert np.mean([covers(generator) for _ in range(1000)]) > 0.93
    assert np.mean([covers(generator, forget_survival=True) for _ in range(1000)]) < 0.7


@pytest.mark.parametrize("duration", [0.8, 3.0, 1e3])
def test_shape_is_that_of_scipys_censored_fit(duration: float) -> None:
    time, survived = watch(np.random.default_rng(2).weibull(1.6, 50), duration)
    data = stats.CensoredData(uncensored=time[~survived], right=time[survived])
    shape, _, scale = stats.weibull_min.fit(data, floc=0)
    weibull, exponential = (
        stats.weibull_min(shape, scale=scale),
        stats.expon(scale=time.sum() / (~survived).sum()),
    )
    gain = np.where(
        survived,
        weibull.logsf(time) - exponential.logsf(time),
        weibull.logpdf(time) - exponential.logpdf(time),
    ).sum()
    test = constant_hazard(time, survived)
    assert test.shape == pytest.approx(shape, rel=1e-3)
    assert test.p_value == pytest.approx(stats.chi2.sf(2 * gain, 1), rel=1e-2)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_shape_does_not_depend_on_the_unit_of_time(scale: float) -> None:
    time, survived = watch(np.random.default_rng(3).exponential(1, 20), 1.5)
    assert constant_hazard(scale * time, survived).shape == pytest.approx(
        constant_hazard(time, survived).shape
    )


def rejections(draw: Callable[[np.random.Generator], np.ndarray]) -> float:
    """Share of 400 experiments that reject constant hazard at 5 %: thirty runs, watched for 2 s."""
    generator = np.random.default_rng(4)
    return float(np.mean([constant_hazard(*watch(draw(generator), 2.0)).p_value < 0.05 for _ in range(400)]))


def test_constant_hazard_is_rejected_at_its_level_and_a_rising_one_nearly_always() -> None:
    """Seed 4: at a level of 5 % (6 % for thirty runs), above 9 % of 400 by chance in 1 of 100."""
    assert rejections(lambda generator: generator.exponential(1, 30)) < 0.09
    assert rejections(lambda generator: generator.weibull(2, 30)) > 0.9
    assert rejections(lambda generator: 0.5 + generator.exponential(1, 30)) > 0.5  # a dead time


def test_two_sizes_have_the_closed_form() -> None:
    """The line goes through log(time / escapes) of both; its variance there is 1 / escapes."""
    size = np.repeat([5.0, 8.0], [4, 5])
    time = np.array([1.0, 2.0, 1.5, 0.5, 9.0, 10.0, 10.0, 4.0, 10.0])
    survived = time == 10
    fit = exponential_escape(size, time, survived)
    mean, low, high = fit.mean_lifetime([5, 8])
    np.testing.assert_allclose(mean, [5 / 4, 43 / 2], rtol=1e-6)
    np.testing.assert_allclose(np.log(high / low), 2 * 1.959964 / np.sqrt([4, 2]), rtol=1e-5)
    assert fit.slope == pytest.approx(math.log(43 / 2 / (5 / 4)) / 3)
    assert fit.slope_error == pytest.approx(math.sqrt(1 / 4 + 1 / 2) / 3)
    assert math.isnan(fit.p_lack_of_fit)


def test_the_fit_is_where_every_small_change_is_less_likely() -> None:
    time, survived = exponential_runs(np.random.default_rng(5), SIZES, 1.0)
    fit = exponential_escape(SIZES, time, survived)

    def log_likelihood(intercept: float, slope: float) -> float:
        scale = np.exp(intercept + slope * (SIZES - fit.centre))
        law = stats.expon(scale=scale)
        return float(np.where(survived, law.logsf(time), law.logpdf(time)).sum())

    best = log_likelihood(fit.intercept, fit.slope)
    errors = np.sqrt(np.diag(fit.covariance))
    for step in ([0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]):
        change = step * errors
        drop = best - log_likelihood(fit.intercept + change[0], fit.slope + change[1])
        assert drop > 0
        information = np.linalg.inv(fit.covariance)
        assert drop == pytest.approx(change @ information @ change / 2, rel=0.02)


def test_errors_and_p_values_of_the_fit_are_those_of_simulated_runs() -> None:
    """Seed 6, 300 experiments: each bound is missed by chance in less than 1 of 100."""
    generator = np.random.default_rng(6)
    fits = [exponential_escape(SIZES, *exponential_runs(generator, SIZES, 0.8)) for _ in range(300)]
    score = np.array([(fit.slope - 0.8) / fit.slope_error for fit in fits])
    assert abs(score.mean()) < 0.2
    assert 0.88 < score.std() < 1.13
    assert np.mean([fit.p_lack_of_fit < 0.05 for fit in fits]) < 0.09
    assert np.mean([fit.p_constant < 0.05 for fit in fits]) == 1
    level = [exponential_escape(SIZES, *exponential_runs(generator, SIZES, 0.0)) for _ in range(300)]
    assert np.mean([fit.p_constant < 0.05 for fit in level]) < 0.09


def test_planted_errors_are_found() -> None:
    """Forgotten censoring flattens the line; a lifetime that jumps is no straight line. Seed 7."""
    generator = np.random.default_rng(7)
    time, survived = exponential_runs(generator, SIZES, 1.2)
    forgotten = exponential_escape(SIZES, time, np.zeros_like(survived))
    assert forgotten.slope + 4 * forgotten.slope_error < 1.2
    jump = exponential_escape(SIZES, *watch(generator.exponential(np.where(SIZES == 6, 6.0, 0.6)), 5.0))
    assert jump.p_lack_of_fit < 1e-3


def test_what_cannot_be_estimated_is_said() -> None:
    assert math.isnan(constant_hazard([1.0, 2.0], [False, True]).p_value)
    with pytest.raises(ParameterError, match="two sizes"):
        exponential_escape([1.0, 1.0, 2.0], [1.0, 2.0, 3.0], [False, False, True])
    with pytest.raises(ParameterError, match="2 times and 1 outcomes"):
        escape_rate([1.0, 2.0], [True])
    with pytest.raises(ParameterError, match="must be above 0"):
        escape_rate([0.0, 2.0], [True, False])

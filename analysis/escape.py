"""Escape from a metastable state: rates, whether they are constant, and how they scale with a size.

Runs are watched for a limited time. One that outlives its watch is right-censored: it says only that the
escape comes later. All estimates here are of maximum likelihood with these runs included, and count time
from an origin that the caller has subtracted, such as the end of a kick.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize
from scipy.special import xlogy
from scipy.stats import chi2, norm

from cortexnet.errors import ParameterError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class EscapeRate:
    """Escapes per time at risk, with a confidence interval; without any escape the lower end is 0."""

    escapes: int
    time_at_risk_s: float
    rate_hz: float
    low_hz: float
    high_hz: float


@dataclass(frozen=True)
class HazardTest:
    """Weibull shape (1: constant hazard, above 1: rising) and the p value of a constant hazard."""

    shape: float
    p_value: float


@dataclass(frozen=True, eq=False)
class ExponentialEscape:
    """Mean lifetime exp(intercept + slope (size - centre)), fitted to single runs.

    Attributes
    ----------
    centre : float
        Size at which the intercept is taken: the mean over the runs.
    intercept, slope : float
        Of the logarithm of the mean lifetime in seconds; the slope per unit of size.
    covariance : ndarray
        Of intercept and slope, 2 x 2, from the observed information.
    p_constant : float
        p value of equal mean lifetimes at all sizes (likelihood ratio, one degree of freedom).
    p_lack_of_fit : float
        p value of the straight line against a lifetime of its own for each size (likelihood ratio); NaN with
        two sizes.
    """

    centre: float
    intercept: float
    slope: float
    covariance: Array
    p_constant: float
    p_lack_of_fit: float

    @property
    def slope_error(self) -> float:
        """Standard error of the slope."""
        return math.sqrt(self.covariance[1, 1])

    def mean_lifetime(self, size: ArrayLike, *, confidence: float = 0.95) -> tuple[Array, Array, Array]:
        """Mean lifetime (s) at sizes, and both ends of its confidence interval (normal in the logarithm)."""
        offset = np.asarray(size, dtype=np.float64) - self.centre
        log_mean = self.intercept + self.slope * offset
        error = np.sqrt(
            self.covariance[0, 0] + 2 * offset * self.covariance[0, 1] + offset**2 * self.covariance[1, 1]
        )
        reach = norm.ppf((1 + confidence) / 2) * error
        return np.exp(log_mean), np.exp(log_mean - reach), np.exp(log_mean + reach)


def escape_rate(time_at_risk_s: ArrayLike, survived: ArrayLike, *, confidence: float = 0.95) -> EscapeRate:
    """Escapes per total time at risk, the maximum-likelihood rate of exponential lifetimes.

    Parameters
    ----------
    time_at_risk_s, survived : array_like
        Time until escape, or until the end of the watch for a run that survived.
    confidence : float
        Of the interval: that of a Poisson count over the total time (Garwood 1936, quantiles of chi-square),
        exact if watching goes on for a fixed total time, and close to it for fixed times a run.

    Returns
    -------
    EscapeRate
    """
    time, escaped = _runs(time_at_risk_s, survived)
    escapes, total = int(escaped.sum()), float(time.sum())
    tail = (1 - confidence) / 2
    low = chi2.ppf(tail, 2 * escapes) / (2 * total) if escapes else 0.0
    high = chi2.ppf(1 - tail, 2 * escapes + 2) / (2 * total)
    return EscapeRate(escapes, total, escapes / total, float(low), float(high))


def constant_hazard(time_at_risk_s: ArrayLike, survived: ArrayLike) -> HazardTest:
    """Test exponential against Weibull lifetimes by the likelihood ratio (chi-square, one degree of freedom).

    Parameters
    ----------
    time_at_risk_s, survived : array_like
        As in `escape_rate`.

    Returns
    -------
    HazardTest
        NaN with fewer than two different times of escape, from which no shape can be told.
    """
    time, escaped = _runs(time_at_risk_s, survived)
    if np.unique(time[escaped]).size < 2:
        return HazardTest(math.nan, math.nan)
    log_time = np.log(time / time.max())  # of at most 1, so that no power overflows
    n, mean_log = escaped.sum(), log_time[escaped].mean()

    def slope(shape: float) -> float:
        powers = np.exp(shape * log_time)
        return float(1 / shape + mean_log - (powers @ log_time) / powers.sum())

    def log_likelihood(shape: float) -> float:
        """Log-likelihood with the scale at its optimum, up to a constant."""
        return float(n * (math.log(shape) - math.log(np.exp(shape * log_time).sum()) + shape * mean_log))

    low, high = 0.5, 2.0
    while slope(low) < 0:
        low /= 2
    while slope(high) > 0:
        high *= 2
    shape = float(brentq(slope, low, high))
    return HazardTest(shape, _p_value(log_likelihood(shape) - log_likelihood(1.0), 1))


def exponential_escape(size: ArrayLike, time_at_risk_s: ArrayLike, survived: ArrayLike) -> ExponentialEscape:
    """Fit a mean lifetime that is exponential in a size to all runs at once.

    A run of size x that escapes after t has the likelihood exp(-t/T)/T, one that survives t has exp(-t/T),
    with log T = intercept + slope (x - centre). The likelihood is concave in both parameters.

    Parameters
    ----------
    size : array_like
        Of each run.
    time_at_risk_s, survived : array_like
        As in `escape_rate`.

    Raises
    ------
    ParameterError
        If runs escape at fewer than two sizes, so that no slope can be told.
    """
    x = np.asarray(size, dtype=np.float64)
    time, escaped = _runs(time_at_risk_s, survived)
    if np.unique(x[escaped]).size < 2:
        raise ParameterError("exponential escape: runs must escape at two sizes or more")
    centre, scale = float(x.mean()), float(x.std())
    z = (x - centre) / scale

    def cost(line: Array) -> tuple[float, Array]:
        """Negative log-likelihood and its gradient."""
        log_lifetime = line[0] + line[1] * z
        residual = escaped - time * np.exp(-log_lifetime)
        value = (escaped * log_lifetime + time * np.exp(-log_lifetime)).sum()
        return float(value), np.array([residual.sum(), residual @ z])

    def information(line: Array) -> Array:
        """Observed information: the Hessian of the negative log-likelihood."""
        expected = time * np.exp(-line[0] - line[1] * z)
        mixed = expected @ z
        return np.array([[expected.sum(), mixed], [mixed, expected @ z**2]], dtype=np.float64)

    start = np.array([math.log(time.sum() / escaped.sum()), 0.0])
    line = minimize(cost, start, jac=True, hess=information, method="trust-exact", tol=1e-8).x
    unit = np.array([1, 1 / scale])
    best = -cost(line)[0]
    sizes = np.unique(x)
    own = sum(_best_log_likelihood(time[x == value], escaped[x == value]) for value in sizes)
    return ExponentialEscape(
        centre=centre,
        intercept=float(line[0]),
        slope=float(line[1] / scale),
        covariance=np.asarray(np.linalg.inv(information(line)) * np.outer(unit, unit), dtype=np.float64),
        p_constant=_p_value(best - _best_log_likelihood(time, escaped), 1),
        p_lack_of_fit=_p_value(own - best, sizes.size - 2),
    )


def _runs(time_at_risk_s: ArrayLike, survived: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    """Return times at risk and which runs escaped, checked."""
    time, escaped = np.asarray(time_at_risk_s, dtype=np.float64), ~np.asarray(survived, dtype=bool)
    if time.shape != escaped.shape or time.size == 0:
        raise ParameterError(f"escape: {time.size} times and {escaped.size} outcomes, must be as many")
    if not (time > 0).all():
        raise ParameterError(f"escape: time at risk {time.min():g} s, must be above 0")
    return time, escaped


def _best_log_likelihood(time: Array, escaped: NDArray[np.bool_]) -> float:
    """Log-likelihood of exponential lifetimes at the rate that maximises it."""
    n = float(escaped.sum())
    return float(xlogy(n, n / time.sum())) - n


def _p_value(log_likelihood_gain: float, degrees_of_freedom: int) -> float:
    """Give the p value of a likelihood ratio; NaN without a degree of freedom."""
    if degrees_of_freedom == 0:
        return math.nan
    return float(chi2.sf(2 * max(log_likelihood_gain, 0.0), degrees_of_freedom))

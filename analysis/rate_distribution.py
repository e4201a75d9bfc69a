"""The distribution of firing rates over the cells of a population, and its lognormal fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri  # scipy.stats would cost every run half a second

from cortexnet.analysis.averages import defined, mean, standard_deviation


@dataclass(frozen=True)
class LognormalFit:
    """A lognormal distribution fitted to the rates of the cells that fired.

    Attributes
    ----------
    log10_mean, log10_sd : float
        Mean and standard deviation of log10(rate / Hz): the maximum-likelihood values (divisor n).
        10**log10_mean is the median.
    log10_mean_error, log10_sd_error : float
        Their asymptotic standard errors, SD / sqrt(n) and SD / sqrt(2 n). They count cells as independent
        samples of one network: networks among themselves may differ by more.
    n : int
        Cells that fired, those of the fit.
    silent_fraction : float
        Share of the cells that did not.
    ks_distance : float
        Largest difference between the cumulative distributions of data and fit (Kolmogorov-Smirnov).
    quantile_distance : float
        Root mean square difference of data and fit at equal cumulative probability, in decades of rate.

    Notes
    -----
    Both distances describe how well a lognormal fits. They are no tests: the parameters come from the same
    data, and rates from counts in a window are discrete.
    """

    log10_mean: float
    log10_sd: float
    log10_mean_error: float
    log10_sd_error: float
    n: int
    silent_fraction: float
    ks_distance: float
    quantile_distance: float

    def density_per_decade(self, rate_hz: ArrayLike) -> NDArray[np.float64]:
        """Density of log10(rate) of the fit, as drawn over a logarithmic axis in Hz; NaN without a spread."""
        spread = self.log10_sd if self.log10_sd > 0 else math.nan
        log_rate = np.log10(np.asarray(rate_hz, dtype=np.float64))
        z = (log_rate - self.log10_mean) / spread
        return np.asarray(np.exp(-0.5 * z**2) / (spread * math.sqrt(2 * math.pi)), dtype=np.float64)


def fit_lognormal(rate_hz: ArrayLike) -> LognormalFit:
    """Fit a lognormal distribution to the rates above zero.

    Parameters
    ----------
    rate_hz : array_like
        Rate of each cell in Hz, silent cells as zero. NaN (a cell that was not observed) is left out.

    Returns
    -------
    LognormalFit
        NaN where undefined: the distribution if no cell fired, errors below two cells that did, distances if
        all rates are equal, the silent fraction if no cell was observed.
    """
    rates = defined(rate_hz)
    log_rate = np.sort(np.log10(rates[rates > 0]))
    n = log_rate.size
    centre, spread = mean(log_rate), standard_deviation(log_rate)
    ks_distance, quantile_distance = _distances(log_rate, centre, spread)
    several = n > 1
    return LognormalFit(
        log10_mean=centre,
        log10_sd=spread,
        log10_mean_error=spread / math.sqrt(n) if several else math.nan,
        log10_sd_error=spread / math.sqrt(2 * n) if several else math.nan,
        n=n,
        silent_fraction=(rates.size - n) / rates.size if rates.size else math.nan,
        ks_distance=ks_distance,
        quantile_distance=quantile_distance,
    )


def _distances(ordered: NDArray[np.float64], centre: float, spread: float) -> tuple[float, float]:
    """Kolmogorov-Smirnov and quantile distance of ordered values to a normal distribution."""
    if not spread > 0:
        return math.nan, math.nan
    n = ordered.size
    fitted = ndtr((ordered - centre) / spread)
    steps = np.arange(n + 1) / n
    ks_distance = max(np.max(steps[1:] - fitted), np.max(fitted - steps[:-1]))
    quantiles = centre + spread * ndtri((np.arange(n) + 0.5) / n)
    return float(ks_distance), float(np.sqrt(np.mean((ordered - quantiles) ** 2)))

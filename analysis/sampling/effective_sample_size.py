"""How many independent samples the successive samples of a chain are worth.

The mean of n successive values has the variance ``tau var / n``, where tau, the integrated autocorrelation
time, is ``1 + 2 sum_k rho(k)``: n values count as ``n / tau`` independent ones.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cortexnet.errors import ParameterError

#: Autocorrelation times that a trace must last so that its own estimate of them can be trusted.
TIMES_NEEDED = 50


def effective_sample_sizes(traces: ArrayLike) -> pd.DataFrame:
    """Integrated autocorrelation time and effective sample size of some traces, a row a trace.

    The sum over lags ends by the initial monotone sequence of Geyer 1992 (Stat. Sci. 7, 473): sums of
    neighbouring autocorrelations rho(2m) + rho(2m + 1), which of a reversible chain are positive and fall,
    are added up to the first that is not positive, none counting for more than the one before.

    Parameters
    ----------
    traces : array_like, shape (n_steps,) or (n_steps, n_traces)
        Stationary values, one after another; at least 4.

    Returns
    -------
    DataFrame
        trace, n, autocorrelation_time and its standard_error (Madras & Sokal 1988: the time multiplied by
        sqrt(2 (2 w + 1) / n), w the last lag), effective_sample_size, reliable (the trace lasts 50 of the
        times; a shorter one cannot show how slow it is). A constant trace has NaN.
    """
    values = np.asarray(traces, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) < 4:
        raise ParameterError(f"traces: shape {values.shape}, must be at least 4 steps of each trace")
    n = len(values)
    pairs = _pair_sums(autocorrelation(values))
    ended = np.logical_or.accumulate(~(pairs > 0), axis=0)
    pairs = np.where(ended, 0.0, np.minimum.accumulate(pairs, axis=0))
    time = np.where(np.ptp(values, axis=0) > 0, 2 * pairs.sum(axis=0) - 1, np.nan)
    # Of a trace that alternates the sum may come out at or below zero: n values cannot show more than n**2.
    time = np.maximum(time, 1 / n)
    last_lag = np.maximum(2 * (~ended).sum(axis=0) - 1, 0)
    return pd.DataFrame(
        {
            "trace": np.arange(values.shape[1]),
            "n": n,
            "autocorrelation_time": time,
            "standard_error": time * np.sqrt(2 * (2 * last_lag + 1) / n),
            "effective_sample_size": n / time,
            "reliable": n >= TIMES_NEEDED * time,
        }
    )


def autocorrelation(traces: NDArray[np.float64]) -> NDArray[np.float64]:
    """Autocorrelation at all lags, shape (n_steps, n_traces), divisor n at every lag; NaN of a constant.

    By the fast Fourier transform, padded with zeros so that the end does not meet the beginning.
    """
    n = len(traces)
    spectrum = np.fft.rfft(traces - traces.mean(axis=0), 2 * n, axis=0)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, 2 * n, axis=0)[:n]
    varies = np.ptp(traces, axis=0) > 0
    correlation = np.full_like(covariance, np.nan)
    np.divide(covariance, covariance[0], out=correlation, where=varies)
    return correlation


def _pair_sums(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the sums of the autocorrelations at lags 2m and 2m + 1, shape (n_steps // 2, n_traces)."""
    even = len(correlation) // 2 * 2
    return correlation[:even:2] + correlation[1:even:2]

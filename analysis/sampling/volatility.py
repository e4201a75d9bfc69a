"""What goes on changing while the accuracy stays: weights and responses, compared with themselves later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cortexnet.analysis.averages import standard_deviation
from cortexnet.analysis.regression import Estimate, regress
from cortexnet.errors import ParameterError


def change_with_lag(states: ArrayLike, interval: float = 1.0) -> pd.DataFrame:
    """Compare states of the network with those some epochs later, a row a lag.

    Parameters
    ----------
    states : array_like, shape (n_states, n)
        Weights, or responses of all cells to all stimuli, one state after another.
    interval : float
        Epochs from one state to the next.

    Returns
    -------
    DataFrame
        lag (epochs, up to half of the states), correlation (Pearson's, over the n elements, mean over the
        pairs of states) and sd_over_pairs; relative_change (root mean square change by the SD over elements;
        sqrt(2 (1 - correlation)) if means and variances stay); n_pairs. Pairs overlap: their spread is no
        error of the mean.
    """
    x = _epochs(states)
    spread = x.std(axis=1)
    if not (spread > 0).all():
        raise ParameterError("states: all elements alike in some epoch, must differ")
    unit = (x - x.mean(axis=1, keepdims=True)) / spread[:, None]
    rows = []
    for lag in range(len(x) // 2 + 1):
        first, later = slice(0, len(x) - lag), slice(lag, None)
        correlation = (unit[first] * unit[later]).mean(axis=1)
        change = np.sqrt(((x[later] - x[first]) ** 2).mean(axis=1))
        rows.append(
            {
                "lag": lag * interval,
                "correlation": correlation.mean(),
                "sd_over_pairs": standard_deviation(correlation, ddof=1),
                "relative_change": (change / spread[first]).mean(),
                "n_pairs": len(correlation),
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Constancy:
    """Whether an accuracy stayed: its mean and SD over epochs, and its trend.

    Attributes
    ----------
    mean, sd : float
        Over the epochs.
    trend : Estimate
        Change of the accuracy over all the epochs, by a straight line; interval of 95 %.
    constant : bool
        Whether the trend is certainly smaller than the tolerance: its whole interval lies within.
    """

    mean: float
    sd: float
    trend: Estimate
    constant: bool


def constancy(accuracy: ArrayLike, *, tolerance: float = 0.02) -> Constancy:
    """Judge whether accuracies of successive epochs, shape (n_epochs,), have a trend beyond the tolerance.

    The error of the trend comes from a jackknife over ten blocks of epochs: successive ones are not
    independent.
    """
    values = np.asarray(accuracy, dtype=np.float64)
    whole = max(values.size - 1, 1)
    slope = regress(np.arange(values.size), values, block=max(values.size // 10, 1)).slope
    trend = Estimate(*(whole * part for part in (slope.value, slope.standard_error, slope.low, slope.high)))
    return Constancy(
        mean=float(values.mean()),
        sd=standard_deviation(values, ddof=1),
        trend=trend,
        constant=bool(-tolerance <= trend.low and trend.high <= tolerance),
    )


def _epochs(states: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(states, dtype=np.float64)
    if x.ndim != 2 or len(x) < 2 or x.shape[1] < 2:
        raise ParameterError(f"states: shape {x.shape}, must be at least 2 epochs of 2 elements")
    return x

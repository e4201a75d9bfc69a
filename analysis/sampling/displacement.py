"""Whether weights wander without bound or within one: their mean squared displacement.

Free diffusion has a displacement 2 D t. A weight that is drawn from its posterior over and over again, as an
Ornstein-Uhlenbeck process is from a normal distribution, has ``plateau (1 - exp(-t / time))``: first the
same line, of slope plateau / time, then a plateau of twice the variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import curve_fit

from cortexnet.analysis.averages import standard_deviation
from cortexnet.errors import ParameterError

#: Below this share of the displacement of free diffusion, weights are called confined.
CONFINED_BELOW = 0.5


def mean_squared_displacement(weights: ArrayLike, interval: float = 1.0) -> pd.DataFrame:
    """Mean squared displacement against lag over weights and states, for lags up to half of the states.

    Parameters
    ----------
    weights : array_like, shape (n_states, n_weights)
        One state after another; at least 4.
    interval : float
        Epochs from one state to the next.

    Returns
    -------
    DataFrame
        lag (epochs), displacement, standard_error (over weights, which count as independent).
    """
    per_weight = _displacement_of_each(weights)
    n = per_weight.shape[1]
    return pd.DataFrame(
        {
            "lag": interval * np.arange(1, len(per_weight) + 1),
            "displacement": per_weight.mean(axis=1),
            "standard_error": per_weight.std(axis=1, ddof=1) / np.sqrt(n) if n > 1 else np.nan,
        }
    )


@dataclass(frozen=True)
class Confinement:
    """How far weights got against how far they would have got by free diffusion.

    Attributes
    ----------
    share_of_free : float
        Displacement at the longest lag by that of the shortest times their ratio: 1 for free diffusion, 0 at
        a plateau. With its standard error by bootstrap over weights.
    plateau, time : float
        Least-squares fit of an Ornstein-Uhlenbeck process to the displacement; time in epochs. The fit says
        little about a time longer than the longest lag. NaN where there is no plateau in sight.
    confined : bool
        Whether the share is below 1/2 by at least two errors.
    """

    share_of_free: float
    share_of_free_error: float
    plateau: float
    time: float
    confined: bool


def confinement(
    weights: ArrayLike, interval: float = 1.0, *, rng: np.random.Generator, resamples: int = 200
) -> Confinement:
    """Measure the confinement of weights.

    Parameters
    ----------
    weights, interval
        As in `mean_squared_displacement`.
    rng : numpy.random.Generator
        Draws the bootstrap over weights.
    resamples : int
        Bootstrap samples.
    """
    per_weight = _displacement_of_each(weights)
    n_lags, n = per_weight.shape
    first, last = per_weight[0], per_weight[-1]
    if not first.any():
        raise ParameterError("weights: none moved between two states, some must")
    drawn = rng.integers(n, size=(resamples, n))
    shares = last[drawn].mean(axis=1) / (n_lags * first[drawn].mean(axis=1))
    share, error = float(last.mean() / (n_lags * first.mean())), standard_deviation(shares, ddof=1)
    plateau, time = _fitted(per_weight.mean(axis=1))
    return Confinement(share, error, plateau, interval * time, confined=share + 2 * error < CONFINED_BELOW)


def confined_displacement(lag: ArrayLike, plateau: float, time: float) -> NDArray[np.float64]:
    """Mean squared displacement of an Ornstein-Uhlenbeck process after each lag."""
    return np.asarray(-plateau * np.expm1(-np.asarray(lag, dtype=np.float64) / time), dtype=np.float64)


def _fitted(displacement: NDArray[np.float64]) -> tuple[float, float]:
    lags = np.arange(1, len(displacement) + 1)
    start = (displacement[-1], len(displacement) / 3)
    try:
        (plateau, time), _ = curve_fit(
            confined_displacement, lags, displacement, p0=start, bounds=(0, np.inf), max_nfev=2000
        )
    except RuntimeError:
        return np.nan, np.nan
    return (float(plateau), float(time)) if time < 10 * len(displacement) else (np.nan, np.nan)


def _displacement_of_each(weights: ArrayLike) -> NDArray[np.float64]:
    """Squared displacement of every weight, mean over the pairs of states, shape (lags, n_weights)."""
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 2 or len(w) < 4 or not w.shape[1]:
        raise ParameterError(f"weights: shape {w.shape}, must be at least 4 states of some weights")
    lags = range(1, len(w) // 2 + 1)
    return np.array([((w[lag:] - w[:-lag]) ** 2).mean(axis=0) for lag in lags])

"""Which distribution the magnitudes of weights follow: fits by maximum likelihood, compared by AIC.

Weights here are whole multiples of the amplitude of one synapse. A magnitude of k amplitudes therefore
stands for the interval (k - 1/2, k + 1/2), zero for (0, 1/2), and has the probability that a continuous
distribution gives to it: zeros and ties are then no trouble, to the lognormal distribution neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.stats import expon, halfnorm, lognorm, t

from cortexnet.errors import ParameterError

Survival = Callable[..., NDArray[np.float64]]


@dataclass(frozen=True)
class Family:
    """A distribution of positive values: P(X > x) by its scale and, if it has one, its shape; its tail."""

    survival: Survival
    start_shape: float | None
    heavy: bool


#: Heavy means that the tail is above every exponential one.
FAMILIES = {
    "half_normal": Family(lambda x, scale: halfnorm.sf(x, scale=scale), None, heavy=False),
    "exponential": Family(lambda x, scale: expon.sf(x, scale=scale), None, heavy=False),
    "lognormal": Family(lambda x, scale, shape: lognorm.sf(x, shape, scale=scale), 1.0, heavy=True),
    "half_student_t": Family(lambda x, scale, shape: 2 * t.sf(x / scale, shape), 5.0, heavy=True),
}
SMALLEST_PROBABILITY = 1e-300


def fit_magnitudes(weights: ArrayLike, spacing: float) -> pd.DataFrame:
    """Fit four distributions to the magnitudes of weights, a row a distribution, the best first.

    Parameters
    ----------
    weights : array_like
        Multiples of the spacing, of either sign; at least two magnitudes.
    spacing : float
        Amplitude of one synapse.

    Returns
    -------
    DataFrame
        family (half_normal; exponential, the magnitude of a Laplace variable; lognormal; half_student_t),
        heavy, scale (SD, mean, median, scale) and shape (NaN, NaN, SD of the logarithm, degrees of freedom),
        log_likelihood, aic, ks_distance (largest difference of the cumulative distributions, at the ends of
        the intervals), delta_aic (to the best). Weights count as independent.
    """
    steps = np.rint(np.abs(np.asarray(weights, dtype=np.float64)).ravel() / spacing).astype(np.int64)
    counts = np.bincount(steps)
    if np.count_nonzero(counts) < 2:
        raise ParameterError(f"weights: {steps.size} of one magnitude, must have at least two")
    upper = np.asarray((np.arange(counts.size) + 0.5) * spacing, dtype=np.float64)
    rows = [_fitted(name, counts, upper) for name in FAMILIES]
    table = pd.DataFrame(rows).sort_values("aic", ignore_index=True)
    return table.assign(delta_aic=table["aic"] - table["aic"].min())


def is_heavy(fits: pd.DataFrame, *, margin: float = 10.0) -> bool:
    """Whether a heavy-tailed distribution is better than all others, by a difference in AIC of the margin."""
    light = fits.loc[~fits["heavy"], "delta_aic"].min()
    return bool(fits["heavy"].iloc[0] and light >= margin)


def _fitted(name: str, counts: NDArray[np.int64], upper: NDArray[np.float64]) -> dict[str, object]:
    family = FAMILIES[name]
    n = counts.sum()
    typical = float((counts * upper).sum() / n)
    start = np.log([typical] if family.start_shape is None else [typical, family.start_shape])

    def loss(log_parameters: NDArray[np.float64]) -> float:
        survival = _survival(family, np.exp(np.clip(log_parameters, -50, 50)), upper)
        probability = np.concatenate([[1 - survival[0]], survival[:-1] - survival[1:]])
        return -float(counts @ np.log(np.maximum(probability, SMALLEST_PROBABILITY)))

    found = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-6})
    parameters = np.exp(found.x)
    below = 1 - _survival(family, parameters, upper)
    return {
        "family": name,
        "heavy": family.heavy,
        "scale": parameters[0],
        "shape": parameters[1] if parameters.size > 1 else np.nan,
        "log_likelihood": -found.fun,
        "aic": 2 * parameters.size + 2 * found.fun,
        "ks_distance": float(np.abs(counts.cumsum() / n - below).max()),
    }


def _survival(family: Family, parameters: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(family.survival(x, *parameters), dtype=np.float64)

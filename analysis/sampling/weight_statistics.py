"""What the distribution of weights looks like: moments, the family of its magnitudes, its tail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import kurtosis, skew

from cortexnet.analysis.averages import standard_deviation
from cortexnet.analysis.sampling.magnitude_fits import fit_magnitudes, is_heavy
from cortexnet.analysis.sampling.tail_index import hill_index
from cortexnet.errors import ParameterError


@dataclass(frozen=True)
class WeightStatistics:
    """Statistics of the weights of one pathway.

    Attributes
    ----------
    n, mean, sd
        Number, mean and standard deviation (divisor n).
    skewness, excess_kurtosis : float
        0 for a normal distribution, with bootstrap errors. A Laplace distribution has the kurtosis 3.
    best_family : str
        Distribution of the magnitudes with the least AIC, and the distance of the lognormal and of the
        half-normal one to it.
    heavy_tail, lognormal : bool
        Whether heavy-tailed distributions are better than others by 10 in AIC; whether, besides, the
        lognormal one is the best of all.
    tail_index : float
        Hill's, of the largest 5 % of the magnitudes, with its error.
    """

    n: int
    mean: float
    sd: float
    skewness: float
    skewness_error: float
    excess_kurtosis: float
    excess_kurtosis_error: float
    best_family: str
    delta_aic_lognormal: float
    delta_aic_half_normal: float
    heavy_tail: bool
    lognormal: bool
    tail_index: float
    tail_index_error: float


def weight_statistics(
    weights: ArrayLike, spacing: float, *, rng: np.random.Generator, resamples: int = 200
) -> WeightStatistics:
    """Describe the distribution of weights that are multiples of the amplitude of one synapse.

    Parameters
    ----------
    weights : array_like
        Of one moment and one pathway. Weights of inputs that never fire have the prior distribution: together
        with others they make a mixture, and should be left out.
    spacing : float
        Amplitude of one synapse.
    rng : numpy.random.Generator
        Draws the bootstrap, which takes weights as independent.
    resamples : int
        Bootstrap samples.
    """
    values: NDArray[np.float64] = np.asarray(weights, dtype=np.float64).ravel()
    if values.size < 2 or np.ptp(values) == 0:
        raise ParameterError(f"weights: {values.size} without a spread, must be several that differ")
    drawn = values[rng.integers(values.size, size=(resamples, values.size))]
    fits = fit_magnitudes(values, spacing)
    delta, best = fits.set_index("family")["delta_aic"], str(fits["family"].iloc[0])
    heavy, tail = is_heavy(fits), hill_index(np.abs(values))
    return WeightStatistics(
        n=values.size,
        mean=float(values.mean()),
        sd=float(values.std()),
        skewness=float(skew(values)),
        skewness_error=standard_deviation(skew(drawn, axis=1), ddof=1),
        excess_kurtosis=float(kurtosis(values)),
        excess_kurtosis_error=standard_deviation(kurtosis(drawn, axis=1), ddof=1),
        best_family=best,
        delta_aic_lognormal=float(delta["lognormal"]),
        delta_aic_half_normal=float(delta["half_normal"]),
        heavy_tail=heavy,
        lognormal=heavy and best == "lognormal",
        tail_index=tail.value,
        tail_index_error=tail.standard_error,
    )

"""Distributions of dwell times, all by a scale in units of time and a shape without unit.

Sources of the candidates: the gamma is the classic one (Levelt 1967, Br. J. Math. Stat. Psychol. 20, 143;
Borsellino et al. 1972, Kybernetik 10, 139); the gamma of the rate, the reciprocal of the duration, is that
of Brascamp et al. (2005), J. Vis. 5(4), 1; the inverse Gaussian is the first passage of a drifting diffusion,
the exponential an escape from a deep well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
Arguments = tuple[tuple[float, ...], float]


@dataclass(frozen=True)
class Family:
    """A family of distributions.

    Attributes
    ----------
    name : str
        How it is called in tables.
    distribution : scipy.stats distribution
        The standard form.
    arguments : callable
        (shape, scale) -> shape arguments and scale of the standard form.
    has_shape : bool
        Whether the shape is a parameter; where not, it is 1.
    """

    name: str
    distribution: Any
    arguments: Callable[[float, float], Arguments]
    has_shape: bool = True

    def density(self, time: Array, shape: float, scale: float) -> Array:
        """Probability density."""
        arguments, own_scale = self.arguments(shape, scale)
        return np.asarray(self.distribution.pdf(time, *arguments, scale=own_scale))

    def log_density(self, time: Array, shape: float, scale: float) -> Array:
        """Logarithm of the probability density."""
        arguments, own_scale = self.arguments(shape, scale)
        return np.asarray(self.distribution.logpdf(time, *arguments, scale=own_scale))

    def survival(self, time: Array, shape: float, scale: float) -> Array:
        """Probability to last longer."""
        arguments, own_scale = self.arguments(shape, scale)
        return np.asarray(self.distribution.sf(time, *arguments, scale=own_scale))

    def mean_and_cv(self, shape: float, scale: float) -> tuple[float, float]:
        """Mean and coefficient of variation, infinite or NaN where a moment does not exist."""
        arguments, own_scale = self.arguments(shape, scale)
        mean, variance = self.distribution.stats(*arguments, scale=own_scale, moments="mv")
        return float(mean), math.sqrt(variance) / float(mean) if np.isfinite(variance) else math.nan

    def draw(self, n: int, shape: float, scale: float, generator: np.random.Generator) -> Array:
        """Draw n durations."""
        arguments, own_scale = self.arguments(shape, scale)
        drawn = self.distribution.rvs(*arguments, scale=own_scale, size=n, random_state=generator)
        return np.asarray(drawn, dtype=np.float64)


#: Name -> family. Scales: the mean; lognormal: the median; gamma of the rate: the inverse of the mean rate.
#: Shapes: of the gamma; lognormal: the standard deviation of the logarithm; inverse Gaussian: 1/CV^2.
FAMILIES = {
    family.name: family
    for family in (
        Family("exponential", stats.expon, lambda shape, scale: ((), scale), has_shape=False),
        Family("gamma", stats.gamma, lambda shape, scale: ((shape,), scale / shape)),
        Family("lognormal", stats.lognorm, lambda shape, scale: ((shape,), scale)),
        Family("inverse_gaussian", stats.invgauss, lambda shape, scale: ((1 / shape,), scale * shape)),
        Family("gamma_rate", stats.invgamma, lambda shape, scale: ((shape,), scale * shape)),
    )
}

r"""A smooth function of two coordinates, known at a few points with or without errors.

A Gaussian process whose prior is an unknown constant plus deviations with the Matern 5/2 covariance,

    cov(c(x), c(y)) = LEVEL^2 + a^2 (1 + z + z^2/3) exp(-z),    z = sqrt(5) |x - y|/LENGTH.

Through points without errors it interpolates, through others it regresses; far from all it returns to a
constant. The amplitude a is the likeliest one. Source: Rasmussen & Williams (2006), Gaussian Processes for
Machine Learning, MIT Press, chapters 2, 4 and 5.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist

from cortexnet.analysis.meanfield.quadrature import Array

#: Prior SD of the constant.
LEVEL = 1.0
#: Distance over which the function changes.
LENGTH = 1.5
#: Amplitudes of the deviations among which the likeliest is taken.
AMPLITUDES = np.geomspace(0.15, 5.0, 12)


class SmoothFunction:
    """Posterior mean and SD of the function.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Where it is known; n may be 0.
    values, errors : ndarray, shape (n,)
        What it is there, and the standard errors; they must be above 0 where two points are the same.
    """

    def __init__(self, points: Array, values: Array, errors: Array) -> None:
        self._points, self._values, self._errors = points, values, errors
        self._amplitude = max(AMPLITUDES, key=self._log_likelihood) if len(values) else 1.0
        if len(values):
            self._factor = cho_factor(self._covariance_of_data(self._amplitude), lower=True)
            self._coefficients = cho_solve(self._factor, values)

    def mean(self, points: Array) -> Array:
        """Posterior mean at `points`, shape (..., 2); 0 where nothing is known at all."""
        if not len(self._values):
            return np.zeros(points.shape[:-1])
        flat = self._covariance(points.reshape(-1, 2), self._points, self._amplitude) @ self._coefficients
        return np.asarray(flat.reshape(points.shape[:-1]))

    def sd(self, points: Array) -> Array:
        """Posterior SD at `points`, shape (..., 2)."""
        prior = LEVEL**2 + self._amplitude**2
        if not len(self._values):
            return np.full(points.shape[:-1], np.sqrt(prior))
        between = self._covariance(points.reshape(-1, 2), self._points, self._amplitude)
        explained = np.einsum("ij,ji->i", between, cho_solve(self._factor, between.T))
        return np.asarray(np.sqrt(np.maximum(prior - explained, 0.0)).reshape(points.shape[:-1]))

    def _log_likelihood(self, amplitude: float) -> float:
        factor, lower = cho_factor(self._covariance_of_data(amplitude), lower=True)
        misfit = self._values @ cho_solve((factor, lower), self._values)
        return float(-misfit / 2 - np.log(np.diag(factor)).sum())

    def _covariance_of_data(self, amplitude: float) -> Array:
        return self._covariance(self._points, self._points, amplitude) + np.diag(self._errors**2)

    @staticmethod
    def _covariance(first: Array, second: Array, amplitude: float) -> Array:
        z = np.sqrt(5) * cdist(first, second) / LENGTH
        return np.asarray(LEVEL**2 + amplitude**2 * (1 + z + z**2 / 3) * np.exp(-z))

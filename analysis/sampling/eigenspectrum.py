"""How the variance of a population's responses to many stimuli is spread over dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cortexnet.errors import ParameterError


def eigenspectrum(first: ArrayLike, second: ArrayLike | None = None) -> NDArray[np.float64]:
    """Variance over stimuli along the principal components of responses, in their order, shape (components,).

    With one presentation: the eigenvalues of the covariance of the responses. Whatever varies counts, noise
    as well. With two presentations of the same stimuli: cross-validated. The components are those of one
    presentation, the variance is the covariance of both along them, so that noise, which does not repeat,
    adds nothing on average; single values may be negative. Both presentations take both parts.

    Parameters
    ----------
    first : array_like, shape (n_stimuli, n_cells)
        Responses, or pixels of the stimuli themselves.
    second : array_like, shape (n_stimuli, n_cells), optional
        Responses to the same stimuli in the same order again.

    Notes
    -----
    Source: Stringer, Pachitariu, Steinmetz, Carandini & Harris 2019, Nature 571, 361.
    """
    one = _centred(first)
    if second is None:
        return np.asarray(np.linalg.svd(one, compute_uv=False) ** 2 / len(one), dtype=np.float64)
    two = _centred(second)
    if one.shape != two.shape:
        raise ParameterError(f"responses: shapes {one.shape} and {two.shape}, must agree")
    return (_shared_variance(one, two) + _shared_variance(two, one)) / 2


def _shared_variance(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariance of two presentations along the principal components of the first."""
    components = np.linalg.svd(one, full_matrices=False)[2].T
    return np.asarray(((one @ components) * (two @ components)).mean(axis=0), dtype=np.float64)


def _centred(responses: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(responses, dtype=np.float64)
    if values.ndim != 2 or min(values.shape) < 2:
        raise ParameterError(f"responses: shape {values.shape}, must be at least 2 stimuli and 2 cells")
    return np.asarray(values - values.mean(axis=0), dtype=np.float64)

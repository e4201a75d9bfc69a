"""The eigenvalue of the data that shows planted synapses, and from when on it does.

Data of reading B have the covariance I + beta^2 x x^T/N with planted signs x. Of M = alpha N data, the
largest eigenvalue of the sample covariance leaves the bulk when beta^2 exceeds 1/sqrt(alpha) (Baik, Ben Arous
& Peche 2005; Baik & Silverstein 2006; eigenvectors: Paul 2007): again at alpha_c = beta^-4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cortexnet.analysis.boltzmann.coupling import Array


def leading_component(data: NDArray[np.float64]) -> tuple[float, Array]:
    """Largest eigenvalue of ``data^T data/M``, and its eigenvector of length 1, of data of shape (M, N)."""
    _, singular, right = np.linalg.svd(data, full_matrices=False)
    return float(singular[0] ** 2 / len(data)), right[0]


def predicted_eigenvalue(load: float, strength: float) -> float:
    """Largest eigenvalue for N to infinity: (1 + beta^2)(1 + 1/(alpha beta^2)), or the edge of the bulk."""
    if load * strength**4 <= 1:
        return float((1 + load**-0.5) ** 2)
    return (1 + strength**2) * (1 + 1 / (load * strength**2))


def predicted_overlap(load: float, strength: float) -> float:
    """|cosine| of the leading eigenvector and the planted synapses for N to infinity; 0 up to alpha_c."""
    relative_load = load * strength**4
    if relative_load <= 1:
        return 0.0
    return float(np.sqrt((1 - 1 / relative_load) / (1 + 1 / (load * strength**2))))

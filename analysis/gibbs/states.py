"""States of binary cells, and laws over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_expit, softmax

Array = NDArray[np.float64]


def binary_states(n: int) -> Array:
    """All states of n binary cells, (2^n, n) of 0 and 1: column i of row s is bit i of s."""
    return np.asarray(np.arange(2**n)[:, None] >> np.arange(n) & 1, dtype=np.float64)


def log_likelihood(spike: ArrayLike, drive: ArrayLike) -> Array:
    """Log probability that a cell with a drive u is in the state 0 or 1, where P(1) = sigma(u)."""
    return np.asarray(log_expit((2 * np.asarray(spike) - 1) * drive))


def normalised(log_weights: Array) -> Array:
    """Return the law with these logarithms, each up to the same constant."""
    return np.asarray(softmax(log_weights))


def total_variation(p: ArrayLike, q: ArrayLike) -> float:
    """Half the summed absolute difference of two laws over the same states: 0 if equal, 1 if disjoint."""
    return float(np.abs(np.asarray(p) - np.asarray(q)).sum() / 2)

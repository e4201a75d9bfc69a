"""The sampling machine: how often a threshold cell answers when each of its synapses fails at random.

A cell is active if ``sum_j m_j w_j + b > 0`` over its active inputs, with independent masks m_j that are 1
with probability p (after Neftci, Pedroni, Joshi, Al-Shedivat & Cauwenberghs 2016, Front. Neurosci. 10, 241).
The randomness of synapses alone makes a deterministic cell stochastic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from cortexnet.analysis.boltzmann.coupling import Array
from cortexnet.analysis.boltzmann.joint_machine import all_bits


def exact_activation(weights: ArrayLike, release_probability: float, bias: ArrayLike) -> Array:
    """Probability to be active, by enumeration of all masks.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Of the active inputs.
    release_probability : float
        p.
    bias : array_like
        b, in the unit of the weights.

    Returns
    -------
    ndarray of the shape of `bias`
    """
    weights, bias = np.asarray(weights, dtype=np.float64), np.asarray(bias, dtype=np.float64)
    masks = all_bits(weights.size)
    released = masks.sum(axis=1)
    probability = release_probability**released * (1 - release_probability) ** (weights.size - released)
    total = masks @ weights
    order = np.argsort(total)
    at_most = np.append(0.0, np.cumsum(probability[order]))
    return np.asarray(1 - at_most[np.searchsorted(total[order], -bias, side="right")], dtype=np.float64)


def gaussian_activation(weights: ArrayLike, release_probability: float, bias: ArrayLike) -> Array:
    """Probability to be active for many small weights: Phi((p sum w + b)/sqrt(p (1 - p) sum w^2)).

    Parameters
    ----------
    weights, release_probability, bias
        As in `exact_activation`.
    """
    weights, bias = np.asarray(weights, dtype=np.float64), np.asarray(bias, dtype=np.float64)
    mean = release_probability * weights.sum() + bias
    variance = release_probability * (1 - release_probability) * (weights**2).sum()
    return np.asarray(ndtr(mean / np.sqrt(variance)), dtype=np.float64)

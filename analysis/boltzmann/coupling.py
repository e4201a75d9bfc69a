"""The coupling that remains of synapses which fluctuate: reading A with its synapses summed out.

A synapse s in {0, 1} of log odds q and weight w adds ``w s v h + q s`` to the exponent. The sum over both
states is ``1 + exp(q + w v h)``. Its logarithm is linear in v h where v h takes two values, and so every
synapse acts as an ordinary coupling; parallel synapses add.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

Array: TypeAlias = NDArray[np.float64]
Units: TypeAlias = Literal["binary", "spin"]

#: The values of a cell: off or on, or down or up.
VALUES: dict[Units, tuple[int, int]] = {"binary": (0, 1), "spin": (-1, 1)}


def softplus(x: ArrayLike) -> Array:
    """log(1 + exp(x)), without overflow."""
    return np.logaddexp(0.0, np.asarray(x, dtype=np.float64))


def effective_coupling(weight: ArrayLike, log_odds: ArrayLike, units: Units = "binary") -> Array:
    """Coupling of the cells that one fluctuating synapse leaves behind.

    Parameters
    ----------
    weight, log_odds : array_like
        w and q; shapes that broadcast.
    units : {"binary", "spin"}
        Whether cells are 0 or 1, or -1 or 1.

    Returns
    -------
    ndarray
        ``softplus(q + w) - softplus(q)``, never below ``-softplus(q)``; for spins
        ``(softplus(q + w) - softplus(q - w))/2``, odd in w.
    """
    weight, log_odds = np.asarray(weight, dtype=np.float64), np.asarray(log_odds, dtype=np.float64)
    if units == "binary":
        return softplus(log_odds + weight) - softplus(log_odds)
    return (softplus(log_odds + weight) - softplus(log_odds - weight)) / 2


def on_probability(weight: ArrayLike, log_odds: ArrayLike, product: ArrayLike = 1) -> Array:
    """Probability that a synapse is on, given the product v h of its two cells: sigma(q + w v h).

    With both cells on it is also the slope of the effective coupling, dW/dw.

    Parameters
    ----------
    weight, log_odds, product : array_like
        Shapes that broadcast.
    """
    exponent = np.asarray(log_odds) + np.asarray(weight) * np.asarray(product)
    return np.asarray(expit(exponent), dtype=np.float64)

"""How heavy a tail is: the exponent that a power law of the largest values would have."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cortexnet.errors import ParameterError


@dataclass(frozen=True)
class TailIndex:
    """Exponent alpha of P(X > x) ~ x**-alpha, its standard error, and the number of values in the tail."""

    value: float
    standard_error: float
    n_tail: int


def hill_index(magnitudes: ArrayLike, *, share: float = 0.05) -> TailIndex:
    """Hill's estimate of the tail index from the largest share of some positive values.

    The inverse of the mean logarithm of the tail's values over its lower end; its error is alpha by the root
    of the number of values. Tails without a power law have an index as well: it grows as the share shrinks.

    Source: Hill 1975, Ann. Statist. 3, 1163.
    """
    values = np.sort(np.asarray(magnitudes, dtype=np.float64))[::-1]
    n_tail = round(share * values.size)
    if n_tail < 2 or not values[min(n_tail, values.size - 1)] > 0:
        raise ParameterError(
            f"tail: {n_tail} of {values.size} values, must be at least 2 and above a positive one"
        )
    log_excess = np.log(values[:n_tail] / values[n_tail]).mean()
    index = float(1 / log_excess) if log_excess > 0 else math.inf
    return TailIndex(index, index / math.sqrt(n_tail), n_tail)

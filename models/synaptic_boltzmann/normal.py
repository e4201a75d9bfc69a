"""Normal numbers by counter, for weights, biases and the logarithms of EPSPs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from cortexnet.analysis.boltzmann.coupling import Array
from cortexnet.draws import Purpose, checked_seed, stream, uniform


def normal_numbers(seed: int, index: int, step: ArrayLike, i: ArrayLike, j: ArrayLike) -> Array:
    """Draw standard normal numbers of the strengths of a model.

    Parameters
    ----------
    seed : int
        Master seed.
    index : int
        What they are for: another index gives other numbers.
    step, i, j : array_like of int
        Shapes that broadcast.
    """
    probability = uniform.pyfunc(checked_seed(seed), stream(Purpose.EPSP, index), step, i, j)
    return np.asarray(ndtri(probability), dtype=np.float64)

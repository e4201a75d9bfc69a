"""Means and errors of samples that may be empty: NaN where nothing can be said, and never a warning."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray


def defined(values: ArrayLike) -> NDArray[np.float64]:
    """Those of the values that are not NaN, as a flat array of floats."""
    sample = np.asarray(values, dtype=np.float64)
    return np.asarray(sample[~np.isnan(sample)], dtype=np.float64)


def mean(values: ArrayLike) -> float:
    """Arithmetic mean; NaN of no values."""
    sample = np.asarray(values, dtype=np.float64)
    return float(sample.mean()) if sample.size else math.nan


def standard_deviation(values: ArrayLike, *, ddof: int = 0) -> float:
    """Root mean square deviation from the mean, divisor ``n - ddof``; NaN where that is not positive."""
    sample = np.asarray(values, dtype=np.float64)
    return float(sample.std(ddof=ddof)) if sample.size > ddof else math.nan


def standard_error(values: ArrayLike) -> float:
    """SD (divisor n - 1) by sqrt(n), the standard error of the mean of independent values; NaN below two.

    Values of successive blocks of time (*batch means*) count as independent once a block is long against the
    correlation time; this is how errors of time averages are estimated here.
    """
    sample = np.asarray(values, dtype=np.float64)
    return standard_deviation(sample, ddof=1) / math.sqrt(sample.size) if sample.size > 1 else math.nan

"""Straight line through two simultaneous signals whose successive samples may be correlated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student_t

from cortexnet.errors import ParameterError


@dataclass(frozen=True)
class Estimate:
    """A value with its standard error and the ends of its confidence interval."""

    value: float
    standard_error: float
    low: float
    high: float


@dataclass(frozen=True)
class Regression:
    """The least-squares line y = intercept + slope x and Pearson's r, of n samples in n_blocks blocks."""

    slope: Estimate
    intercept: Estimate
    r: Estimate
    n: int
    n_blocks: int


def regress(x: ArrayLike, y: ArrayLike, *, block: int, confidence: float = 0.95) -> Regression:
    """Regress y on x, two time series sampled together.

    The textbook error of a regression takes samples as independent. Those of population activity are not,
    and that error is too small. Here the series is cut into blocks of successive samples, the line is
    fitted again without each block in turn, and the spread of these fits gives the error: the
    delete-one-block jackknife. It holds for any correlation that a block outlasts, and for noise that
    changes along the line. Intervals are Student's, with one degree of freedom less than there are blocks;
    that of r is taken on Fisher's scale artanh(r).

    Parameters
    ----------
    x, y : array_like, shape (n,)
        The series.
    block : int
        Samples a block, well above the correlation time. A remainder joins the last block.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Regression
        NaN where undefined: all below two samples or for constant x, r for constant y, errors below two
        blocks.

    Notes
    -----
    Source: Künsch 1989, Ann. Statist. 17, 1217 (jackknife of blocks).
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ParameterError(
            f"regression: series of shapes {x.shape} and {y.shape}, must be two of one length"
        )
    if block < 1:
        raise ParameterError(f"block: {block} samples, must be at least 1")
    n_blocks = max(x.size // block, 1)
    block_of = np.minimum(np.arange(x.size) // block, n_blocks - 1)
    slope, intercept, r = _line(x, y)
    slopes, intercepts, rs = np.transpose(
        [_line(x[block_of != b], y[block_of != b]) for b in range(n_blocks)]
    )
    fisher = _estimate(_fisher(r), _fisher(rs), confidence)
    return Regression(
        slope=_estimate(slope, slopes, confidence),
        intercept=_estimate(intercept, intercepts, confidence),
        r=Estimate(r, _jackknife_error(rs), math.tanh(fisher.low), math.tanh(fisher.high)),
        n=x.size,
        n_blocks=n_blocks,
    )


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float, float]:
    """Slope, intercept and correlation."""
    if x.size < 2 or np.ptp(x) == 0:
        return math.nan, math.nan, math.nan
    dx, dy = x - x.mean(), y - y.mean()
    slope = float(dx @ dy / (dx @ dx))
    r = float(dx @ dy / math.sqrt((dx @ dx) * (dy @ dy))) if np.ptp(y) > 0 else math.nan
    return slope, float(y.mean() - slope * x.mean()), r


def _fisher(r: ArrayLike) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(np.arctanh(np.clip(r, -1, 1)), dtype=np.float64)


def _estimate(value: ArrayLike, without: NDArray[np.float64], confidence: float) -> Estimate:
    """Estimate from the value of all samples and the values without each block in turn."""
    centre, error = float(np.asarray(value)), _jackknife_error(without)
    quantile = float(student_t.ppf((1 + confidence) / 2, without.size - 1)) if without.size > 1 else math.nan
    return Estimate(centre, error, centre - quantile * error, centre + quantile * error)


def _jackknife_error(without: NDArray[np.float64]) -> float:
    """Error of an estimate from its values without each block in turn."""
    n_blocks = without.size
    if n_blocks < 2 or not np.isfinite(without).all():
        return math.nan
    return math.sqrt(n_blocks - 1) * float(without.std())

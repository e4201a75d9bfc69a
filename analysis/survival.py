"""How long self-sustained activity lasts, over many runs."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import CensoredData, binomtest, ecdf

from cortexnet.errors import ParameterError


@dataclass(frozen=True)
class AliveFraction:
    """Runs alive out of n, the share and its exact (Clopper-Pearson) confidence interval; NaN of no runs."""

    alive: int
    n: int
    fraction: float
    low: float
    high: float


def alive_fraction(survived: ArrayLike, *, confidence: float = 0.95) -> AliveFraction:
    """Share of runs that survived, from one truth value a run."""
    flags = np.asarray(survived, dtype=bool)
    alive, n = int(flags.sum()), flags.size
    if n == 0:
        return AliveFraction(0, 0, math.nan, math.nan, math.nan)
    interval = binomtest(alive, n).proportion_ci(confidence, method="exact")
    return AliveFraction(alive, n, alive / n, float(interval.low), float(interval.high))


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """Kaplan-Meier estimate of the share of runs alive after each time at which one ended."""

    time_s: NDArray[np.float64]
    alive: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    deaths: NDArray[np.int64]


def survival_curve(lifetime_s: ArrayLike, survived: ArrayLike, *, confidence: float = 0.95) -> SurvivalCurve:
    """Kaplan-Meier curve of runs of any durations: one that survived was alive for as long as it was seen.

    Returns
    -------
    SurvivalCurve
        At the distinct lifetimes in order. Intervals are Greenwood's on the scale log(-log), NaN where the
        estimate is 0 or 1. Arrays without elements if there are no runs.
    """
    lifetime, seen_alive = np.asarray(lifetime_s, dtype=np.float64), np.asarray(survived, dtype=bool)
    if lifetime.shape != seen_alive.shape:
        raise ParameterError(
            f"survival: {lifetime.size} lifetimes and {seen_alive.size} outcomes, must be as many"
        )
    if lifetime.size == 0:
        nothing, none = np.empty(0), np.empty(0, dtype=np.int64)
        return SurvivalCurve(nothing, nothing, nothing, nothing, none, none)
    curve = ecdf(CensoredData(uncensored=lifetime[~seen_alive], right=lifetime[seen_alive])).sf
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # where the estimate is 0 or 1 the interval is NaN, as documented
        interval = curve.confidence_interval(confidence, method="log-log")
    return SurvivalCurve(
        time_s=curve.quantiles,
        alive=curve.probabilities,
        low=interval.low.probabilities,
        high=interval.high.probabilities,
        at_risk=np.array([(lifetime >= t).sum() for t in curve.quantiles]),
        deaths=np.array([(lifetime[~seen_alive] == t).sum() for t in curve.quantiles]),
    )

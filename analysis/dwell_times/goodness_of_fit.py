"""Whether dwell times can come from a fitted distribution: a Kolmogorov-Smirnov test with censoring."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf

from cortexnet.analysis.dwell_times.families import FAMILIES
from cortexnet.analysis.dwell_times.fits import Durations, Fit, fit_family


@dataclass(frozen=True)
class GoodnessOfFit:
    """Largest distance of two survival curves, and how often data of the fit itself lie at least that far."""

    distance: float
    p_value: float


def distance(durations: Durations, fit: Fit) -> float:
    """Largest distance of the Kaplan-Meier estimate from the survival curve of a fit."""
    times, ended = durations.time, durations.ended
    curve = ecdf(CensoredData(uncensored=times[ended], right=times[~ended])).sf
    at, after = curve.quantiles, curve.probabilities
    gaps = np.abs(after - fit.survival(at))
    if durations.resolution:
        return float(gaps.max())  # between whole steps the estimate says nothing
    before = np.concatenate([[1.0], after[:-1]])
    return float(max(gaps.max(), np.abs(before - fit.survival(at)).max()))


def goodness_of_fit(durations: Durations, fit: Fit, *, repeats: int = 199, seed: int = 1) -> GoodnessOfFit:
    """Test a fit by its own data, fitted anew (parametric bootstrap).

    The standard table of the distance holds for a distribution that was known before; with fitted parameters
    its p values are far too large.

    Parameters
    ----------
    durations, fit
        The data, and the fit to them.
    repeats : int
        Data sets drawn from the fit. Censored dwells stay as they are, which is right while they are few.
    seed : int
        Of the draws.

    Returns
    -------
    GoodnessOfFit
    """
    generator = np.random.default_rng(seed)
    observed = distance(durations, fit)
    farther = 0
    for _ in range(repeats):
        drawn = Durations(_drawn(durations, fit, generator), durations.ended, durations.resolution)
        farther += distance(drawn, fit_family(drawn, fit.family)) >= observed
    return GoodnessOfFit(observed, (farther + 1) / (repeats + 1))


def _drawn(durations: Durations, fit: Fit, generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw ended dwells from the fit, in whole steps where time is discrete."""
    n, step = int(durations.ended.sum()), durations.resolution
    time = FAMILIES[fit.family].draw(n, fit.shape[0], fit.scale[0], generator)
    drawn = durations.time.copy()
    drawn[durations.ended] = np.ceil(time / step) * step if step else np.maximum(time, math.ulp(0.0))
    return drawn

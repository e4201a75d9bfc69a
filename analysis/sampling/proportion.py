"""Confidence intervals of a share."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm


def wilson_interval(
    successes: ArrayLike, n: ArrayLike, *, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper end of Wilson's score interval of successes / n; NaN of no trials.

    Successes may be fractional, as where ties count by halves. The ends are the shares p with
    ``|successes/n - p| = z sqrt(p (1 - p) / n)``, so that they stay within [0, 1] and have a
    width even where all trials agree.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209.
    """
    k, trials = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64))
    z = float(norm.ppf((1 + confidence) / 2))
    trials = np.where(trials > 0, trials, np.nan)
    share = k / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)

"""Half-times of learning and forgetting, read from the course of an accuracy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

#: Of ten equally frequent classes.
CHANCE = 0.1
#: Measurements whose running median is read: the accuracy of one sample of the synapses fluctuates.
SMOOTHED = 5


def half_times(course: pd.DataFrame, chance: float = CHANCE) -> dict[str, float]:
    """Sweeps until the accuracy has risen half of the way from chance, and until it has fallen half of it.

    Parameters
    ----------
    course : DataFrame
        ``phase`` ("learning" or "forgetting"), ``sweep`` and ``accuracy``; each phase counts its own sweeps.
    chance : float
        Accuracy of one who knows nothing.

    Returns
    -------
    dict
        ``learned_accuracy``, the mean over the last quarter of learning; ``acquisition_sweeps`` and
        ``forgetting_sweeps``, where the running median first crosses half, interpolated between measurements,
        NaN where it does not; ``forgetting_over_acquisition``.
    """
    phases = {str(name): phase for name, phase in course.groupby("phase")}
    learning = phases["learning"]
    late = learning["sweep"] >= 0.75 * learning["sweep"].max()
    learned = float(learning["accuracy"][late].mean())
    half = (learned + chance) / 2
    acquisition = _first_crossing(learning, half, rising=True)
    forgetting = _first_crossing(phases["forgetting"], half, rising=False)
    return {
        "learned_accuracy": learned,
        "acquisition_sweeps": acquisition,
        "forgetting_sweeps": forgetting,
        "forgetting_over_acquisition": forgetting / acquisition if acquisition else math.nan,
    }


def _first_crossing(phase: pd.DataFrame, level: float, *, rising: bool) -> float:
    """Sweep at which the running median first crosses a level, by linear interpolation."""
    smooth = phase["accuracy"].rolling(SMOOTHED, center=True, min_periods=1).median()
    sweep, above = phase["sweep"].to_numpy(dtype=float), smooth.to_numpy() - level
    beyond = above >= 0 if rising else above <= 0
    if not beyond.any():
        return math.nan
    after = int(np.argmax(beyond))
    if after == 0:
        return float(sweep[0])
    share = above[after - 1] / (above[after - 1] - above[after])
    return float(sweep[after - 1] + share * (sweep[after] - sweep[after - 1]))

"""Whether self-sustained activity lasted to the end of a run, and for how long it lasted."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

SURVIVAL_WINDOW_S = 0.1
_SLACK_S = 1e-9  # times are multiples of the time step in floating point


@dataclass(frozen=True)
class RunSurvival:
    """Whether the activity of a run lasted to its end, and its lifetime in seconds from t = 0."""

    survived: bool
    lifetime_s: float


def run_survival(time_s: ArrayLike, duration_s: float) -> RunSurvival:
    """Survival of a run from the times of all its spikes, in any order.

    A run survived if some cell fired in its last 100 ms; its lifetime is then the duration, of which it is
    a lower bound (censored). A run that died has the time of its last spike, or zero if there was none.
    """
    times = np.asarray(time_s, dtype=np.float64)
    last = float(times.max()) if times.size else -math.inf
    survived = last >= duration_s - SURVIVAL_WINDOW_S - _SLACK_S
    return RunSurvival(survived, duration_s if survived else max(last, 0.0))

"""Percepts of a bistable trace, read with hysteresis, and how long each lasts.

One threshold makes chatter: a noisy trace that crosses it once crosses it many times. With two of them a
percept lasts until the trace reaches the other threshold.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cortexnet.errors import ParameterError

NAMES = {1: "high", -1: "low"}


def percepts(traces: ArrayLike, *, low: float, high: float) -> NDArray[np.int8]:
    """Return the percept at every time: 1 from `high` on until `low` is reached, -1 from then on.

    Parameters
    ----------
    traces : array_like, shape (..., n_times)
        One or more traces.
    low, high : float
        Thresholds; a value on a threshold has reached it.

    Returns
    -------
    ndarray, shape (..., n_times)
        1, -1, and 0 before a trace first reaches a threshold.

    Raises
    ------
    ParameterError
        If `low` is not below `high`, or a value is not a number.
    """
    values = np.asarray(traces, dtype=np.float64)
    if not low < high:
        raise ParameterError(f"percepts: low = {low:g}, must be below high = {high:g}")
    if np.isnan(values).any():
        raise ParameterError("percepts: a trace has values that are not numbers")
    reached = (values >= high).astype(np.int8) - (values <= low).astype(np.int8)
    last = np.where(reached != 0, np.arange(values.shape[-1]), 0)
    return np.take_along_axis(reached, np.maximum.accumulate(last, axis=-1), axis=-1)


def dwell_times(traces: ArrayLike, *, low: float, high: float, time_step: float = 1.0) -> pd.DataFrame:
    """Tabulate how long every percept lasts.

    Parameters
    ----------
    traces : array_like, shape (n_times,) or (n_traces, n_times)
        One or more traces.
    low, high : float
        Thresholds, see `percepts`.
    time_step : float
        Between two values of a trace; the unit of time of the table.

    Returns
    -------
    DataFrame
        One row a dwell: ``trace`` (its number), ``percept`` ("high" or "low"), ``start``, ``duration``,
        ``began`` and ``ended``: whether the trace shows its beginning and its end. The first dwell of a trace
        has an unknown beginning, even where it starts with a crossing: what came before is not known. The
        last has no end: it lasts longer than its duration says.
    """
    seen = percepts(np.atleast_2d(np.asarray(traces, dtype=np.float64)), low=low, high=high)
    tables = [_dwells_of(trace, number) for number, trace in enumerate(seen)]
    table = pd.concat(tables, ignore_index=True)
    return table.assign(start=table["start"] * time_step, duration=table["duration"] * time_step)


def _dwells_of(seen: NDArray[np.int8], number: int) -> pd.DataFrame:
    """Tabulate the dwells of one trace, in steps."""
    changes = np.flatnonzero(np.diff(seen, prepend=np.int8(0)))  # the first is the first decision
    ends = np.append(changes[1:], seen.size)[: changes.size]
    return pd.DataFrame(
        {
            "trace": number,
            "percept": [NAMES[int(percept)] for percept in seen[changes]],
            "start": changes.astype(np.float64),
            "duration": (ends - changes).astype(np.float64),
            "began": np.arange(changes.size) > 0,
            "ended": ends < seen.size,
        }
    )

"""The summary of a recording: what every simulation has, in the forms that JSON knows."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.errors import RecordingError
from cortexnet.recording.provenance import Run

SURVIVAL_WINDOW_S = 0.1
_SLACK_S = 1e-9  # times are multiples of the time step in floating point

Value = float | int | bool | None


def of_simulation(
    run: Run, spikes: pd.DataFrame, out_degrees: Sequence[NDArray[np.int64]]
) -> dict[str, Value]:
    """Return what the summary of every simulation holds, whatever the model."""
    return plain(
        {
            **survival(spikes, run.duration_s),
            "synaptic_events": synaptic_events(spikes, out_degrees),
            "simulation_cpu_seconds": run.simulation_cpu_seconds,
            "peak_memory_mb": run.peak_memory_mb,
            "build_seconds": run.build_seconds,
        }
    )


def survival(spikes: pd.DataFrame, duration_s: float) -> dict[str, Value]:
    """Return whether the activity lived to the end, and how long it lived.

    Parameters
    ----------
    spikes : DataFrame
        The spikes of all populations, sorted by time.
    duration_s : float
        Simulated time in seconds.

    Returns
    -------
    dict
        ``survived``: some cell fired in the last 100 ms. ``lifetime_s``: the duration if so, otherwise the
        time of the last spike. A network that never fired did not survive, and lived for 0 s.
    """
    last_spike_s = float(spikes["time_s"].iloc[-1]) if len(spikes) else -math.inf
    survived = last_spike_s >= duration_s - SURVIVAL_WINDOW_S - _SLACK_S
    return {"survived": survived, "lifetime_s": duration_s if survived else max(last_spike_s, 0.0)}


def synaptic_events(spikes: pd.DataFrame, out_degrees: Sequence[NDArray[np.int64]]) -> int:
    """Return how often a spike met a synapse: the sum of the out-degree over all spikes.

    Parameters
    ----------
    spikes : DataFrame
        The spikes of all populations.
    out_degrees : sequence of int arrays, each of shape (cells,)
        For each population, in the order of the table, the number of synapses that each cell makes.
    """
    codes, neurons = spikes["population"].cat.codes.to_numpy(), spikes["neuron"].to_numpy()
    return sum(
        int(np.bincount(neurons[codes == code], minlength=len(degrees)) @ degrees)
        for code, degrees in enumerate(out_degrees)
    )


def plain(values: Mapping[str, object]) -> dict[str, Value]:
    """Return the values as Python's numbers and booleans, with None for what is not finite.

    Raises
    ------
    RecordingError
        Where a value is something else: a summary is flat.
    """
    return {name: _plain(name, value) for name, value in values.items()}


def _plain(name: str, value: object) -> Value:
    match value:
        case None:
            return None
        case bool() | np.bool_():
            return bool(value)
        case numbers.Integral():
            return int(value)
        case numbers.Real():
            return float(value) if math.isfinite(value) else None
    raise RecordingError(f"{name} is a {type(value).__name__}: a summary holds numbers, booleans and None")

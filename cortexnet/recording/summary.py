"""The summary of a recording: what every simulation has, in the forms that JSON knows."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.errors import RecordingError
from cortexnet.recording.provenance import Run
from cortexnet.survival import run_survival

Value = float | int | bool | None


def of_simulation(
    run: Run, spikes: pd.DataFrame, out_degrees: Sequence[NDArray[np.int64]]
) -> dict[str, Value]:
    """Return what the summary of every simulation holds, whatever the model."""
    return plain(
        {
            **asdict(run_survival(spikes["time_s"], run.duration_s)),
            "synaptic_events": synaptic_events(spikes, out_degrees),
            "simulation_cpu_seconds": run.simulation_cpu_seconds,
            "peak_memory_mb": run.peak_memory_mb,
            "build_seconds": run.build_seconds,
        }
    )


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

"""From a recording to the arrays of a population within the window that statistics use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.spikes import SpikeTrains
from cortexnet.errors import ParameterError
from cortexnet.survival import run_survival


class RecordingLike(Protocol):
    """What of a recording is analysed."""

    @property
    def spikes(self) -> pd.DataFrame:
        """Columns population, neuron, time_s."""

    @property
    def voltages(self) -> pd.DataFrame | None:
        """Columns population, neuron, time_s, voltage_mv; None if nothing was recorded."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Cells of each population."""

    @property
    def duration_s(self) -> float:
        """Simulated time from t = 0, in seconds."""

    @property
    def warmup_s(self) -> float:
        """Time at the start that statistics leave out, in seconds."""


@dataclass(frozen=True)
class Window:
    """The observed time [start_s, stop_s)."""

    start_s: float
    stop_s: float


def window_of(recording: RecordingLike) -> Window:
    """From the end of the warm-up to that of the run or of its activity; empty if the latter came first."""
    survival = run_survival(recording.spikes["time_s"], recording.duration_s)
    return Window(recording.warmup_s, max(recording.warmup_s, survival.lifetime_s))


def trains_of(recording: RecordingLike, population: str) -> SpikeTrains:
    """Spike trains of a population within the window."""
    spikes = _rows_of(recording.spikes, population, recording)
    window = window_of(recording)
    return SpikeTrains(
        spikes["neuron"].to_numpy(),
        spikes["time_s"].to_numpy(),
        recording.sizes[population],
        window.start_s,
        window.stop_s,
    )


@dataclass(frozen=True, eq=False)
class Potentials:
    """Membrane potentials of a population within the window, and their times."""

    voltage_mv: NDArray[np.float64]
    time_s: NDArray[np.float64]


def potentials_of(recording: RecordingLike, population: str) -> Potentials:
    """Membrane potentials of a population within the window; empty if none were recorded."""
    if recording.voltages is None:
        return Potentials(np.empty(0), np.empty(0))
    samples = _rows_of(recording.voltages, population, recording)
    voltage_mv, time_s = (samples[name].to_numpy(dtype=np.float64) for name in ("voltage_mv", "time_s"))
    window = window_of(recording)
    inside = (time_s >= window.start_s) & (time_s < window.stop_s)
    return Potentials(voltage_mv[inside], time_s[inside])


def _rows_of(table: pd.DataFrame, population: str, recording: RecordingLike) -> pd.DataFrame:
    if population not in recording.sizes:
        raise ParameterError(f"population {population!r}: must be one of {', '.join(recording.sizes)}")
    return table[table["population"] == population]

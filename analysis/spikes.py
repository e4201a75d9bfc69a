"""Spike trains of a population in a window of observation, and their counts.

Spikes are two flat arrays, cell and time, and every statistic is a few passes over them: nothing here loops
over cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cortexnet.errors import ParameterError

# Spike times are rounded multiples of a time step, so one that lies on the edge of a bin may be stored just
# below it. This share of a bin belongs to the next one: far less than a time step, far more than the
# rounding of a double.
EDGE_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class SpikeTrains:
    """Spikes of one population within [start_s, stop_s).

    Parameters
    ----------
    neuron, time_s : array_like, shape (spikes,)
        The cell, counted from 0, and the time in seconds of each spike, in any order. Spikes outside the
        window are dropped.
    size : int
        Number of cells, silent ones included.
    start_s, stop_s : float
        The window in seconds. It may be empty: rates are then NaN.

    Raises
    ------
    ParameterError
        If the arrays differ in length, a cell does not exist, a time is not a number, or the window ends
        before it starts.
    """

    neuron: NDArray[np.integer]
    time_s: NDArray[np.float64]
    size: int
    start_s: float
    stop_s: float

    def __post_init__(self) -> None:
        neuron = np.asarray(self.neuron)
        time_s = np.asarray(self.time_s, dtype=np.float64)
        if neuron.shape != time_s.shape or neuron.ndim != 1:
            raise ParameterError(
                f"spikes: {neuron.shape} cells and {time_s.shape} times, must be two arrays of one length"
            )
        if not self.start_s <= self.stop_s:
            raise ParameterError(f"window: [{self.start_s}, {self.stop_s}) s must not end before it starts")
        if np.isnan(time_s).any():
            raise ParameterError("spike times: NaN found, must be numbers")
        if neuron.size and not 0 <= neuron.min() <= neuron.max() < self.size:
            raise ParameterError(
                f"neuron: {neuron.min()} to {neuron.max()} found, must be within 0 to {self.size - 1}"
            )
        inside = (time_s >= self.start_s) & (time_s < self.stop_s)
        object.__setattr__(self, "neuron", neuron[inside].astype(np.int64))
        object.__setattr__(self, "time_s", time_s[inside])

    @property
    def duration_s(self) -> float:
        """Length of the window in seconds."""
        return self.stop_s - self.start_s

    def select(self, cells: ArrayLike) -> SpikeTrains:
        """Trains of some cells, renumbered in the order given."""
        cells = np.asarray(cells, dtype=np.int64)
        renumbered = np.full(self.size, -1)
        renumbered[cells] = np.arange(cells.size)
        neuron = renumbered[self.neuron]
        return replace(self, neuron=neuron[neuron >= 0], time_s=self.time_s[neuron >= 0], size=cells.size)


def spike_counts(trains: SpikeTrains) -> NDArray[np.int64]:
    """Spikes of each cell in the window, shape (size,)."""
    return np.bincount(trains.neuron, minlength=trains.size)


def firing_rates(trains: SpikeTrains) -> NDArray[np.float64]:
    """Rate of each cell in Hz, shape (size,): spikes by the length of the window, NaN if that is zero."""
    if trains.duration_s == 0:
        return np.full(trains.size, np.nan)
    return np.asarray(spike_counts(trains) / trains.duration_s, dtype=np.float64)


def bin_starts(trains: SpikeTrains, width_s: float) -> NDArray[np.float64]:
    """Start in seconds of every whole bin of the window; a remainder at its end belongs to no bin."""
    if not width_s > 0:
        raise ParameterError(f"bin width: {width_s} s must be above 0 s")
    n_bins = int(trains.duration_s / width_s + EDGE_TOLERANCE)
    return np.asarray(trains.start_s + width_s * np.arange(n_bins), dtype=np.float64)


def binned_counts(trains: SpikeTrains, width_s: float) -> NDArray[np.int64]:
    """Spikes of each cell in successive bins, shape (size, bins); see `bin_starts`."""
    n_bins = bin_starts(trains, width_s).size
    bins = _bin_of(trains, width_s)
    whole = bins < n_bins
    cell_and_bin = trains.neuron[whole] * n_bins + bins[whole]
    return np.bincount(cell_and_bin, minlength=trains.size * n_bins).reshape(trains.size, n_bins)


def population_rate(trains: SpikeTrains, width_s: float) -> NDArray[np.float64]:
    """Rate in Hz averaged over the cells in successive bins, shape (bins,); NaN if there are no cells."""
    n_bins = bin_starts(trains, width_s).size
    if trains.size == 0:
        return np.full(n_bins, np.nan)
    bins = _bin_of(trains, width_s)
    spikes = np.bincount(bins[bins < n_bins], minlength=n_bins)
    return np.asarray(spikes / (trains.size * width_s), dtype=np.float64)


def _bin_of(trains: SpikeTrains, width_s: float) -> NDArray[np.int64]:
    return ((trains.time_s - trains.start_s) / width_s + EDGE_TOLERANCE).astype(np.int64)

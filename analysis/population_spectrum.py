"""Spectra of the population rates: how much more a network fluctuates than independent cells would."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.signal import csd

from cortexnet.analysis.recordings import RecordingLike, trains_of

#: Bin in which spikes are counted, s: half its inverse is the highest frequency.
BIN_S = 5e-4


def population_spectrum(recording: RecordingLike, resolution_hz: float = 5.0) -> pd.DataFrame:
    """Auto- and cross-spectra of the rates of excitatory and inhibitory cells within the window.

    Parameters
    ----------
    recording : RecordingLike
        With the populations ``excitatory`` and ``inhibitory``.
    resolution_hz : float
        Distance of the frequencies.

    Returns
    -------
    DataFrame
        frequency_hz and, in units of what N independent Poisson cells of the mean rate r would give, that is
        1/(N r) for the relative rate: excitatory, inhibitory, and the real and imaginary part of the
        cross-spectrum, E times the conjugate of I, in the geometric mean of both units: cross_real,
        cross_imaginary. Without rows if a population is silent or the window shorter than 1/resolution_hz.
    """
    counts = [_counts(recording, name) for name in ("excitatory", "inhibitory")]
    segment = round(1 / (resolution_hz * BIN_S))
    columns = ["frequency_hz", "excitatory", "inhibitory", "cross_real", "cross_imaginary"]
    if min(count.sum() for count in counts) == 0 or counts[0].size < segment:
        return pd.DataFrame(columns=columns, dtype=np.float64)
    # A Poisson count of mean m in a bin has the two-sided spectrum m BIN_S: 1 in these units.
    relative = [(count - count.mean()) / np.sqrt(count.mean() * BIN_S) for count in counts]

    def spectrum(first: int, second: int) -> tuple[np.ndarray, np.ndarray]:
        """One-sided frequencies above 0, and the two-sided spectrum there: first times conjugate second."""
        frequency, values = csd(relative[second], relative[first], 1 / BIN_S, nperseg=segment)
        return frequency[1:], values[1:] / 2

    frequency, excitatory = spectrum(0, 0)
    cross = spectrum(0, 1)[1]
    values = (frequency, excitatory.real, spectrum(1, 1)[1].real, cross.real, cross.imag)
    return pd.DataFrame(dict(zip(columns, values, strict=True)))


def _counts(recording: RecordingLike, population: str) -> np.ndarray:
    """Spikes of all cells of a population in bins of the window."""
    trains = trains_of(recording, population)
    bins = int((trains.stop_s - trains.start_s) / BIN_S)
    times = (trains.time_s - trains.start_s) / BIN_S
    return np.bincount(times.astype(np.int64).clip(0), minlength=bins)[:bins].astype(np.float64)

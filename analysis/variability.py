"""How irregular single neurons fire: variation of intervals (CV, CV2) and of counts (Fano factor).

A Poisson process has 1 for all three, a clock has 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cortexnet.analysis.spikes import SpikeTrains, binned_counts, spike_counts


def cv_isi(trains: SpikeTrains, *, minimum_spikes: int = 5) -> NDArray[np.float64]:
    """Coefficient of variation of the interspike intervals of each cell, shape (size,).

    Standard deviation (divisor: number of intervals) by mean of the intervals between successive spikes in
    the window. NaN for a cell of fewer than `minimum_spikes`, of fewer than two, or with all spikes at one
    time.

    Notes
    -----
    Short windows favour short intervals, and few intervals scatter less about their own mean: both lower
    the value.
    """
    interval, cell = _intervals(trains)
    n = np.bincount(cell, minlength=trains.size)
    mean = _ratio(np.bincount(cell, interval, trains.size), n)
    variance = _ratio(np.bincount(cell, (interval - mean[cell]) ** 2, trains.size), n)
    return np.where(spike_counts(trains) >= minimum_spikes, _ratio(np.sqrt(variance), mean), np.nan)


def cv2_isi(trains: SpikeTrains, *, minimum_spikes: int = 3) -> NDArray[np.float64]:
    """Local variation of successive interspike intervals of each cell, shape (size,).

    CV2, the mean of ``2 |next - this| / (next + this)`` over neighbouring intervals: blind to slow changes
    of the rate, which raise the CV. Two neighbouring intervals of zero count as equal. NaN for a cell of
    fewer than `minimum_spikes` or of fewer than three.

    Source: Holt, Softky, Koch & Douglas 1996, J. Neurophysiol. 75, 1806, equation (1).
    """
    interval, cell = _intervals(trains)
    same = cell[1:] == cell[:-1]
    this, following, cell = interval[:-1][same], interval[1:][same], cell[1:][same]
    total = this + following
    local = np.divide(2 * np.abs(following - this), total, out=np.zeros_like(total), where=total > 0)
    mean = _ratio(np.bincount(cell, local, trains.size), np.bincount(cell, minlength=trains.size))
    return np.where(spike_counts(trains) >= minimum_spikes, mean, np.nan)


def fano_factor(trains: SpikeTrains, width_s: float) -> NDArray[np.float64]:
    """Variance by mean of the spike counts of each cell in successive bins, shape (size,).

    The divisor of the variance is the number of bins less one: the expectation for a stationary Poisson
    process is then 1 exactly, whatever the number of spikes. NaN for a cell without spikes in the bins, or
    fewer than two bins.
    """
    counts = binned_counts(trains, width_s)
    n_bins = counts.shape[1]
    if n_bins < 2:
        return np.full(trains.size, np.nan)
    return _ratio(counts.var(axis=1, ddof=1), counts.mean(axis=1))


def _intervals(trains: SpikeTrains) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Interspike intervals in seconds, cell after cell and in order of time, with the cell of each."""
    order = np.lexsort((trains.time_s, trains.neuron))
    neuron, time_s = trains.neuron[order], trains.time_s[order]
    same = neuron[1:] == neuron[:-1]
    return np.diff(time_s)[same], neuron[1:][same]


def _ratio(numerator: NDArray[np.number], denominator: NDArray[np.number]) -> NDArray[np.float64]:
    """Quotient that is NaN where the denominator is zero."""
    quotient = np.full(denominator.shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient

"""How well single inputs are heard: coincidences of a cell's input and output, and their correlation.

An input spike is *answered* if the cell fires within a window after the spike has arrived. With P the
probability of an answer and r the rates, the correlation of input and output is

    C.C. = P(out given in) sqrt(r_in / r_out),

the rate of answered inputs, P r_in, by the geometric mean of both rates: 1 if each spike of either train has
its partner in the other. Where the cell does not listen, P is left at chance, the share of time that lies
within the window before some output spike. Since chance alone makes C.C. grow with the output rate, the
excess over chance is given too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cortexnet.analysis.spikes import SpikeTrains, spike_counts

Counts = NDArray[np.float64]

# Times are rounded multiples of a time step: an output of the very step of the input must not count as later.
_ROUNDING_S = 1e-8


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error; NaN where undefined."""

    value: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class Coincidences:
    """What was counted in each cell, arrays of shape (cells,).

    Attributes
    ----------
    inputs, outputs : ndarray
        Spikes of the one input that is looked at, and of the cell.
    answered : ndarray
        Input spikes with an output spike in the window after them.
    by_chance : ndarray
        Expected value of `answered` if the input came at any time: inputs times the share of time that lies
        within the window before an output spike.
    """

    inputs: Counts
    outputs: Counts
    answered: Counts
    by_chance: Counts

    def select(self, cells: ArrayLike) -> Coincidences:
        """Return those of some cells."""
        return Coincidences(**{name: value[np.asarray(cells)] for name, value in vars(self).items()})


def delayed(trains: SpikeTrains, cells: ArrayLike, delay_s: ArrayLike) -> SpikeTrains:
    """Spike trains of some cells, repeats allowed, each moved by its delay.

    Parameters
    ----------
    trains : SpikeTrains
        The population.
    cells, delay_s : array_like, shape (n,)
        Train k of the result is that of ``cells[k]``, later by ``delay_s[k]`` seconds.
    """
    cells, delay = np.asarray(cells, dtype=np.int64), np.asarray(delay_s, dtype=np.float64)
    order = np.argsort(trains.neuron, kind="stable")
    counts = spike_counts(trains)
    first = np.cumsum(counts) - counts
    n_spikes = counts[cells]
    train = np.repeat(np.arange(cells.size), n_spikes)
    within = np.arange(train.size) - np.repeat(np.cumsum(n_spikes) - n_spikes, n_spikes)
    times = trains.time_s[order[first[cells][train] + within]]
    return replace(trains, neuron=train, time_s=times + delay[train], size=cells.size)


def coincidences(inputs: SpikeTrains, outputs: SpikeTrains, window_s: float) -> Coincidences:
    """Count the input spikes of each cell that it answers within a window.

    Parameters
    ----------
    inputs, outputs : SpikeTrains
        Of one window of observation and one size: cell k receives the input train k, at the times given, and
        fires the output train k.
    window_s : float
        An answer comes later than the input, at most by this many seconds. Inputs nearer to the end of the
        observation are left out.
    """
    start_s, stop_s = inputs.start_s, max(inputs.stop_s - window_s, inputs.start_s)
    heard = replace(inputs, stop_s=stop_s)
    arrived = _key(heard.neuron, heard.time_s + _ROUNDING_S, inputs)
    output = np.sort(_key(outputs.neuron, outputs.time_s, inputs))
    after = np.searchsorted(output, arrived, side="right")
    latest = np.searchsorted(output, arrived + window_s, side="right")
    answered = np.bincount(heard.neuron[latest > after], minlength=inputs.size)
    counts = spike_counts(heard).astype(np.float64)
    duration_s = stop_s - start_s
    share = _time_before_spikes(outputs, start_s, stop_s, window_s) / duration_s if duration_s else np.nan
    return Coincidences(
        inputs=counts,
        outputs=spike_counts(replace(outputs, stop_s=stop_s)).astype(np.float64),
        answered=answered.astype(np.float64),
        by_chance=counts * share,
    )


def answer_probability(counts: Coincidences) -> Estimate:
    """P(out given in), pooled over cells; this and the following with jackknife errors over cells."""
    return jackknife(_probability, counts)


def excess_probability(counts: Coincidences) -> Estimate:
    """P(out given in) less chance."""
    return jackknife(_excess, counts)


def correlation(counts: Coincidences) -> Estimate:
    """C.C. of pooled counts: answered / sqrt(inputs x outputs).

    Pooled, because that of one cell that hardly fires is biased: a cell of a few output spikes most often has
    none that answers.
    """
    return jackknife(_correlation, counts)


def excess_correlation(counts: Coincidences) -> Estimate:
    """C.C. less that by chance: (answered - by chance) / sqrt(inputs x outputs)."""
    return jackknife(_excess_correlation, counts)


def correlation_difference(first: Coincidences, second: Coincidences) -> Estimate:
    """Excess correlation of the same cells under two conditions, the first less the second."""
    together = {name: np.stack([value, vars(second)[name]]) for name, value in vars(first).items()}
    return jackknife(lambda sums: np.subtract(*_excess_correlation(sums)), Coincidences(**together))


def jackknife(function: Callable[[Coincidences], Counts], counts: Coincidences) -> Estimate:
    """Value of a function of sums over cells, and its standard error by leaving out one cell at a time."""
    total = {name: value.sum(axis=-1, keepdims=True) for name, value in vars(counts).items()}
    without = {name: total[name] - value for name, value in vars(counts).items()}
    n = counts.inputs.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(np.squeeze(function(Coincidences(**total)))) if n else np.nan
        left_out = function(Coincidences(**without))
        error = float(np.sqrt((n - 1) * np.var(left_out))) if n > 1 else np.nan
    finite = np.isfinite(value)
    return Estimate(value if finite else np.nan, error if finite and np.isfinite(error) else np.nan)


def _probability(sums: Coincidences) -> Counts:
    return sums.answered / sums.inputs


def _excess(sums: Coincidences) -> Counts:
    return (sums.answered - sums.by_chance) / sums.inputs


def _correlation(sums: Coincidences) -> Counts:
    return np.asarray(sums.answered / np.sqrt(sums.inputs * sums.outputs))


def _excess_correlation(sums: Coincidences) -> Counts:
    return np.asarray((sums.answered - sums.by_chance) / np.sqrt(sums.inputs * sums.outputs))


def _key(neuron: NDArray[np.integer], time_s: Counts, trains: SpikeTrains) -> Counts:
    """One number a spike that sorts by cell, then by time."""
    return np.asarray(neuron * (2 * (trains.duration_s + 1)) + (time_s - trains.start_s))


def _time_before_spikes(trains: SpikeTrains, start_s: float, stop_s: float, window_s: float) -> Counts:
    """Time of each cell within [start, stop) from which a spike follows within the window."""
    order = np.lexsort((trains.time_s, trains.neuron))
    neuron, time = trains.neuron[order], trains.time_s[order]
    is_first = np.diff(neuron, prepend=-1) != 0
    previous = np.where(is_first, start_s, np.roll(time, 1))
    begin, end = np.maximum(previous, time - window_s), np.minimum(time, stop_s)
    time_before = np.bincount(neuron, weights=np.maximum(end - begin, 0), minlength=trains.size)
    return np.asarray(time_before, dtype=np.float64)

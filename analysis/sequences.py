"""Sequences of spikes along synapses: how many there are, and how long they are.

A spike *follows* another if its cell receives a link from the other's cell and it comes later than the
arrival there, at most by a window. Spikes and this relation are a directed graph without cycles, since delays
are not negative; a sequence is a path in it. Paths are counted, not listed: their number grows exponentially
where a spike has more than one successor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cortexnet.analysis.spikes import SpikeTrains, spike_counts

# Times are rounded multiples of a time step: a spike of the very step of the arrival must not follow it.
_ROUNDING_S = 1e-8


@dataclass(frozen=True, eq=False)
class Links:
    """Synapses between cells of one population, at most one from a cell to another.

    Attributes
    ----------
    source, target : int array, shape (links,)
        Cells, counted from 0.
    delay_s : float array, shape (links,)
        Time in seconds from a spike of the source to its arrival, at least 0.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    delay_s: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SequenceCounts:
    """Sequences by their number of spikes; index k stands for k + 1 spikes, the last is the longest there is.

    Attributes
    ----------
    sequences : float array, shape (longest,)
        Number of sequences of exactly so many spikes, those within longer ones included; exact below 2**53.
    spikes : int array, shape (longest,)
        Number of spikes at which a sequence of so many ends.
    cells : int array, shape (longest,)
        Number of different cells to which those belong.
    """

    sequences: NDArray[np.float64]
    spikes: NDArray[np.int64]
    cells: NDArray[np.int64]

    @property
    def longest(self) -> int:
        """Spikes in the longest sequence."""
        return self.sequences.size


def count_sequences(trains: SpikeTrains, links: Links, window_s: float) -> SequenceCounts:
    """Count the sequences of spikes along links.

    Parameters
    ----------
    trains : SpikeTrains
        The population.
    links : Links
        Among its cells.
    window_s : float
        A spike that follows comes later than the arrival of its predecessor, at most by this many seconds.
    """
    precedes = following_spikes(trains, links, window_s).T.tocsr()
    neuron = np.sort(trains.neuron)
    ending_here = np.ones(neuron.size)
    counts = []
    while ending_here.any():
        reached = ending_here > 0
        counts.append((ending_here.sum(), np.count_nonzero(reached), np.unique(neuron[reached]).size))
        ending_here = precedes @ ending_here
    sequences, spikes, cells = np.array(counts).reshape(-1, 3).T
    return SequenceCounts(sequences, spikes.astype(np.int64), cells.astype(np.int64))


def following_spikes(trains: SpikeTrains, links: Links, window_s: float) -> csr_array:
    """Which spike follows which.

    Returns
    -------
    csr_array, shape (spikes, spikes)
        1 at (r, s) if spike s follows spike r, both numbered by cell and time.
    """
    order = np.lexsort((trains.time_s, trains.neuron))
    neuron, time = trains.neuron[order], trains.time_s[order]
    counts = spike_counts(trains)
    first = np.cumsum(counts) - counts
    link, spike = _ranges(first[links.source], counts[links.source])
    arrival = time[spike] + links.delay_s[link] + _ROUNDING_S
    # One number a spike that sorts by cell, then by time; no arrival may reach into the next cell.
    longest_s = links.delay_s.max(initial=0.0) + window_s
    period_s = trains.duration_s + longest_s + 1.0
    key = neuron * period_s + (time - trains.start_s)
    arrived = links.target[link] * period_s + (arrival - trains.start_s)
    begin = np.searchsorted(key, arrived, side="right")
    # Few arrivals are followed at all: only for them the last follower is searched.
    followed = np.flatnonzero(np.append(key, np.inf)[begin] <= arrived + window_s)
    begin, spike = begin[followed], spike[followed]
    end = np.searchsorted(key, arrived[followed] + window_s, side="right")
    edge, successor = _ranges(begin, end - begin)
    return csr_array((np.ones(edge.size), (spike[edge], successor)), shape=(time.size, time.size))


def _ranges(
    start: NDArray[np.integer], length: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Concatenate the ranges start[k] ... start[k] + length[k] - 1; gives k and the element of each entry."""
    which = np.repeat(np.arange(start.size), length)
    within = np.arange(which.size) - np.repeat(np.cumsum(length) - length, length)
    return which, start[which] + within

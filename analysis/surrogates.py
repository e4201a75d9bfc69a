"""Surrogates of spike trains and links: alike in what a null hypothesis keeps, random in the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cortexnet.analysis.sequences import Links
from cortexnet.analysis.spikes import SpikeTrains


def rewired(links: Links, rng: np.random.Generator, *, rounds: int = 5) -> Links:
    """Links rewired by double-edge swaps: every cell keeps its numbers of links in and out.

    Two links a -> b and c -> d become a -> d and c -> b, unless a cell would be linked with itself or twice
    with another. Delays stay with the sources.

    Parameters
    ----------
    links : Links
        What is rewired.
    rng : numpy.random.Generator
        Draws the pairs.
    rounds : int
        In each round every link is paired with another and swapped once, where it may.
    """
    target = links.target.copy()
    n_cells = int(max(links.source.max(initial=-1), target.max(initial=-1))) + 1
    for _ in range(rounds):
        pairs = rng.permutation(target.size)[: target.size // 2 * 2].reshape(2, -1)
        source, swapped = links.source[pairs], target[pairs[::-1]]
        link = source * n_cells + swapped
        _, index, number = np.unique(link, return_inverse=True, return_counts=True)
        allowed = (source != swapped) & (number[index.reshape(link.shape)] == 1)
        allowed &= ~np.isin(link, links.source * n_cells + target)
        both = allowed.all(axis=0)
        target[pairs[:, both]] = swapped[:, both]
    return replace(links, target=target)


def dithered(trains: SpikeTrains, half_width_s: float, rng: np.random.Generator) -> SpikeTrains:
    """Trains with every spike moved by itself, uniformly up to `half_width_s` either way.

    What is slower than this stays, such as rates and their common fluctuations; what is faster is lost. A
    spike that would leave the window is reflected at its end.
    """
    moved = trains.time_s + rng.uniform(-half_width_s, half_width_s, trains.time_s.size)
    moved = np.where(moved < trains.start_s, 2 * trains.start_s - moved, moved)
    moved = np.where(moved >= trains.stop_s, 2 * trains.stop_s - moved, moved)
    inside = np.clip(moved, trains.start_s, np.nextafter(trains.stop_s, trains.start_s))
    return replace(trains, time_s=inside)


def shifted(trains: SpikeTrains, rng: np.random.Generator) -> SpikeTrains:
    """Trains each moved as a whole by its own random time, what leaves the window coming in at its start.

    Rates and intervals of each cell stay, every relation between cells is lost.
    """
    shift = rng.uniform(0, trains.duration_s, trains.size)[trains.neuron]
    moved = trains.start_s + np.mod(trains.time_s - trains.start_s + shift, trains.duration_s)
    return replace(trains, time_s=np.minimum(moved, np.nextafter(trains.stop_s, trains.start_s)))

"""Fluctuations that both populations bring forth themselves, whatever their size: no linear response.

All cells of the network advance together. What a spike does is annealed: every one finds new targets at
random. So there are no loops and no pairs of cells that know each other, only population rates with the
noise of finite populations; innervation is quenched, as the spread of input between the cells asks for.

The populations are free: their mean rates are their own, a little lower than those of the theory. Only their
fluctuations relative to these are used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cortexnet.analysis.meanfield.heterogeneous.population_kernel import co_evolve
from cortexnet.analysis.meanfield.heterogeneous.quenched_cells import QuenchedCells
from cortexnet.analysis.meanfield.quadrature import Array

#: Time at the beginning that is not shown, s.
SETTLING = 0.3
#: Time before the end of activity that is not shown either, and without a spike after which it is over, s.
ENDING, PATIENCE = 0.1, 0.05
#: Ratio of rates of the excitatory cells at which fluctuations are still much the same.
NEAR = 2.0
#: How often activity may begin.
ATTEMPTS = 8
#: Entries of the table of targets for each cell.
RESOLUTION = 8


def population_counts(
    si: Mapping[str, Any],
    cells: Sequence[QuenchedCells],
    spreads: Array,
    rates: Array,
    length: int,
    generator: np.random.Generator,
) -> Array | None:
    """Simulate both populations, and anew where activity ends: the spikes of each step.

    Parameters
    ----------
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    cells : sequence of QuenchedCells
        Excitatory and inhibitory.
    spreads : ndarray, shape (2, 2)
        SD of the relative excitatory and inhibitory drive (columns) between the cells of a type (rows).
    rates : ndarray, shape (2,)
        Rates (Hz) near which they are expected; they begin with these.
    length : int
        Steps.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, shape (2, length), or None
        None where activity does not last, or at rates more than a factor `NEAR` from those expected.
    """
    settling, ending = (round(time / si["time_step"]) for time in (SETTLING, ENDING))
    pieces: list[Array] = []
    for _ in range(ATTEMPTS):
        missing = length - sum(piece.shape[1] for piece in pieces)
        counts = np.zeros((2, settling + missing + ending))
        lasted = _one_life(si, cells, spreads, rates, counts, generator)
        if lasted < 0:
            return None
        pieces.append(counts[:, settling : max(lasted - ending, settling)])
        if lasted == counts.shape[1]:
            counts = np.concatenate(pieces, axis=1)[:, :length]
            shown = counts[0].mean() / (si["n_excitatory"] * si["time_step"])
            return counts if 1 / NEAR < shown / rates[0] < NEAR else None
    return None


def _one_life(
    si: Mapping[str, Any],
    cells: Sequence[QuenchedCells],
    spreads: Array,
    rates: Array,
    counts: Array,
    generator: np.random.Generator,
) -> int:
    """Fill `counts`, and return for how many steps there was activity; -1 where it runs away."""
    sizes = np.array([si["n_excitatory"], si["n_inhibitory"]])
    excitatory, inhibitory = cells
    lasted: int = co_evolve(
        counts.shape[1],
        excitatory.constants,
        inhibitory.constants,
        tuple(_relative(size, spread, generator) for size, spread in zip(sizes, spreads[:, 1], strict=True)),
        tuple(_targets(size, spread, generator) for size, spread in zip(sizes, spreads[:, 0], strict=True)),
        np.array([excitatory.released_degree(sizes[0]), inhibitory.released_degree(sizes[1])]),
        excitatory.released_jumps(),
        inhibitory.released_jumps(),
        np.array([excitatory.inhibitory_jump, inhibitory.inhibitory_jump]),
        1 - si["connection_probability_inhibitory"],
        si["connection_probability_inhibitory"] * si["n_inhibitory"],
        np.array([excitatory.delay_range, inhibitory.delay_range]),
        sizes[0] * rates[0] * si["time_step"],
        excitatory.refractory_steps,
        int(generator.integers(2**62)),
        counts,
        PATIENCE / si["time_step"],
        1.5 * NEAR,
    )
    return lasted


def _relative(size: int, spread: float, generator: np.random.Generator) -> Any:
    """Relative drive of each cell, of mean 1."""
    drive = np.maximum(1 + spread * generator.standard_normal(size), 0.0)
    return (drive / drive.mean()).astype(np.float32)


def _targets(size: int, spread: float, generator: np.random.Generator) -> Any:
    """Table of cells in which each is as often as it is innervated."""
    innervation = np.cumsum(_relative(size, spread, generator).astype(np.float64))
    places = (np.arange(RESOLUTION * size) + 0.5) / RESOLUTION * innervation[-1] / size
    return np.minimum(np.searchsorted(innervation, places), size - 1).astype(np.int32)

"""Spike trains of one population, from which presynaptic cells take theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cortexnet.analysis.meanfield.quadrature import Array

#: SD of the natural logarithm of the rates that the first trains have, before any are known.
FIRST_LOG_SD = 0.8


@dataclass(frozen=True, eq=False)
class SpikeLibrary:
    """Trains of many cells over the same time.

    Attributes
    ----------
    times : ndarray
        Spike times in [0, period), s, cell by cell.
    offsets : ndarray of int
        Where the spikes of each cell begin; one more than cells.
    period : float
        s.
    """

    times: Array
    offsets: NDArray[np.int64]
    period: float

    @classmethod
    def poisson(cls, rate: float, cells: int, period: float, generator: np.random.Generator) -> Self:
        """Poisson trains of lognormally distributed rates with the mean `rate` (Hz), to begin with."""
        rates = generator.lognormal(-(FIRST_LOG_SD**2) / 2, FIRST_LOG_SD, cells)
        counts = generator.poisson(rates / rates.mean() * rate * period)
        return cls(period * generator.random(counts.sum()), _offsets(counts), period)

    @classmethod
    def of(cls, times: Array, cells: NDArray[np.int64], n_cells: int, period: float) -> Self:
        """Library of the spikes at `times` (s) of the `cells` 0 to n_cells - 1."""
        order = np.argsort(cells, kind="stable")
        return cls(times[order], _offsets(np.bincount(cells, minlength=n_cells)), period)

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.offsets.size - 1

    @property
    def rates(self) -> Array:
        """Rate of each cell, Hz."""
        return np.diff(self.offsets) / self.period

    def choose(self, cells: int, generator: np.random.Generator) -> NDArray[np.int64]:
        """Trains for so many cells: each as often as any other, but for one."""
        rounds = [generator.permutation(self.size) for _ in range(-(-cells // self.size))]
        return np.concatenate(rounds)[:cells]


def relative_variance(counts: NDArray[np.int64]) -> float:
    """Squared coefficient of variation of the rates behind Poisson counts."""
    mean = counts.mean()
    return float(max(counts.var() - mean, 0.0) / mean**2) if mean > 0 else 0.0


def _offsets(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

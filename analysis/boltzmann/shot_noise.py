"""Rate of a leaky cell that is driven by finite jumps, in discrete time, without any diffusion limit.

In every time step the distance x of the membrane from its resting value decays by a factor d, is compared
with the threshold, and jumps by the sum J of the EPSPs that arrive. So with T(x) steps to the next spike,

    T(x) = 0 at or above threshold, else 1 + E T(d (x + J))

A linear system gives T on a grid. After a spike the cell starts at its reset, past the refractory period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import toeplitz

from cortexnet.analysis.boltzmann.coupling import Array

#: In time steps.
LONGEST_INTERVAL = 1e12


@dataclass(frozen=True)
class LeakyCell:
    """A leaky integrate-and-fire cell; potentials from its resting potential on.

    Attributes
    ----------
    decay : float
        exp(-time step/membrane time constant).
    threshold, reset : float
        Above the resting potential, in the unit of the EPSPs.
    refractory_steps : int
        Time steps after a spike in which nothing acts on the cell.
    """

    decay: float
    threshold: float
    reset: float
    refractory_steps: int


def steps_between_spikes(cell: LeakyCell, epsps: Array, probability: float, spacing: float) -> float:
    """Mean number of time steps from a spike to the next.

    Parameters
    ----------
    cell : LeakyCell
    epsps : ndarray
        Jumps, all above 0.
    probability : float
        That each of them arrives in a time step, independently.
    spacing : float
        Of the grid.

    Returns
    -------
    float
        Infinite beyond `LONGEST_INTERVAL`, from where on rounding errors would rule.
    """
    start = cell.decay * cell.reset
    if start >= cell.threshold:
        return float(cell.refractory_steps)
    lowest = min(start, 0.0)
    n_points = int(np.ceil((cell.threshold - lowest) / spacing))
    width = (cell.threshold - lowest) / n_points
    grid = lowest + width * (np.arange(n_points) + 0.5)
    after_jump = lowest + width * (np.arange(_points_below(cell, lowest, width)) + 0.5)
    jump = _sum_distribution(epsps / width, probability, after_jump.size)
    transition = toeplitz(np.eye(1, n_points)[0] * jump[0], jump) @ _interpolation(
        cell.decay * after_jump, grid
    )
    steps = np.linalg.solve(np.eye(n_points) - transition, np.ones(n_points))
    interval = float(np.interp(start, grid, steps))
    return cell.refractory_steps + (interval if 0 < interval < LONGEST_INTERVAL else np.inf)


def _points_below(cell: LeakyCell, lowest: float, width: float) -> int:
    """Points of the grid, continued upwards, from which a cell decays to below threshold in one step."""
    return int(np.ceil((cell.threshold / cell.decay - lowest) / width - 0.5))


def _sum_distribution(jumps: Array, probability: float, size: int) -> Array:
    """Probabilities of the sum of independent jumps to be 0, 1, ... below `size`.

    Jumps that are no whole numbers are split among their neighbours. It is the inverse Fourier transform of
    the product of their characteristic functions, of fourfold length, so that sums beyond the end do not
    return at the beginning.
    """
    length = 4 * size
    phase = np.exp(-2j * np.pi * np.arange(length // 2 + 1) / length)[:, None]
    whole = np.floor(jumps)
    part = jumps - whole
    of_jump = phase**whole * (1 - part + part * phase)
    return np.asarray(np.fft.irfft((1 + probability * (of_jump - 1)).prod(axis=1), length)[:size])


def _interpolation(values: NDArray[np.floating], grid: NDArray[np.floating]) -> Array:
    """Matrix that interpolates a function on an even grid linearly, constant beyond its ends."""
    place = np.clip((values - grid[0]) / (grid[1] - grid[0]), 0, grid.size - 1)
    left = np.minimum(place.astype(int), grid.size - 2)
    matrix = np.zeros((values.size, grid.size))
    rows = np.arange(values.size)
    matrix[rows, left] = 1 - (place - left)
    matrix[rows, left + 1] = place - left
    return matrix

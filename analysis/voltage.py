"""Membrane potentials pooled over cells and times."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cortexnet.analysis.averages import mean, standard_deviation, standard_error
from cortexnet.analysis.spikes import EDGE_TOLERANCE
from cortexnet.errors import ParameterError


@dataclass(frozen=True)
class PotentialMoments:
    """Mean and standard deviation of pooled potentials, with their errors and what these rest on."""

    mean_mv: float
    sd_mv: float
    mean_error_mv: float
    sd_error_mv: float
    n_samples: int
    n_blocks: int


def potential_moments(
    voltage_mv: ArrayLike, time_s: ArrayLike, *, start_s: float, stop_s: float, block_s: float
) -> PotentialMoments:
    """Mean and SD (divisor n) of the samples within [start_s, stop_s), those of refractory cells included.

    The errors come from the scatter of the same number over successive whole blocks of `block_s` seconds:
    cells sampled at one time share the state of the network and are not independent. NaN without samples,
    errors below two blocks.
    """
    voltage, time = np.asarray(voltage_mv, dtype=np.float64), np.asarray(time_s, dtype=np.float64)
    inside = (time >= start_s) & (time < stop_s)
    voltage, time = voltage[inside], time[inside]
    n_blocks = int(max(stop_s - start_s, 0) / block_s + EDGE_TOLERANCE)
    block = ((time - start_s) / block_s + EDGE_TOLERANCE).astype(np.int64)
    samples = [voltage[block == b] for b in range(n_blocks)]
    samples = [sample for sample in samples if sample.size]
    return PotentialMoments(
        mean_mv=mean(voltage),
        sd_mv=standard_deviation(voltage),
        mean_error_mv=standard_error([mean(sample) for sample in samples]),
        sd_error_mv=standard_error([standard_deviation(sample) for sample in samples]),
        n_samples=voltage.size,
        n_blocks=len(samples),
    )


def potential_density(voltage_mv: ArrayLike, edges_mv: ArrayLike) -> NDArray[np.float64]:
    """Histogram of membrane potentials as a density per mV, shape (edges - 1,).

    Samples beyond the edges count in the norm: the density integrates to the share that lies within them.
    The last bin includes its upper edge. NaN without samples.
    """
    voltage, edges = np.asarray(voltage_mv, dtype=np.float64), np.asarray(edges_mv, dtype=np.float64)
    if edges.size < 2 or not np.all(np.diff(edges) > 0):
        raise ParameterError("edges: must be at least two, in increasing order")
    if voltage.size == 0:
        return np.full(edges.size - 1, math.nan)
    counts, _ = np.histogram(voltage, edges)
    return np.asarray(counts / (voltage.size * np.diff(edges)), dtype=np.float64)


def potential_moments_of_cells(
    neuron: ArrayLike, voltage_mv: ArrayLike, size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and SD over time (divisor n) of each cell's potential, mV, shape (size,); NaN without samples.

    Parameters
    ----------
    neuron, voltage_mv : array_like, shape (samples,)
        The cell and the potential of each sample.
    size : int
        Number of cells.
    """
    cell, voltage = np.asarray(neuron), np.asarray(voltage_mv, dtype=np.float64)
    n_samples = np.bincount(cell, minlength=size)
    with np.errstate(invalid="ignore"):
        cell_mean = np.bincount(cell, weights=voltage, minlength=size) / n_samples
        deviation = voltage - cell_mean[cell]
        variance = np.bincount(cell, weights=deviation**2, minlength=size) / n_samples
    return cell_mean, np.sqrt(variance)

"""Acquisition and forgetting in theory: one connection exactly, the slow rule in mean field, the end state.

One connection from a cell that is always on has K binary synapses, of which m are on, and the weight
``w = a (m - K/2)``. Its target is visible in D copies, n of them on. Clamped, the synapses need one sweep.
Free, copies and synapses are drawn in turn, and the chain of m forgets by its second eigenvalue.

In the mean field of the printed rule (34), (37) all synapses are redrawn from the slow trace q, so that
``w = K a (sigma(a q) - 1/2)``; data drive q, and without them it only decays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import binom

Array = NDArray[np.float64]


def free_running_chain(n_synapses: int, amplitude: float, n_data: int) -> Array:
    """Transition matrix of the number of synapses that are on, over one sweep with nothing clamped.

    Parameters
    ----------
    n_synapses, amplitude
        K and a.
    n_data : int
        D, the copies of the target.

    Returns
    -------
    ndarray, shape (K + 1, K + 1)
        Copies are drawn given the synapses, then the synapses given the copies, each exactly.
    """
    on = np.arange(n_synapses + 1)
    p_on = expit(amplitude * (on - n_synapses / 2))
    copies_given_synapses = binom.pmf(np.arange(n_data + 1), n_data, p_on[:, None])
    joint = binom.pmf(on, n_synapses, 0.5)[:, None] * copies_given_synapses
    return np.asarray(copies_given_synapses @ (joint / joint.sum(axis=0)).T)


def forgetting_time(n_synapses: int, amplitude: float, n_data: int) -> float:
    """Sweeps in which the slowest memory of one free connection falls by a factor e: -1/log(eigenvalue)."""
    eigenvalues = np.sort(np.linalg.eigvals(free_running_chain(n_synapses, amplitude, n_data)).real)
    return -1 / math.log(eigenvalues[-2])


def forgetting_time_of_few_data(n_synapses: int, amplitude: float, n_data: int) -> float:
    """Approximate `forgetting_time` where D K a^2 is small: D K a^2/16 + 1/2."""
    return n_data * n_synapses * amplitude**2 / 16 + 0.5


@dataclass(frozen=True)
class HalfTimes:
    """Sweeps to half of the learned weight while clamped, and from all of it to half when free."""

    acquisition: int
    forgetting: int

    @property
    def ratio(self) -> float:
        """How many times longer forgetting takes."""
        return self.forgetting / self.acquisition


def mean_weight(trace: Array | float, n_synapses: int, amplitude: float) -> Array:
    """Mean weight of synapses drawn from a trace: K a (sigma(a q) - 1/2)."""
    return np.asarray(n_synapses * amplitude * (expit(amplitude * np.asarray(trace)) - 0.5))


def mean_field_half_times(n_synapses: int, amplitude: float, trace_rate: float, n_data: int) -> HalfTimes:
    """Half-times of the printed rule with slow traces, all synapses redrawn in every sweep.

    Parameters
    ----------
    n_synapses, amplitude, trace_rate, n_data
        K, a, r_q and D; all D copies are clamped on.
    """
    trace, weights = 0.0, [0.0]
    for _ in range(math.ceil(40 / trace_rate)):  # e^-40 from the fixed point
        drive = n_data * (1 - float(expit(weights[-1])))
        trace += trace_rate * (drive - trace)
        weights.append(float(mean_weight(trace, n_synapses, amplitude)))
    half = weights[-1] / 2
    acquisition = next(sweep for sweep, weight in enumerate(weights) if weight >= half)
    trace_at_half = 2 / amplitude * math.atanh(2 * half / (n_synapses * amplitude))
    forgetting = math.ceil(math.log(trace_at_half / trace) / math.log1p(-trace_rate))
    return HalfTimes(acquisition, forgetting)


def forgotten_weight_sd(n_synapses: int, amplitude: float) -> float:
    """SD of a weight without data, whose mean is 0: K/2 synapses of each sign are on or off by a coin."""
    return math.sqrt(n_synapses) * amplitude / 2

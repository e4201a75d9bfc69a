"""Reading B: binary synapses inferred from data, with one hidden unit.

A datum is a pattern of N cells in {-1, 1}. The machine has synapses xi in {-1, 1}^N, a hidden unit h in
{-1, 1} and

    P(sigma, h | xi) = exp(beta h xi.sigma / sqrt(N)) / Z,   Z = 2 (2 cosh(beta/sqrt(N)))^N

Z does not depend on xi. So data are drawn exactly (given h, cells are independent), and after M = alpha N
data the posterior of the synapses, the unit's answers h_a to the data included, is a Boltzmann machine
between N synapses and M answers whose couplings are the data:

    P(xi, h | data) ~ exp(beta/sqrt(N) sum_ia xi_i sigma_ia h_a)

Given the answers synapses are independent, and given the synapses answers are; Gibbs sampling redraws each
side in turn, by what arrives at a synapse alone. The law does not change under xi, h -> -xi, -h: signs of
overlaps mean nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from cortexnet.analysis.boltzmann.coupling import Array

Spins = NDArray[np.float64]


def planted_data(
    n_synapses: int, n_data: int, strength: float, rng: np.random.Generator
) -> tuple[Spins, Spins]:
    """Draw synapses, and data of the machine that has them.

    Parameters
    ----------
    n_synapses, n_data : int
        N and M.
    strength : float
        beta.
    rng : Generator

    Returns
    -------
    planted : ndarray of -1 and 1, shape (N,)
    data : ndarray of -1 and 1, shape (M, N)
    """
    planted = _spins(rng.random(n_synapses) < 0.5)
    answers = _spins(rng.random((n_data, 1)) < 0.5)
    agrees = rng.random((n_data, n_synapses)) < expit(2 * strength / np.sqrt(n_synapses))
    return planted, _spins(agrees) * answers * planted


def posterior_samples(data: Spins, strength: float, n_sweeps: int, rng: np.random.Generator) -> Spins:
    """Draw synapses from their posterior by Gibbs sampling, from a random start.

    Parameters
    ----------
    data : ndarray of -1 and 1, shape (M, N)
    strength : float
        beta.
    n_sweeps : int
        In each, all answers and all synapses are drawn once.
    rng : Generator

    Returns
    -------
    ndarray of -1 and 1, shape (n_sweeps, N)
        The synapses after each sweep.
    """
    n_data, n_synapses = data.shape
    scale = 2 * strength / np.sqrt(n_synapses)
    synapses = _spins(rng.random(n_synapses) < 0.5)
    samples = np.empty((n_sweeps, n_synapses))
    for sample in samples:
        answers = _spins(rng.random(n_data) < expit(scale * (data @ synapses)))
        synapses = _spins(rng.random(n_synapses) < expit(scale * (answers @ data)))
        sample[:] = synapses
    return samples


def rms_overlap(samples: Spins, planted: Spins) -> float:
    """Root mean square of xi.planted/N over samples, which the sign of the samples does not change."""
    overlaps: Array = samples @ planted / planted.size
    return float(np.sqrt(np.mean(overlaps**2)))


def _spins(is_up: ArrayLike) -> Spins:
    return np.where(np.asarray(is_up), 1.0, -1.0)

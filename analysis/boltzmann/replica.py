"""Theory of reading B: overlap of the posterior with the planted synapses, replica-symmetric.

Derivation. In the large-N limit a cell of a datum is ``sigma = beta h x/sqrt(N)`` plus noise of variance 1,
and the posterior is that of a rank-one matrix ``h x^T`` seen through this noise; x has N elements and h has
M = alpha N, all of them fair signs. Averaged over data, n replicas and the planted pair, which on the
Nishimori line (the beta of the posterior is that of the data) is one more replica, interact by

    exp( N alpha beta^2 sum_{a<b} Q_ab R_ab ),   Q_ab = x_a.x_b/N,   R_ab = h_a.h_b/M

Conjugates of Q and R factorise this over elements. With Q_ab = q and R_ab = r for all pairs (replica
symmetry, which holds on the Nishimori line) the n (n + 1)/2 pairs give, for n -> 0, the free entropy per
synapse

    Phi(q, r) = psi(alpha beta^2 r) + alpha psi(beta^2 q) - alpha beta^2 q r/2
    psi(g) = E_z log cosh(g + sqrt(g) z) - g/2,   z standard normal

Since psi' = m/2 with ``m(g) = E_z tanh(g + sqrt(g) z)``, its stationary points obey

    q = m(alpha beta^2 r),   r = m(beta^2 q)

which are also the fixed points of belief propagation on this dense graph (cavity method). The overlap of a
sample with the planted synapses is q. Near q = 0, m(g) = g, hence q = alpha beta^4 q: the transition lies at
``alpha_c = beta^-4``, where also an eigenvalue leaves the bulk (see `spectrum`).

Below alpha_c the overlap vanishes as 1/sqrt(N). To second order the weight of overlaps q and r is
``exp(N (alpha beta^2 q r - q^2/2 - alpha r^2/2))``; without r this leaves a normal law of q with

    E q^2 = 1/(N (1 - alpha/alpha_c))
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cortexnet.analysis.boltzmann.coupling import Array
from cortexnet.errors import ParameterError

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(201)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_TOLERANCE, _MOST_STEPS = 1e-12, 200_000


def critical_load(strength: float) -> float:
    """alpha_c = beta^-4: data per synapse from which on the planted synapses can be found."""
    return strength**-4


def mean_sign(precision: ArrayLike) -> Array:
    """m(g) = E tanh(g + sqrt(g) z): overlap of a sign with its posterior at signal-to-noise ratio g."""
    precision = np.asarray(precision, dtype=np.float64)[..., None]
    return np.asarray(np.tanh(precision + np.sqrt(precision) * _NODES) @ _WEIGHTS, dtype=np.float64)


def overlap(load: float, strength: float, *, start: float = 1.0) -> float:
    """Overlap q of posterior samples with the planted synapses, for N to infinity.

    Parameters
    ----------
    load : float
        alpha, data per synapse.
    strength : float
        beta.
    start : float
        Where the iteration begins, above 0; where the transition is continuous all starts lead to one q.

    Raises
    ------
    ParameterError
        If load or strength is not above 0.
    """
    if not (load > 0 and strength > 0):
        raise ParameterError(f"overlap: load = {load:g} and strength = {strength:g} must be above 0")
    q = start
    for _ in range(_MOST_STEPS):
        previous, q = q, float(mean_sign(load * strength**2 * mean_sign(strength**2 * q)))
        if abs(q - previous) < _TOLERANCE:
            break
    return q


def free_entropy(q: ArrayLike, r: ArrayLike, load: float, strength: float) -> Array:
    """Phi(q, r) per synapse, without the constants; 0 at q = r = 0.

    Parameters
    ----------
    q, r : array_like
        Overlaps of synapses and of answers, from 0 to 1.
    load, strength : float
        alpha and beta.
    """
    q, r = np.asarray(q, dtype=np.float64), np.asarray(r, dtype=np.float64)
    interaction = load * strength**2 * q * r / 2
    of_synapses, of_answers = _log_evidence(load * strength**2 * r), _log_evidence(strength**2 * q)
    return np.asarray(of_synapses + load * of_answers - interaction, dtype=np.float64)


def rms_overlap_below(load: ArrayLike, strength: float, n_synapses: int) -> Array:
    """Root mean square overlap of N synapses below alpha_c; NaN from there on."""
    distance = 1 - np.asarray(load, dtype=np.float64) / critical_load(strength)
    return np.where(distance > 0, (n_synapses * np.where(distance > 0, distance, 1)) ** -0.5, np.nan)


def _log_evidence(precision: Array) -> Array:
    """psi(g)."""
    field = precision[..., None] + np.sqrt(precision[..., None]) * _NODES
    log_cosh = np.abs(field) + np.log1p(np.exp(-2 * np.abs(field))) - np.log(2)
    return np.asarray(log_cosh @ _WEIGHTS - precision / 2, dtype=np.float64)

"""Markov chains of binary cells that are redrawn from log-odds of the present state, and where they settle.

Log-odds are arrays (2^n, n): entry (s, i) is log P(cell i on)/P(cell i off) when it is redrawn in state s.
Transition matrices are (2^n, 2^n): entry (s, t) is the probability of state t after state s.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import eye_array, sparray
from scipy.sparse.linalg import spsolve
from scipy.special import expit

from cortexnet.analysis.gibbs.states import Array, binary_states


def one_at_a_time(log_odds: Array) -> Array:
    """Transition matrix where each step redraws one cell, chosen at random: a random-scan Gibbs sampler."""
    size, n = log_odds.shape
    states = np.arange(size)
    transition = np.zeros((size, size))
    for i in range(n):
        transition[states, states | 1 << i] += expit(log_odds[:, i]) / n
        transition[states, states & ~(1 << i)] += expit(-log_odds[:, i]) / n
    return transition


def in_parallel(log_odds: Array, update_fraction: float) -> Array:
    """Transition matrix where each step redraws each cell with probability `update_fraction`, all at once."""
    size, n = log_odds.shape
    states = binary_states(n)
    on = update_fraction * expit(log_odds) + (1 - update_fraction) * states
    off = update_fraction * expit(-log_odds) + (1 - update_fraction) * (1 - states)
    transition = np.ones((size, 1))
    for i in range(n):  # cell i doubles the states: those without it, then those with it
        transition = np.concatenate((transition * off[:, i, None], transition * on[:, i, None]), axis=1)
    return transition


def stationary(transition: Array | sparray) -> Array:
    """Stationary law of an irreducible chain.

    Parameters
    ----------
    transition : (n, n) array, or sparse array
        Rows sum to 1. A dense one is solved without a subtraction, so that even the smallest probabilities
        have many right digits (Grassmann, Taksar & Heyman 1985, Oper. Res. 33:1107); a sparse one by
        LU factors.
    """
    return _solved(transition) if isinstance(transition, sparray) else _eliminated(transition)


def _eliminated(transition: Array) -> Array:
    reduced = transition.copy()
    for k in range(len(reduced) - 1, 0, -1):  # the chain watched only in the states before k
        reduced[:k, k] /= reduced[k, :k].sum()
        reduced[:k, :k] += np.outer(reduced[:k, k], reduced[k, :k])
    law = np.ones(1)
    for k in range(1, len(reduced)):
        law = np.append(law, law @ reduced[:k, k])
        law /= law.sum()
    return law


def _solved(transition: sparray) -> Array:
    balance = (eye_array(transition.shape[0]) - transition.T).tocsc()
    # One equation follows from the others; the last state has weight 1 until the law is normalised.
    others = spsolve(balance[:-1, :-1], -balance[:-1, [-1]].toarray().ravel())
    law = np.append(others, 1.0)
    return np.asarray(law / law.sum())

"""Neural sampling: a spike keeps a cell on for some steps, and all cells are looked at in parallel."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.sparse import coo_array
from scipy.special import expit

from cortexnet.analysis.gibbs.chains import stationary
from cortexnet.analysis.gibbs.states import Array


def neural_sampling_law(log_odds: Array, refractory_steps: int) -> Array:
    """Stationary law of binary cells under neural sampling in discrete time.

    A cell whose counter is 0 or 1 spikes with probability sigma(log-odds - log tau), which sets the counter
    to tau; otherwise the counter falls by one. The cell is on while its counter is not 0 (Buesing, Bill,
    Nessler & Maass 2011, PLoS Comput. Biol. 7:e1002211, the absolute refractory case). There cells are
    looked at one after the other, and the law is exact; here all at once, as a clocked network does, and the
    law becomes exact only as tau grows.

    Parameters
    ----------
    log_odds : (2^n, n) array
        Log-odds of each cell in each binary state, as in `cortexnet.analysis.gibbs.chains`.
    refractory_steps : int
        tau, at least 1; with 1 it is `in_parallel` with update fraction 1. The work grows like (tau + 1)^n.

    Returns
    -------
    (2^n,) array
        Law of the binary states.
    """
    size, n = log_odds.shape
    radix = (refractory_steps + 1) ** np.arange(n)
    number = np.arange((refractory_steps + 1) ** n)
    counters = number[:, None] // radix % (refractory_steps + 1)
    state = (counters > 0) @ (1 << np.arange(n))
    free = counters <= 1
    chance = expit(log_odds - np.log(refractory_steps))[state]
    rows, columns, values = [], [], []
    for spikes in product((False, True), repeat=n):
        possible = (free | ~np.array(spikes)).all(axis=1)
        step = np.where(spikes, chance, np.where(free, 1 - chance, 1.0))[possible]
        following = np.where(spikes, refractory_steps, np.maximum(counters[possible] - 1, 0))
        rows.append(number[possible])
        columns.append(following @ radix)
        values.append(step.prod(axis=1))
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return np.bincount(state, stationary(coo_array(entries)), size).astype(np.float64)

"""Binomial numbers: how many of n independent trials succeed, from counter-based uniform numbers.

The number is found by searching the cumulative probabilities from 0 upwards. So that none of them underflows,
n trials are made in parts in which at most 64 successes are expected, each with a uniform number of its own;
where success is the rule, failures are counted. Probabilities go through exp and log1p of the machine: two
targets whose libraries round them differently can give different numbers where a uniform number lies within
that difference, once in some 10**14 draws.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cortexnet.draws.philox import PHILOX, uniform_numbers

#: Successes that are expected, at most, of trials that share a uniform number; none has 2**-128 at least.
PART = 64

BINOMIAL = (
    PHILOX
    + f"""
#ifndef CORTEXNET_BINOMIAL
#define CORTEXNET_BINOMIAL
#include <math.h>
/* The first part is drawn from `first`, the uniform number of these keys; further parts have their own. */
static CORTEXNET_INLINE int64_t cortexnet_binomial(
    double first, int64_t seed, int64_t stream, int64_t step, int64_t i, int64_t j, int64_t n, double p)
{{
    if (n <= 0 || p <= 0) return 0;
    if (p >= 1) return n;
    const double rarer = p > 0.5 ? 1 - p : p, odds = rarer/(1 - rarer);
    const int64_t most = {PART}/rarer < (double)n ? (int64_t)({PART}/rarer) : n;
    int64_t successes = 0;
    for (int64_t part = 0; part*most < n; part++) {{
        const int64_t trials = n - part*most < most ? n - part*most : most;
        double u = part ? cortexnet_uniform(seed, stream, step + (part << 32), i, j) : first;
        if (u <= 1 - (double)trials*rarer) continue;  // below (1 - p)**n: none succeeds, and no need for exp
        double probability = exp((double)trials*log1p(-rarer));
        int64_t k = 0;
        while (u > probability && k < trials) {{
            u -= probability;
            k++;
            probability *= odds*(double)(trials - k + 1)/(double)k;
        }}
        successes += k;
    }}
    return p > 0.5 ? n - successes : successes;
}}
#endif
"""
)


def _one_part(u: NDArray[Any], trials: NDArray[Any], rarer: NDArray[Any]) -> NDArray[np.int64]:
    """Successes in some trials each, from uniform numbers."""
    left, odds = u.copy(), rarer / (1 - rarer)
    probability = np.exp(trials * np.log1p(-rarer))
    k = np.zeros(u.shape, dtype=np.int64)
    going = np.flatnonzero((left > probability) & (k < trials))
    while going.size:
        left[going] -= probability[going]
        k[going] += 1
        probability[going] *= odds[going] * (trials[going] - k[going] + 1) / k[going]
        going = going[(left[going] > probability[going]) & (k[going] < trials[going])]
    return k


def binomial_numbers(seed: Any, stream: Any, step: Any, i: Any, j: Any, n: Any, p: Any) -> NDArray[np.int64]:
    """Draw how many of n trials of probability p succeed; shapes that broadcast.

    Steps must stay below 2**32: the upper half of the counter numbers the parts of one draw.
    """
    arguments = np.broadcast_arrays(seed, stream, step, i, j, n, p)
    shape = arguments[0].shape
    seeds, streams, steps, rows, columns, trials, chances = (np.ravel(a) for a in arguments)
    trials, steps = trials.astype(np.int64), steps.astype(np.int64)
    successes = np.where(chances >= 1, trials, 0)
    drawn = (chances > 0) & (chances < 1)
    rarer = np.where(chances > 0.5, 1 - chances, chances)
    most = np.ones_like(trials)
    most[drawn] = np.minimum(PART / rarer[drawn], trials[drawn])
    most = np.maximum(most, 1)
    for part in range(int(np.max(-(-trials[drawn] // most[drawn]), initial=0))):
        here = np.flatnonzero(drawn & (trials > part * most))
        keys = (seeds[here], streams[here], steps[here] + (part << 32), rows[here], columns[here])
        successes[here] += _one_part(
            uniform_numbers(*keys), np.minimum(trials[here] - part * most[here], most[here]), rarer[here]
        )
    counted_failures = drawn & (chances > 0.5)
    successes[counted_failures] = (trials - successes)[counted_failures]
    return np.where(trials > 0, successes, 0).reshape(shape)

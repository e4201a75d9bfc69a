"""How many of some exchangeable binary units are on, after each was redrawn with a small probability.

Most of the time none changes, and two uniform numbers tell so without asking how probable it is to be on.
Numbers of neighbours, of successive j, are drawn together: a loop over them becomes vector instructions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cortexnet.draws.binomial import BINOMIAL, binomial_numbers
from cortexnet.draws.function import compiled_function

_NEIGHBOURS = 32

_REDRAWN = (
    BINOMIAL
    + f"""
#ifndef CORTEXNET_REDRAWN
#define CORTEXNET_REDRAWN
#ifdef __CUDACC__
static CORTEXNET_INLINE void cortexnet_pair(
    int64_t seed, int64_t stream, int64_t step, int64_t i, int64_t j, double* first, double* second)
{{
    *first = cortexnet_uniform(seed, stream, step, i, j);
    *second = cortexnet_uniform(seed, stream + 1, step, i, j);
}}
#else
struct cortexnet_neighbours
{{
    int64_t seed, stream, step, i, j;
    double first[{_NEIGHBOURS}], second[{_NEIGHBOURS}];
}};
static void cortexnet_draw_neighbours(
    struct cortexnet_neighbours* drawn, int64_t seed, int64_t stream, int64_t step, int64_t i, int64_t j)
{{
    drawn->seed = seed; drawn->stream = stream; drawn->step = step; drawn->i = i; drawn->j = j;
    for (int k = 0; k < {_NEIGHBOURS}; k++)
        drawn->first[k] = cortexnet_uniform(seed, stream, step, i, j + k);
    for (int k = 0; k < {_NEIGHBOURS}; k++)
        drawn->second[k] = cortexnet_uniform(seed, stream + 1, step, i, j + k);
}}
/* The uniform numbers of two successive streams. */
static CORTEXNET_INLINE void cortexnet_pair(
    int64_t seed, int64_t stream, int64_t step, int64_t i, int64_t j, double* first, double* second)
{{
    static thread_local struct cortexnet_neighbours kept[2] = {{{{-1}}, {{-1}}}};
    struct cortexnet_neighbours* const drawn = &kept[stream/2 % 2];
    const int64_t k = j % {_NEIGHBOURS};
    if (drawn->j != j - k || drawn->i != i || drawn->step != step || drawn->stream != stream
        || drawn->seed != seed)
        cortexnet_draw_neighbours(drawn, seed, stream, step, i, j - k);
    *first = drawn->first[k];
    *second = drawn->second[k];
}}
#endif
static CORTEXNET_INLINE int64_t cortexnet_redrawn(
    int64_t seed, int64_t stream, int64_t step, int64_t i, int64_t j,
    int64_t n, int64_t size, double fraction, double log_odds)
{{
    if (fraction <= 0) return n;
    double first, second;
    cortexnet_pair(seed, stream, step, i, j, &first, &second);
    /* Smallest probabilities that no unit goes off or comes on, as in `cortexnet_binomial`. */
    const double none_goes = 1 - (double)n*fraction, none_comes = 1 - (double)(size - n)*fraction;
    if (fraction <= 0.5 && first <= none_goes && second <= none_comes) return n;
    const double p = 1/(1 + exp(-log_odds));
    return n - cortexnet_binomial(first, seed, stream, step, i, j, n, fraction*(1 - p))
        + cortexnet_binomial(second, seed, stream + 1, step, i, j, size - n, fraction*p);
}}
#endif
"""
)


def redrawn_numbers(
    seed: Any, stream: Any, step: Any, i: Any, j: Any, n: Any, size: Any, fraction: Any, log_odds: Any
) -> NDArray[np.int64]:
    """Return what `redrawn` draws, in NumPy; shapes that broadcast."""
    n, p = np.asarray(n, dtype=np.int64), 1 / (1 + np.exp(-np.asarray(log_odds, dtype=np.float64)))
    off = binomial_numbers(seed, stream, step, i, j, n, fraction * (1 - p))
    on = binomial_numbers(seed, stream + 1, step, i, j, size - n, fraction * p)
    return np.asarray(n - off + on)


#: Brian2 function ``redrawn(seed, stream, step, i, j, n, size, fraction, log_odds)``: of `size` units of
#: which n are on, how many are after each was redrawn with probability `fraction`, and is then on with these
#: log-odds: n - Binomial(n, fraction*(1 - p)) + Binomial(size - n, fraction*p), p = sigma(log_odds). It uses
#: the numbers of `stream` and of the one after it, and steps below 2**32.
redrawn = compiled_function(
    "redrawn",
    arguments=("seed", "stream", "step", "i", "j", "n", "size", "fraction", "log_odds"),
    float_arguments=("fraction", "log_odds"),
    body="return cortexnet_redrawn(seed, stream, step, i, j, n, size, fraction, log_odds);",
    numpy=redrawn_numbers,
    text=_REDRAWN,
    returns="integer",
)

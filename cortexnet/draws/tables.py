"""Distributions as integer tables, so that a draw is exact whatever the compiler does to floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from brian2 import Function
from numpy.typing import NDArray

from cortexnet.draws.function import compiled_function
from cortexnet.draws.philox import PHILOX, words

IntegerTable = NDArray[np.int64]

#: A quantile table holds the quantiles of k/65536, k = 0 ... 65536.
QUANTILES = 2**16

#: Points at which the mean over the last interval of a quantile table is taken.
_POINTS = 4096

#: Waiting-time tables start with this many entries: where to begin looking, by the word's upper bits.
GUIDE = 1024
_WORDS = 2**32

#: Length of the usual waiting-time table: it covers probabilities from 0.0014 on, and waits up to that.
_SHORTEST = 16_384

QUANTILE = (
    PHILOX
    + """
#ifndef CORTEXNET_QUANTILE
#define CORTEXNET_QUANTILE
static CORTEXNET_INLINE int64_t cortexnet_quantile(const int64_t* table, int64_t word)
{
    const int64_t k = word >> 16;
    return table[k] + (((table[k + 1] - table[k]) * (word & 0xFFFF)) >> 16);
}
#endif
"""
)

WAITING_TIME = (
    PHILOX
    + """
#ifndef CORTEXNET_WAITING_TIME
#define CORTEXNET_WAITING_TIME
static CORTEXNET_INLINE int64_t cortexnet_waiting_time(const int64_t* table, int64_t word)
{
    int64_t k = table[word >> 22];
    while (word >= table[1024 + k]) k++;
    return k + 1;
}
#endif
"""
)


def quantile_table(quantile: Callable[[NDArray[np.float64]], NDArray[np.float64]], bits: int) -> IntegerTable:
    """Table of a quantile function in units of 2**-bits.

    Parameters
    ----------
    quantile : callable
        Maps probabilities in [0, 1] to finite values; increasing or decreasing.
        In the last interval its mean counts: where a straight line would miss it by more than 1 %, as
        in a long tail, the end of the line is moved.
    bits : int
        Resolution. Values times 2**bits must stay below 2**46, so that interpolation fits 63 bits.

    Returns
    -------
    ndarray of int64, length 65537
        For `quantile_function`.
    """
    values = quantile(np.arange(QUANTILES + 1) / QUANTILES)
    last_mean = quantile(1 - (np.arange(_POINTS) + 0.5) / (_POINTS * QUANTILES)).mean()
    if abs(values[-2:].mean() - last_mean) > 0.01 * abs(last_mean):
        values[-1] = 2 * last_mean - values[-2]
    scaled = np.rint(values * 2.0**bits)
    if not np.all(np.isfinite(scaled)) or np.abs(scaled).max() >= 2.0**46:
        raise ValueError("the quantiles must be finite and, in units of the resolution, below 2**46")
    return scaled.astype(np.int64)


def quantile_function(
    name: str, *, stream: int, table: IntegerTable, bits: int, return_unit: Any = 1
) -> Function:
    """Brian2 function ``name(seed, i, j)`` that draws from a quantile table.

    Functions with the same stream draw from the same word: they are functions of one another, as the
    conductance and the failure probability of one synapse are.

    Parameters
    ----------
    name : str
        Its name in Brian2 expressions.
    stream : int
        Stream of the draw.
    table : ndarray of int64
        From `quantile_table`, with the same `bits`.
    bits : int
        Resolution of the table.
    return_unit : Unit
        Unit of the table's values (a base unit).

    Returns
    -------
    Function
        To be given to Brian2 in a namespace.
    """
    resolution = 2.0**-bits

    def draw(seed: Any, i: Any, j: Any) -> NDArray[np.float64]:
        word = words(seed, stream, 0, i, j)[0].astype(np.int64)
        low, k = word & 0xFFFF, word >> 16
        start = table[k]
        return np.asarray((start + (((table[k + 1] - start) * low) >> 16)) * resolution)

    return compiled_function(
        name,
        arguments=("seed", "i", "j"),
        body=(
            f"return (double)cortexnet_quantile(table, cortexnet_word(seed, {stream}, 0, i, j))"
            f" * {resolution!r};"
        ),
        numpy=draw,
        text=QUANTILE,
        return_unit=return_unit,
        table=(f"{name}_{stream}", table),
    )


def waiting_time_table(probability: float, longest: int) -> IntegerTable:
    """Table of the waiting time, in trials, for the first success of independent trials.

    The law is geometric, in steps of 2**-32; everything above the table's end counts as its end + 1.

    Parameters
    ----------
    probability : float
        Probability of success in one trial, in [0, 1].
    longest : int
        Waiting times above this are all the same to the caller.

    Returns
    -------
    ndarray of int64
        1024 entries to begin the search with, then the cumulative probabilities, at least 16384 of them:
        the length is part of a compiled program, and most probabilities should fit the same one.
    """
    waits = np.arange(1, longest + 1)
    with np.errstate(divide="ignore"):
        probability_by_then = -np.expm1(waits * np.log1p(-probability))
    cumulative = np.floor(probability_by_then * _WORDS).astype(np.int64)
    reached = int(np.searchsorted(cumulative, _WORDS - 1))
    cumulative = np.append(cumulative[:reached], _WORDS)
    length = max(_SHORTEST, 2 ** int(np.ceil(np.log2(cumulative.size))))
    cumulative = np.append(cumulative, np.full(length - cumulative.size, _WORDS, dtype=np.int64))
    guide = np.searchsorted(cumulative, np.arange(GUIDE) * (_WORDS // GUIDE), side="right")
    return np.concatenate([guide, cumulative], dtype=np.int64)


def waiting_times(table: IntegerTable, word: NDArray[np.uint64]) -> IntegerTable:
    """Return the waiting times of 32-bit words; at least 1, shaped like `word`."""
    return np.asarray(np.searchsorted(table[GUIDE:], word.astype(np.int64), side="right") + 1)


def waiting_time_function(name: str, *, stream: int, probability: float, longest: int) -> Function:
    """Brian2 function ``name(seed, i, k)``: steps from the k-th Bernoulli event of i to the next.

    Parameters
    ----------
    name : str
        Its name in Brian2 expressions.
    stream : int
        Stream of the draw.
    probability : float
        Probability of an event in one step.
    longest : int
        Waiting times above this are all given as some number above it.

    Returns
    -------
    Function
        To be given to Brian2 in a namespace.
    """
    table = waiting_time_table(probability, longest)

    def draw(seed: Any, i: Any, k: Any) -> IntegerTable:
        return waiting_times(table, words(seed, stream, 0, i, k)[0])

    return compiled_function(
        name,
        arguments=("seed", "i", "k"),
        body=f"return cortexnet_waiting_time(table, cortexnet_word(seed, {stream}, 0, i, k));",
        numpy=draw,
        text=WAITING_TIME,
        returns="integer",
        table=(f"{name}_{stream}", table),
    )


#: Fixed-point delays count in 2**-16 of a time step.
_STEP_BITS = 16


def fixed_point_steps(time: float, time_step: float) -> int:
    """Return a time, in 2**-16 of a time step: how `delay_steps` takes the ends of its range.

    Parameters
    ----------
    time, time_step : float
        In the same unit.

    Returns
    -------
    int
        Rounded to the nearest.
    """
    return round(time / time_step * 2.0**_STEP_BITS)


def delay_steps(name: str, *, stream: int) -> Function:
    """Brian2 function ``name(seed, i, j, shortest, width)``: a uniform delay, in whole time steps.

    A delay is drawn from [shortest, shortest + width) and rounded to the nearest step. Both arguments come
    from `fixed_point_steps`.

    Parameters
    ----------
    name : str
        Its name in Brian2 expressions.
    stream : int
        Stream of the draw.

    Returns
    -------
    Function
        To be given to Brian2 in a namespace.
    """
    half = 2 ** (_STEP_BITS - 1)

    def draw(seed: Any, i: Any, j: Any, shortest: Any, width: Any) -> IntegerTable:
        word = words(seed, stream, 0, i, j)[0].astype(np.int64)
        return np.asarray(
            (np.asarray(shortest, np.int64) + ((word * np.asarray(width, np.int64)) >> 32) + half)
            >> _STEP_BITS
        )

    return compiled_function(
        name,
        arguments=("seed", "i", "j", "shortest", "width"),
        body=(
            f"return (shortest + ((cortexnet_word(seed, {stream}, 0, i, j) * width) >> 32) + {half})"
            f" >> {_STEP_BITS};"
        ),
        numpy=draw,
        text=PHILOX,
        returns="integer",
    )

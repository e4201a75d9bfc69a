"""Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, SC'11), vectorised for numpy and as one C text.

Key: (seed, stream). Counter: (j, i, step, upper half of step). Indices are words of their own, so
nothing like i*N + j is ever formed that could overflow.
"""

from __future__ import annotations

from enum import IntEnum
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cortexnet.draws.function import compiled_function
from cortexnet.errors import ParameterError

Words = NDArray[np.uint64]

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW_32 = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_ROUNDS = 10

#: Numbers are made in blocks of this many, which stay in the cache: three times as fast for long arrays.
_BLOCK = 16_384

#: Brian2's shared integers are 32 bits with a sign.
LARGEST_SEED = 2**31 - 1

PHILOX = """
#ifndef CORTEXNET_PHILOX
#define CORTEXNET_PHILOX
#include <stdint.h>
#include <string.h>
static CORTEXNET_INLINE void cortexnet_philox(
    int64_t seed, int64_t stream, int64_t step, int64_t i, int64_t j, uint32_t* word)
{
    uint32_t c0 = (uint32_t)j, c1 = (uint32_t)i, c2 = (uint32_t)step, c3 = (uint32_t)(step >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)stream;
    CORTEXNET_UNROLL
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    word[0] = c0; word[1] = c1; word[2] = c2; word[3] = c3;
}
static CORTEXNET_INLINE int64_t cortexnet_word(
    int64_t seed, int64_t stream, int64_t step, int64_t i, int64_t j)
{
    uint32_t word[4];
    cortexnet_philox(seed, stream, step, i, j, word);
    return word[0];
}
static CORTEXNET_INLINE double cortexnet_uniform(
    int64_t seed, int64_t stream, int64_t step, int64_t i, int64_t j)
{
    uint32_t word[4];
    cortexnet_philox(seed, stream, step, i, j, word);
    /* 52 bits k become (k + 1/2)/2^52 without a conversion, which vector instructions lack: as the digits of
       1 + k/2^52, from which 1 - 2^-53 is taken away; nothing is rounded. brian2cuda turns literals with a
       point into single precision where variables are. */
    const uint64_t digits = 0x3FF0000000000000u | ((uint64_t)word[0] << 20) | (word[1] >> 12);
    double number;
    memcpy(&number, &digits, sizeof number);
    return number - (1 - 1 / (double)9007199254740992);
}
#endif
"""


class Purpose(IntEnum):
    """What a draw is for."""

    CONNECTION = 1
    EPSP = 2
    DELAY = 3
    RELEASE = 4
    KICK = 5
    KEPT_KICK = 6
    CELL = 7
    CHOSEN_CELL = 8
    INPUT = 9
    SYNAPSE = 10
    CHOSEN_SYNAPSE = 11
    REDRAWN_COUNT = 12
    PRIOR_COUNT = 13


def stream(purpose: Purpose, index: int) -> int:
    """Return the number of the stream for a purpose and what it serves (a pathway, a population).

    Parameters
    ----------
    purpose : Purpose
        What is drawn.
    index : int
        Which of the things it is drawn for, 0 to 255.

    Returns
    -------
    int
        The stream's number.
    """
    if not 0 <= index < 256:
        raise ParameterError(f"index of a stream = {index}: must be from 0 to 255")
    return 256 * int(purpose) + index


def checked_seed(seed: object) -> int:
    """Return the master seed of a run as an int.

    Parameters
    ----------
    seed : int
        From 0 to 2**31 - 1.

    Raises
    ------
    ParameterError
        If it is anything else.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= int(seed) <= LARGEST_SEED:
        raise ParameterError(f"seed = {seed!r}: must be a whole number from 0 to {LARGEST_SEED}")
    return int(seed)


def _as_words(value: ArrayLike) -> Words:
    """Lower 32 bits of integers (of booleans too), as 64-bit words."""
    return np.asarray(value).astype(np.int64).view(np.uint64) & _LOW_32


def philox(counter: tuple[Words, Words, Words, Words], key: tuple[Words, Words]) -> tuple[Words, ...]:
    """Four random 32-bit words for a counter of four and a key of two 32-bit words, element by element.

    Parameters
    ----------
    counter, key : tuples of ndarray of uint64
        Values below 2**32; shapes that broadcast.

    Returns
    -------
    tuple of four ndarray of uint64
        Values below 2**32.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        p0, p1 = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW_32, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW_32
        k0, k1 = (k0 + _KEY_STEPS[0]) & _LOW_32, (k1 + _KEY_STEPS[1]) & _LOW_32
    return c0, c1, c2, c3


def words(
    seed: ArrayLike, stream: ArrayLike, step: ArrayLike, i: ArrayLike, j: ArrayLike
) -> tuple[Words, ...]:
    """Four 32-bit words of a draw.

    Parameters
    ----------
    seed, stream, step, i, j : array_like of int
        Shapes that broadcast.

    Returns
    -------
    tuple of four ndarray of uint64
        Values below 2**32, of the broadcast shape.
    """
    upper_step = np.asarray(step).astype(np.int64) >> 32
    shape = np.broadcast_shapes(*(np.shape(value) for value in (seed, stream, step, i, j)))
    arguments = [_as_words(value) for value in (j, i, step, upper_step, seed, stream)]
    size = int(np.prod(shape, dtype=np.int64))
    if size <= _BLOCK:
        c0, c1, c2, c3, k0, k1 = np.broadcast_arrays(*arguments) if shape else arguments
        return philox((c0, c1, c2, c3), (k0, k1))
    flat = [a if a.ndim == 0 else np.broadcast_to(a, shape).reshape(-1) for a in arguments]
    result = np.empty((4, size), dtype=np.uint64)
    for start in range(0, size, _BLOCK):
        part = slice(start, start + _BLOCK)
        c0, c1, c2, c3, k0, k1 = (a if a.ndim == 0 else a[part] for a in flat)
        for row, word in zip(result, philox((c0, c1, c2, c3), (k0, k1)), strict=True):
            row[part] = word
    return tuple(row.reshape(shape) for row in result)


def uniform_numbers(seed: Any, stream: Any, step: Any, i: Any, j: Any) -> NDArray[np.float64]:
    """Return what `uniform` draws, in NumPy; shapes that broadcast."""
    first, second, _, _ = words(seed, stream, step, i, j)
    bits = (first << np.uint64(20)) | (second >> np.uint64(12))
    return (bits.astype(np.float64) + 0.5) * 2.0**-52


#: Brian2 function ``uniform(seed, stream, step, i, j)``: 52 random bits, strictly between 0 and 1.
uniform = compiled_function(
    "uniform",
    arguments=("seed", "stream", "step", "i", "j"),
    body="return cortexnet_uniform(seed, stream, step, i, j);",
    numpy=uniform_numbers,
    text=PHILOX,
)

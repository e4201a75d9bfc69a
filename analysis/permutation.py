"""Exact permutation test of two groups, and Holm's correction for several tests."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cortexnet.errors import ParameterError

# All divisions of 10 + 10 runs into two groups, 184,756, are counted out; of more runs so many divisions
# are drawn.
DIVISIONS = 200_000
# Relative differences that only rounding makes.
ROUNDING = 1e-9


def welch_permutation_test(first: ArrayLike, second: ArrayLike, *, seed: int = 0) -> NDArray[np.float64]:
    """Two-sided p-values of the hypothesis that two groups come from one distribution, for each column.

    The statistic is Welch's |t|, its distribution that over all divisions of the pooled rows into groups of
    the given sizes. The level is then exact at every sample size and for every distribution. Studentised,
    the test keeps its level for many runs also where only the means agree but not the variances, which a
    difference of means does not (Chung & Romano 2013, Ann. Statist. 41, 484); and it uses the size of a
    shift, which a rank test does not.

    Parameters
    ----------
    first, second : array_like, shape (units of the group, columns)
        Independent units, at least two a group. Every column is tested on its own.
    seed : int
        Of the divisions drawn where there are more than 200,000 of them; the observed one always counts.

    Returns
    -------
    ndarray, shape (columns,)
        The p-values; none can fall below `smallest_p_value`.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if min(len(a), len(b)) < 2:
        raise ParameterError(f"permutation test: {len(a)} against {len(b)} units, must be at least 2 a group")
    pooled = np.concatenate([a, b])
    if not np.isfinite(pooled).all():
        raise ParameterError("permutation test: values must be finite")
    pooled = pooled - pooled[0]  # differences only matter, and small numbers lose nothing when squared
    t = _welch_t(pooled, _divisions(len(a), len(b), seed))
    return np.asarray(np.mean(t >= t[0] * (1 - ROUNDING), axis=0))


def smallest_p_value(n_first: int, n_second: int) -> float:
    """Give the p-value of groups that do not overlap: what that many units can resolve at best."""
    divisions = comb(n_first + n_second, n_first)
    if divisions > DIVISIONS:
        return 1 / DIVISIONS
    return (2 if n_first == n_second else 1) / divisions  # equal groups can change sides


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """p-values corrected for several tests: rejecting those <= alpha errs at all with probability <= alpha.

    Source: Holm 1979, Scand. J. Statist. 6, 65. It holds for any dependence between the tests.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)
    stepwise = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(stepwise, 1)
    return corrected


@lru_cache(maxsize=2)
def _divisions(n_first: int, n_second: int, seed: int) -> NDArray[np.float64]:
    """Membership (1 or 0) of the first group, shape (divisions, units); the observed division comes first."""
    n = n_first + n_second
    if comb(n, n_first) <= DIVISIONS:
        members = np.array(list(combinations(range(n), n_first)))
    else:
        shuffled = np.random.default_rng(seed).permuted(np.tile(np.arange(n), (DIVISIONS - 1, 1)), axis=1)
        members = np.concatenate([[np.arange(n_first)], shuffled[:, :n_first]])
    membership = np.zeros((len(members), n))
    np.put_along_axis(membership, members, 1.0, axis=1)
    return membership


def _welch_t(pooled: NDArray[np.float64], membership: NDArray[np.float64]) -> NDArray[np.float64]:
    """Welch's |t| of every division and column, shape (divisions, columns)."""
    n, n_first = len(pooled), int(membership[0].sum())
    sums, squares = membership @ pooled, membership @ pooled**2
    difference, squared_error = np.zeros_like(sums), np.zeros_like(sums)
    groups = (
        (sums, squares, n_first, 1),
        (pooled.sum(axis=0) - sums, (pooled**2).sum(axis=0) - squares, n - n_first, -1),
    )
    for total, total_squares, size, sign in groups:
        difference += sign * total / size
        squared_error += (total_squares - total**2 / size) / ((size - 1) * size)
    negligible = ROUNDING * pooled.var(axis=0)
    squared_error[squared_error <= negligible] = 0
    difference[difference**2 <= negligible] = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        t: NDArray[np.float64] = np.nan_to_num(
            np.abs(difference) / np.sqrt(squared_error), nan=0.0, posinf=np.inf
        )
    return t

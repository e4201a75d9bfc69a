"""Error probability and power of the comparison of two groups of runs.

Sample sizes, seeds and levels as written; alpha = 1e-4 for the verdict of each test.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cortexnet.analysis.comparison import compare_runs
from cortexnet.analysis.permutation import welch_permutation_test

pytestmark = pytest.mark.filterwarnings("error")

ALPHA = 1e-4
QUANTITIES = [f"quantity_{k}" for k in range(9)]


def normal(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.normal(size=shape)


def heavy_tailed(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Runs of which one is now and then far out, as a network with a reverberating group is."""
    return rng.standard_t(2, size=shape)


def skewed(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.lognormal(0, 1.5, size=shape)


def uniformity(p_values: np.ndarray) -> float:
    """Chi-square p-value: of 5 against 5 units p is k / 126, all k equally likely; in 18 classes of 7."""
    k = np.round(p_values * 126).astype(int)
    assert np.allclose(k, p_values * 126)
    return float(stats.chisquare(np.bincount((k - 1) // 7, minlength=18)).pvalue)


@pytest.mark.parametrize("draw", [normal, heavy_tailed, skewed])
def test_p_values_of_equal_groups_are_uniform(draw: Callable[..., np.ndarray]) -> None:
    """9,000 comparisons, 500 in each class."""
    rng = np.random.default_rng(1)
    p_values = welch_permutation_test(draw(rng, (5, 9000)), draw(rng, (5, 9000)))
    assert uniformity(p_values) > ALPHA


def test_units_that_are_not_independent_are_caught() -> None:
    """The planted error: each run counted twice."""
    rng = np.random.default_rng(2)
    a, b = (np.repeat(normal(rng, (3, 9000)), 2, axis=0)[:5] for _ in range(2))
    assert uniformity(welch_permutation_test(a, b)) < ALPHA


def runs(rng: np.random.Generator, n: int, shift: float = 0.0) -> pd.DataFrame:
    """Runs whose nine quantities have correlations of 1/2, as rates, CV and potentials of a network have."""
    values = np.sqrt(0.5) * (rng.normal(size=(n, 9)) + rng.normal(size=(n, 1)))
    values[:, 0] += shift
    return pd.DataFrame(values, columns=QUANTITIES)


def rejections(shift: float, *, n: int, level: float, repetitions: int, seed: int) -> int:
    rng = np.random.default_rng(seed)
    return sum(
        compare_runs(runs(rng, n), runs(rng, n, shift), level=level).rejected for _ in range(repetitions)
    )


def test_equal_groups_are_rejected_at_most_at_the_level() -> None:
    """1,000 comparisons of 6 against 6 runs at level 0.1 over nine quantities: one-sided binomial test."""
    wrong = rejections(0.0, n=6, level=0.1, repetitions=1000, seed=3)
    assert stats.binomtest(wrong, 1000, 0.1, alternative="greater").pvalue > ALPHA
    assert wrong > 30  # the level is used, not undershot


def test_without_holm_equal_groups_would_be_rejected_too_often() -> None:
    rng = np.random.default_rng(4)
    p_values = np.array([welch_permutation_test(runs(rng, 6), runs(rng, 6)) for _ in range(1000)])
    wrong = int((p_values.min(axis=1) <= 0.1).sum())
    assert stats.binomtest(wrong, 1000, 0.1, alternative="greater").pvalue < ALPHA


def test_a_shift_of_one_quantity_is_found() -> None:
    """10 against 10 runs, level 0.001 over nine quantities, one shifted by 4 SD of a run: power 0.99.

    It is 0.84 for 3 SD and 0.27 for 2 SD (200 repetitions each).
    """
    assert rejections(4.0, n=10, level=0.001, repetitions=10, seed=5) >= 8

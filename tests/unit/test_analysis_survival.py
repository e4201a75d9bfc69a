"""Survival of many runs, by hand and against exact binomial probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cortexnet.analysis.survival import alive_fraction, survival_curve
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(("alive", "n"), [(0, 5), (3, 20), (18, 20), (20, 20)])
def test_interval_is_where_exact_binomial_tails_are_half_of_what_is_left(alive: int, n: int) -> None:
    interval = alive_fraction([True] * alive + [False] * (n - alive))
    assert (interval.alive, interval.n, interval.fraction) == (alive, n, alive / n)
    if alive:
        assert stats.binom.sf(alive - 1, n, interval.low) == pytest.approx(0.025)
    else:
        assert interval.low == 0
    if alive < n:
        assert stats.binom.cdf(alive, n, interval.high) == pytest.approx(0.025)
    else:
        assert interval.high == 1


def exact_coverage(n: int, share: float, confidence: float) -> float:
    """Probability that the interval of n runs contains the true share, by enumeration."""
    return sum(
        stats.binom.pmf(k, n, share)
        for k in range(n + 1)
        if (i := alive_fraction(np.arange(n) < k, confidence=confidence)).low <= share <= i.high
    )


@pytest.mark.parametrize("share", [0.02, 0.37, 0.5, 0.95])
def test_interval_covers_at_least_as_often_as_it_says(share: float) -> None:
    assert exact_coverage(20, share, 0.95) >= 0.95


def test_kaplan_meier_by_hand() -> None:
    """Of four 3/4 survive 1 s; one is seen alive until 2 s; half of the two left survive 3 s."""
    curve = survival_curve([1.0, 3.0, 2.0, 4.0], [False, False, True, True])
    assert curve.time_s.tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(curve.alive, [3 / 4, 3 / 4, 3 / 8, 3 / 8])
    assert curve.at_risk.tolist() == [4, 3, 2, 1]
    assert curve.deaths.tolist() == [1, 0, 1, 0]
    # Greenwood on log(-log S) at 1 s: variance of log S is d / (n (n - d)) = 1/12.
    width = 1.959964 * math.sqrt(1 / 12) / abs(math.log(3 / 4))
    assert curve.low[0] == pytest.approx((3 / 4) ** math.exp(width), rel=1e-5)
    assert curve.high[0] == pytest.approx((3 / 4) ** math.exp(-width), rel=1e-5)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=20))
def test_without_censoring_the_curve_is_the_share_that_lived_longer(lifetimes: list[int]) -> None:
    curve = survival_curve(lifetimes, [False] * len(lifetimes))
    expected = [(np.array(lifetimes) > t).mean() for t in curve.time_s]
    np.testing.assert_allclose(curve.alive, expected, atol=1e-12)


def test_ends_of_the_curve_are_defined() -> None:
    all_alive = survival_curve([5.0, 5.0], [True, True])
    assert all_alive.alive.tolist() == [1.0]
    assert np.isnan(all_alive.low).all()
    assert survival_curve([5.0, 5.0], [False, False]).alive.tolist() == [0.0]
    assert survival_curve([], []).time_s.size == 0
    nobody = alive_fraction([])
    assert nobody.n == 0
    assert math.isnan(nobody.fraction)
    with pytest.raises(ParameterError, match="2 lifetimes and 1 outcomes"):
        survival_curve([1.0, 2.0], [True])

"""The regression of two series, against SciPy and by hand; its errors are tested in tests/statistical."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cortexnet.analysis.regression import regress
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(5)
X = RNG.normal(1.7, 0.2, 103)
Y = 3 * X + 9 + RNG.normal(0, 1, 103)


def test_line_and_correlation_are_those_of_least_squares() -> None:
    expected, line = stats.linregress(X, Y), regress(X, Y, block=10)
    assert line.slope.value == pytest.approx(expected.slope)
    assert line.intercept.value == pytest.approx(expected.intercept)
    assert line.r.value == pytest.approx(expected.rvalue)
    assert (line.n, line.n_blocks) == (103, 10)


def test_errors_are_those_of_scipy_where_samples_are_independent() -> None:
    """Errors from 50 blocks scatter by a tenth about the textbook's (seed 6, three times that allowed)."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=2000)
    y = 2 * x + rng.normal(size=2000)
    expected, line = stats.linregress(x, y), regress(x, y, block=40)
    assert line.slope.standard_error == pytest.approx(expected.stderr, rel=0.3)
    assert line.intercept.standard_error == pytest.approx(expected.intercept_stderr, rel=0.3)
    low, high = stats.pearsonr(x, y).confidence_interval()
    assert line.r.low == pytest.approx(low, abs=0.01)
    assert line.r.high == pytest.approx(high, abs=0.01)


def test_jackknife_of_single_samples_is_that_of_the_textbook() -> None:
    """Leaving out one sample of three: slopes of the remaining pairs 1, 2 and 1.5 by hand."""
    line = regress([0.0, 1.0, 2.0], [0.0, 1.0, 3.0], block=1)
    assert line.slope.value == pytest.approx(1.5)
    slopes = np.array([2.0, 1.5, 1.0])
    assert line.slope.standard_error == pytest.approx(math.sqrt(2 / 3 * ((slopes - 1.5) ** 2).sum()))
    half_width = stats.t.ppf(0.975, 2) * line.slope.standard_error
    assert line.slope.high - line.slope.value == pytest.approx(half_width)


def test_a_remainder_joins_the_last_block() -> None:
    """Seven samples in blocks of three: left are first the last four, then the first three."""
    x, y = X[:7], Y[:7]
    line = regress(x, y, block=3)
    slopes = [stats.linregress(x[part], y[part]).slope for part in (slice(3, 7), slice(0, 3))]
    assert line.n_blocks == 2
    assert line.slope.standard_error == pytest.approx(np.std(slopes))


SERIES = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=6, max_size=40)


@given(SERIES, st.integers(1, 5))
def test_exchanging_blocks_changes_nothing(pairs: list[tuple[int, int]], block: int) -> None:
    x, y = np.array(pairs[: len(pairs) // block * block], dtype=float).T
    order = np.arange(x.size).reshape(-1, block)[::-1].ravel()
    forward, backward = regress(x, y, block=block), regress(x[order], y[order], block=block)
    for name in ("slope", "intercept", "r"):
        here, there = vars(getattr(forward, name)), vars(getattr(backward, name))
        np.testing.assert_allclose(list(here.values()), list(there.values()), rtol=1e-4, atol=1e-4)


@given(SERIES, st.floats(0.5, 8), st.floats(-10, 10))
def test_units_of_y_scale_slope_and_leave_r(
    pairs: list[tuple[int, int]], factor: float, shift: float
) -> None:
    x, y = np.array(pairs, dtype=float).T
    one, other = regress(x, y, block=2), regress(x, factor * y + shift, block=2)
    assert other.slope.value == pytest.approx(factor * one.slope.value, abs=1e-9, nan_ok=True)
    assert other.intercept.value == pytest.approx(factor * one.intercept.value + shift, abs=1e-7, nan_ok=True)
    if np.ptp(y) > 0:
        assert other.r.value == pytest.approx(one.r.value, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("x", "y", "slope", "r"),
    [
        ([], [], math.nan, math.nan),
        ([1.0], [2.0], math.nan, math.nan),
        ([0.1] * 9, range(9), math.nan, math.nan),
        (range(9), [0.1] * 9, 0.0, math.nan),
    ],
)
def test_lines_that_do_not_exist_are_nan(x, y, slope: float, r: float) -> None:
    line = regress(x, y, block=3)
    assert line.slope.value == pytest.approx(slope, nan_ok=True)
    assert line.r.value == pytest.approx(r, nan_ok=True)
    assert math.isnan(line.r.standard_error)


def test_a_single_block_has_no_error() -> None:
    line = regress(X, Y, block=1000)
    assert line.n_blocks == 1
    assert np.isnan([line.slope.standard_error, line.slope.low, line.r.high]).all()
    assert line.slope.value > 0


def test_series_must_match_and_blocks_exist() -> None:
    with pytest.raises(ParameterError, match="one length"):
        regress([1, 2], [1, 2, 3], block=1)
    with pytest.raises(ParameterError, match="block: 0"):
        regress([1, 2], [1, 2], block=0)

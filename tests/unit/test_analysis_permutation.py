"""The permutation test against SciPy's enumeration, and Holm's correction against closed testing."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cortexnet.analysis import permutation
from cortexnet.analysis.permutation import holm, smallest_p_value, welch_permutation_test
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(8)


def welch_t(a: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.abs(stats.ttest_ind(a, b, axis=axis, equal_var=False).statistic)


@pytest.mark.parametrize(("n_first", "n_second"), [(4, 4), (3, 5), (6, 2)])
def test_p_values_are_those_of_scipy(n_first: int, n_second: int) -> None:
    a, b = RNG.normal(size=(n_first, 4)), RNG.normal([0, 1, 2, 4], size=(n_second, 4))
    expected = stats.permutation_test((a, b), welch_t, n_resamples=math.inf, alternative="greater", axis=0)
    np.testing.assert_allclose(welch_permutation_test(a, b), expected.pvalue)


def by_hand(a: list[int], b: list[int]) -> float:
    """Share of the divisions with at least the observed |t|, from the definition, in exact integers."""
    pooled = a + b

    def statistic(first: tuple[int, ...]) -> tuple[bool, float]:
        groups = ([pooled[k] for k in first], [v for k, v in enumerate(pooled) if k not in first])
        (na, sa, qa), (nb, sb, qb) = ((len(g), sum(g), sum(v * v for v in g)) for g in groups)
        difference = abs(sa * nb - sb * na)
        error = (qa * na - sa**2) * nb**2 * (nb - 1) + (qb * nb - sb**2) * na**2 * (na - 1)
        return (difference > 0 and error == 0), (difference**2 / error if error else 0.0)

    observed = statistic(tuple(range(len(a))))
    values = [statistic(first) for first in itertools.combinations(range(len(pooled)), len(a))]
    return sum(
        v[0] > observed[0] or (v[0] == observed[0] and v[1] >= observed[1] * (1 - 1e-9)) for v in values
    ) / len(values)


VALUES = st.lists(st.integers(-3, 3), min_size=2, max_size=4)


@given(VALUES, VALUES)
def test_ties_count_as_equal(a: list[int], b: list[int]) -> None:
    assert welch_permutation_test(np.array(a)[:, None], np.array(b)[:, None]) == pytest.approx(by_hand(a, b))


@given(
    st.lists(st.integers(-50, 50), min_size=8, max_size=8, unique=True),
    st.floats(0.1, 10),
    st.floats(-1e3, 1e3),
)
def test_units_do_not_matter(values: list[int], factor: float, shift: float) -> None:
    a, b = np.array(values, dtype=float).reshape(2, 4, 1)
    assert welch_permutation_test(factor * a + shift, factor * b + shift) == welch_permutation_test(a, b)
    assert welch_permutation_test(b, a) == welch_permutation_test(a, b)


def test_constant_quantities_are_equal_or_as_different_as_can_be() -> None:
    a, b = np.full((5, 2), 0.1), np.column_stack([np.full(5, 0.1), np.full(5, 0.2)])
    assert welch_permutation_test(a, b).tolist() == [1.0, smallest_p_value(5, 5)]


@pytest.mark.parametrize(("n_first", "n_second"), [(3, 3), (2, 4), (10, 10)])
def test_smallest_p_value_is_that_of_separate_groups(n_first: int, n_second: int) -> None:
    p = welch_permutation_test(RNG.uniform(0, 1, (n_first, 1)), RNG.uniform(10, 11, (n_second, 1)))
    assert p == pytest.approx(smallest_p_value(n_first, n_second))
    if n_first == 10:
        assert p == pytest.approx(2 / 184_756)


def test_drawn_divisions_estimate_the_exact_p_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """900 draws for 6 against 6, 20 columns: within 4.5 binomial errors (alpha = 2e-4, seed 8)."""
    a, b = RNG.normal(size=(6, 20)), RNG.normal(0.5, 1, size=(6, 20))
    exact = welch_permutation_test(a, b)
    permutation._divisions.cache_clear()
    monkeypatch.setattr(permutation, "DIVISIONS", 900)
    drawn = welch_permutation_test(a, b, seed=1)
    permutation._divisions.cache_clear()
    np.testing.assert_allclose(drawn * 900, np.round(drawn * 900))
    assert not np.array_equal(drawn, exact)
    assert (np.abs(drawn - exact) < 4.5 * np.sqrt(exact * (1 - exact) / 900) + 1 / 900).all()
    assert smallest_p_value(6, 6) == 1 / 900


def closed_testing(p_values: list[float]) -> list[float]:
    """Holm's procedure from its proof: a hypothesis falls if every set that has it falls by Bonferroni."""
    n = len(p_values)
    sets = [s for size in range(1, n + 1) for s in itertools.combinations(range(n), size)]
    return [max(min(1.0, len(s) * min(p_values[j] for j in s)) for s in sets if i in s) for i in range(n)]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_closed_testing(p_values: list[float]) -> None:
    np.testing.assert_allclose(holm(p_values), closed_testing(p_values))


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(ParameterError, match="1 against 3"):
        welch_permutation_test([[1.0]], [[1.0], [2.0], [3.0]])
    with pytest.raises(ParameterError, match="finite"):
        welch_permutation_test([[1.0], [math.nan]], [[1.0], [2.0]])

"""Binomial draws, redrawn counts and tables of bytes."""

from __future__ import annotations

import numpy as np
import pytest
from brian2 import NeuronGroup, prefs, run
from scipy import stats

from cortexnet.draws import binomial_numbers, bytes_function, redrawn, redrawn_numbers

DRAWS = 40_000


@pytest.mark.parametrize(
    ("n", "p"), [(1, 0.3), (7, 0.5), (200, 0.02), (1000, 0.93), (12_800, 3e-4), (3000, 0.4)]
)
def test_numbers_follow_the_binomial_law(n: int, p: float) -> None:
    """Chi-square of 40,000 draws, seed 11; error probability 1e-4 each. A p that is 10 % off is rejected."""
    drawn = binomial_numbers(11, 5, 3, np.arange(DRAWS), 2, n, p)

    def p_value(chance: float) -> float:
        edges = np.unique(stats.binom.ppf(np.linspace(0.02, 0.98, 25), n, chance))
        cumulative = np.concatenate([[0], stats.binom.cdf(edges, n, chance), [1]])
        observed = np.bincount(np.searchsorted(edges, drawn), minlength=edges.size + 1)
        expected = np.diff(cumulative) * DRAWS
        kept = expected > 0
        return float(stats.chisquare(observed[kept], expected[kept]).pvalue)

    assert p_value(p) > 1e-4
    assert p_value(p * 1.1 if p < 0.9 else 1 - 1.1 * (1 - p)) < 1e-4


@pytest.mark.parametrize(("n", "p", "drawn"), [(0, 0.5, 0), (9, 0.0, 0), (9, 1.0, 9)])
def test_certain_numbers(n: int, p: float, drawn: int) -> None:
    """Where nothing is random, nothing is drawn."""
    assert np.all(binomial_numbers(1, 1, 1, np.arange(50), 0, n, p) == drawn)


@pytest.mark.parametrize(
    ("n", "size", "fraction", "log_odds"), [(3, 5, 0.4, 0.7), (2, 9, 1.0, -1.5), (0, 4, 0.1, 3)]
)
def test_redrawn_counts_follow_their_law(n: int, size: int, fraction: float, log_odds: float) -> None:
    """Chi-square of 40,000 draws, seed 11, against units redrawn one by one; error probability 1e-4 each.

    With the opposite log-odds it is rejected.
    """
    drawn = redrawn_numbers(11, 6, 3, np.arange(DRAWS), 2, n, size, fraction, log_odds)
    p_on = 1 / (1 + np.exp(-log_odds))

    def p_value(p: float) -> float:
        law = np.ones(1)
        for unit in range(size):
            on = (1 - fraction) * (unit < n) + fraction * p
            law = np.convolve(law, [1 - on, on])
        return float(stats.chisquare(np.bincount(drawn, minlength=size + 1), law * DRAWS).pvalue)

    assert p_value(p_on) > 1e-4
    assert p_value(1 - p_on) < 1e-4


@pytest.mark.parametrize("fraction", [0.0, 2e-4, 0.02, 0.9])
@pytest.mark.parametrize("target", ["numpy", "cython"])
def test_brian2_draws_the_same(target: str, fraction: float) -> None:
    """The numpy and the C text give the same numbers, in rows that no vector fits, for few and many parts.

    Where almost nothing changes, the number that decides must not be a neighbour's: the C text keeps some.
    """
    before = prefs.codegen.target
    prefs.codegen.target = target
    try:
        namespace = {"redrawn": redrawn, "fraction": fraction}
        group = NeuronGroup(700, "n : integer\nm : integer", namespace=namespace)
        for name, stream in (("n", 4), ("m", 6)):
            setattr(group, name, f"redrawn(3, {stream}, 10, i//70, i%70, i, 900, fraction, 0.01*i - 3)")
        run(0 * group.clock.dt)
    finally:
        prefs.codegen.target = before
    i = np.arange(700)
    for drawn, stream in ((group.n[:], 4), (group.m[:], 6)):
        np.testing.assert_array_equal(
            drawn, redrawn_numbers(3, stream, 10, i // 70, i % 70, i, 900, fraction, 0.01 * i - 3)
        )
    if fraction:
        assert np.any(group.n[:] != i)
        assert np.any(group.n[:] != group.m[:])


@pytest.mark.parametrize("target", ["numpy", "cython"])
def test_bytes_are_read_by_row_and_column(target: str) -> None:
    """Every byte of a table whose size is no multiple of a word; nothing in a negative row."""
    table = np.random.default_rng(0).integers(0, 256, (7, 13), dtype=np.uint8)
    before = prefs.codegen.target
    prefs.codegen.target = target
    try:
        function = bytes_function(f"pixels_{target}", table)
        group = NeuronGroup(7 * 13, "b : integer\nnone : integer", namespace={f"pixels_{target}": function})
        group.b = f"pixels_{target}(i//13, i%13)"
        group.none = f"pixels_{target}(-1, i%13)"
        run(0 * group.clock.dt)
    finally:
        prefs.codegen.target = before
    np.testing.assert_array_equal(group.b[:], table.ravel())
    assert not np.any(group.none[:])

"""Counter-based draws against published vectors, plain-Python references and exact probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.draws import (
    LARGEST_SEED,
    Purpose,
    RandomRows,
    WordRange,
    checked_seed,
    delay_steps,
    fixed_point_steps,
    quantile_function,
    quantile_table,
    stream,
    uniform,
)
from cortexnet.draws.philox import philox, words
from cortexnet.draws.tables import GUIDE, waiting_time_table, waiting_times
from cortexnet.errors import ParameterError

WORDS = st.integers(0, 2**32 - 1)


# Known answers of the Random123 distribution: counter, key, result.
@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_philox_gives_the_published_vectors(counter: list[int], key: list[int], expected: list[int]) -> None:
    result = philox(tuple(np.uint64(c) for c in counter), tuple(np.uint64(k) for k in key))
    assert [int(word) for word in result] == expected


def philox_in_plain_integers(seed: int, stream: int, step: int, i: int, j: int) -> list[int]:
    c, k = [j % 2**32, i % 2**32, step % 2**32, step >> 32], [seed, stream]
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(q >> 32) ^ c[1] ^ k[0], q % 2**32, (p >> 32) ^ c[3] ^ k[1], p % 2**32]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c


@given(st.integers(0, LARGEST_SEED), WORDS, st.integers(0, 2**40), WORDS, WORDS)
def test_a_draw_is_philox_of_its_arguments(seed: int, stream: int, step: int, i: int, j: int) -> None:
    expected = philox_in_plain_integers(seed, stream, step, i, j)
    assert [int(word) for word in words(seed, stream, step, i, j)] == expected


def test_long_arrays_are_the_same_as_single_draws() -> None:
    i = np.arange(40_000)  # several blocks, and far above any N for which i*N would overflow
    together = uniform.pyfunc(7, 3, 11, i, 59_999)
    alone = [float(uniform.pyfunc(7, 3, 11, int(k), 59_999)) for k in (0, 16_383, 16_384, 39_999)]
    assert list(together[[0, 16_383, 16_384, 39_999]]) == alone


def test_indices_beyond_32_bit_products_do_not_collide() -> None:
    # 59999*60000 + 10 overflows a signed 32-bit integer; as words of their own the indices cannot.
    pairs = [(59_999, 10), (10, 59_999), (46_341, 46_341), (46_340, 46_342)]
    assert len({float(uniform.pyfunc(1, 0, 0, i, j)) for i, j in pairs}) == len(pairs)


@pytest.mark.parametrize("seed", [-1, 2**31, 1.0, True, None, "1", float("nan")])
def test_seeds_out_of_range_are_refused(seed: object) -> None:
    with pytest.raises(ParameterError, match=r"^seed = .*from 0 to 2147483647$"):
        checked_seed(seed)


def test_streams_never_coincide() -> None:
    numbers = [stream(purpose, index) for purpose in Purpose for index in range(256)]
    assert len(set(numbers)) == len(numbers)
    with pytest.raises(ParameterError, match="from 0 to 255"):
        stream(Purpose.KICK, 256)


@given(st.floats(0, 1), st.integers(1, 3000), WORDS)
def test_waiting_times_invert_the_geometric_law(probability: float, longest: int, word: int) -> None:
    table = waiting_time_table(probability, longest)
    wait = int(waiting_times(table, np.array(word, dtype=np.uint64)))

    def first_word_after(k: int) -> float:
        return -np.expm1(k * np.log1p(-probability)) * 2**32 if probability < 1 else 2.0**32

    # The wait is k when the word lies between the probabilities of at most k - 1 and at most k trials.
    if wait > 1:
        assert word >= np.floor(first_word_after(wait - 1)) - 1
    if wait <= longest:
        assert word <= first_word_after(wait) + 1
    assert wait >= 1


def test_the_guide_never_starts_the_search_too_late() -> None:
    table = waiting_time_table(0.1, 10_000)
    word = np.arange(GUIDE, dtype=np.uint64) * np.uint64(2**22)
    assert np.all(table[:GUIDE] <= waiting_times(table, word) - 1)


def test_nearby_probabilities_have_tables_of_one_length() -> None:
    # A swept connection probability must not change the size of an array in a compiled program.
    assert len({waiting_time_table(p, 10_000).size for p in (0.05, 0.1, 0.3, 0.5, 0.9, 1.0)}) == 1


def test_quantile_draws_invert_the_distribution() -> None:
    def exponential(probability: np.ndarray) -> np.ndarray:
        return -np.log1p(-0.999 * probability)

    bits = 30
    draw = quantile_function("draw", stream=9, table=quantile_table(exponential, bits), bits=bits)
    i = np.arange(5000)
    word = words(3, 9, 0, i, 4)[0].astype(float) / 2**32
    # Linear interpolation between 65537 quantiles of a smooth law: error at most h^2 f''/8.
    assert np.max(np.abs(draw.pyfunc(3, i, 4) - exponential(word))) < 1e-4


def test_a_quantile_table_refuses_what_it_cannot_hold() -> None:
    for quantile in (lambda u: 2.0**20 + u, lambda u: np.full_like(u, np.nan)):
        with pytest.raises(ValueError, match="finite"):
            quantile_table(quantile, 28)


def test_delays_cover_their_range_in_whole_steps() -> None:
    draw = delay_steps("draw", stream=5).pyfunc
    steps = draw(1, np.arange(200_000), 0, fixed_point_steps(1e-3, 1e-4), fixed_point_steps(2e-3, 1e-4))
    counts = np.bincount(steps, minlength=31)
    assert counts[:10].sum() == 0
    assert counts.size == 31
    # Rounding to the nearest step halves the two ends; n = 200000, 19 inner bins: 5 SD, alpha < 1e-5.
    expected = np.full(21, 10_000.0)
    expected[[0, -1]] = 5_000
    assert np.all(np.abs(counts[10:] - expected) < 5 * np.sqrt(expected))


def test_a_delay_without_width_is_the_mean() -> None:
    draw = delay_steps("draw", stream=5).pyfunc
    assert np.all(draw(1, np.arange(100), 0, fixed_point_steps(1e-3, 1e-4), 0) == 10)


def rows(
    probability: float, n: int = 300, exclude_self: bool = True, kept: WordRange | None = None
) -> RandomRows:
    return RandomRows(4, probability, n, n, exclude_self, kept or WordRange(8))


def row_in_plain_integers(seed: int, i: int, probability: float, n: int, exclude_self: bool) -> list[int]:
    """The definition of a row, target by target."""
    row, position, draw = [], -1, 0
    table = waiting_time_table(probability, n)
    while True:
        word = philox_in_plain_integers(seed, 4, 0, i, draw // 4)[draw % 4]
        position, draw = position + int(waiting_times(table, np.array(word, dtype=np.uint64))), draw + 1
        if position >= n - exclude_self:
            return row
        row.append(position + (exclude_self and position >= i))


@pytest.mark.parametrize("exclude_self", [True, False])
@pytest.mark.parametrize("probability", [0.0, 0.01, 0.1, 0.5, 0.97, 1.0])
def test_rows_are_built_as_defined(probability: float, exclude_self: bool) -> None:
    sources, targets = rows(probability, exclude_self=exclude_self).pairs(seed=12)
    for i in (0, 1, 150, 299):
        expected = row_in_plain_integers(12, i, probability, 300, exclude_self)
        assert targets[sources == i].tolist() == expected
    if exclude_self:
        assert not np.any(sources == targets)
    if probability == 1:
        assert sources.size == 300 * (299 if exclude_self else 300)


def test_connections_outside_the_kept_words_are_drawn_and_left_out() -> None:
    everything = rows(0.2)
    below = rows(0.2, kept=WordRange.of_probabilities(8, 0.0, 0.25))
    above = rows(0.2, kept=WordRange.of_probabilities(8, 0.25, 1.0))
    pairs = [
        set(zip(*(part.tolist() for part in r.pairs(3)), strict=True)) for r in (everything, below, above)
    ]
    assert pairs[1] | pairs[2] == pairs[0]
    assert not pairs[1] & pairs[2]
    # A quarter of about 17940: binomial SD 58, 5 SD.
    assert abs(len(pairs[1]) - len(pairs[0]) / 4) < 5 * 58

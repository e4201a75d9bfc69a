"""Sequences of spikes against their enumeration, planted ones, and the closed form of chance."""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.analysis.sequences import Links, count_sequences, following_spikes
from cortexnet.analysis.spikes import SpikeTrains

WINDOW_S = 0.003


def links_of(rows: list[tuple[int, int, float]]) -> Links:
    source, target, delay = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return Links(np.array(source, np.int64), np.array(target, np.int64), np.array(delay, np.float64))


def trains_of(rows: list[tuple[int, float]], size: int = 5, stop_s: float = 1.0) -> SpikeTrains:
    return SpikeTrains([cell for cell, _ in rows], [time for _, time in rows], size, 0.0, stop_s)


def enumerated(trains: SpikeTrains, links: Links) -> list[list[tuple[int, ...]]]:
    """All sequences, listed one by one: those of one spike, of two, and so on."""
    spikes = list(zip(trains.neuron, trains.time_s, strict=True))
    delays = {(i, j): d for i, j, d in zip(links.source, links.target, links.delay_s, strict=True)}

    def follows(first: int, second: int) -> bool:
        (i, t), (j, u) = spikes[first], spikes[second]
        late = u - t - delays.get((i, j), np.inf)
        return bool(1e-6 < late < WINDOW_S + 1e-6)

    found = [[(k,) for k in range(len(spikes))]]
    while found[-1]:
        longer = [(*path, k) for path in found[-1] for k in range(len(spikes)) if follows(path[-1], k)]
        found.append(longer)
    return found[:-1]


@pytest.mark.parametrize("seed", range(20))
def test_counts_are_those_of_an_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_cells, n_spikes = 6, 30
    steps = rng.integers(0, 400, n_spikes)  # of 0.1 ms: dense enough for long sequences
    trains = SpikeTrains(rng.integers(0, n_cells, n_spikes), steps * 1e-4, n_cells, 0.0, 0.04)
    pairs = [(i, j) for i in range(n_cells) for j in range(n_cells) if i != j and rng.random() < 0.5]
    links = links_of([(i, j, rng.integers(0, 30) * 1e-4) for i, j in pairs])
    expected = enumerated(trains, links)
    counts = count_sequences(trains, links, WINDOW_S)
    assert counts.sequences.tolist() == [len(paths) for paths in expected]
    assert counts.spikes.tolist() == [len({path[-1] for path in paths}) for paths in expected]
    cells = [len({trains.neuron[path[-1]] for path in paths}) for paths in expected]
    assert counts.cells.tolist() == cells
    assert counts.longest == len(expected) >= 3


def test_a_planted_sequence_is_found_whole() -> None:
    links = links_of([(0, 1, 0.002), (1, 2, 0.002), (2, 3, 0.002)])
    chain = [(cell, 0.1 + 0.003 * cell) for cell in range(4)]
    counts = count_sequences(trains_of([*chain, (4, 0.1), (0, 0.5)]), links, WINDOW_S)
    assert counts.sequences.tolist() == [6, 3, 2, 1]
    assert counts.spikes.tolist() == [6, 3, 2, 1]


def test_the_window_opens_after_the_arrival_and_closes_with_its_last_step() -> None:
    links = links_of([(0, 1, 0.002)])
    for lag, follows in {0.0019: False, 0.002: False, 0.0021: True, 0.005: True, 0.0051: False}.items():
        matrix = following_spikes(trains_of([(0, 0.3), (1, 0.3 + lag)]), links, WINDOW_S)
        assert matrix.nnz == follows, lag


def test_a_ring_goes_round() -> None:
    links = links_of([(0, 1, 0.001), (1, 0, 0.001)])
    spikes = [(k % 2, 0.1 + 0.002 * k) for k in range(50)]
    counts = count_sequences(trains_of(spikes), links, WINDOW_S)
    assert counts.longest == 50
    assert counts.sequences.tolist() == list(range(50, 0, -1))


def test_last_and_first_spikes_of_neighbouring_cells_do_not_meet() -> None:
    """Cells share one axis of time inside; the end of one must not run into the start of the next."""
    links = links_of([(0, 0, 0.002), (0, 1, 0.9)])
    assert count_sequences(trains_of([(0, 0.999), (1, 0.0)]), links, 0.2).longest == 1


def test_nothing_is_counted_as_nothing() -> None:
    assert count_sequences(trains_of([]), links_of([(0, 1, 0.001)]), WINDOW_S).longest == 0
    assert count_sequences(trains_of([(0, 0.5)]), links_of([]), WINDOW_S).sequences.tolist() == [1]


def test_pairs_of_independent_cells_are_as_many_as_chance_has_it() -> None:
    """Expected: sum over links of r_source r_target T w; 5 standard errors, error probability 6e-7."""
    rng = np.random.default_rng(1)
    n_cells, duration_s, rate_hz = 200, 100.0, 5.0
    n_spikes = rng.poisson(n_cells * duration_s * rate_hz)
    trains = SpikeTrains(
        rng.integers(0, n_cells, n_spikes), rng.uniform(0, duration_s, n_spikes), n_cells, 0.0, duration_s
    )
    pairs = rng.permutation(n_cells * n_cells)[:2000]
    pairs = pairs[pairs // n_cells != pairs % n_cells]
    links = Links(pairs // n_cells, pairs % n_cells, rng.uniform(0.001, 0.003, pairs.size))
    expected = pairs.size * rate_hz**2 * duration_s * WINDOW_S
    observed = count_sequences(trains, links, WINDOW_S).sequences[1]
    # A cell's spikes enter with all of its links: pairs vary more than a Poisson number, by less than twice.
    assert abs(observed - expected) < 5 * 2 * np.sqrt(expected)

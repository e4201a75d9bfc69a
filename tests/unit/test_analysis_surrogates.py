"""Surrogates keep what they say and lose the rest; tests with them find what is planted and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.analysis.sequences import Links, count_sequences
from cortexnet.analysis.spikes import SpikeTrains, spike_counts
from cortexnet.analysis.surrogates import dithered, rewired, shifted

N_CELLS, DURATION_S, WINDOW_S = 100, 10.0, 0.003


def random_links(rng: np.random.Generator, number: int = 800) -> Links:
    pairs = rng.permutation(N_CELLS**2)[: number + N_CELLS]
    source, target = (
        part[pairs // N_CELLS != pairs % N_CELLS][:number] for part in np.divmod(pairs, N_CELLS)
    )
    return Links(source, target, rng.uniform(0.001, 0.003, source.size))


def random_trains(rng: np.random.Generator, rate_hz: float = 2.0) -> SpikeTrains:
    rates = rate_hz * rng.lognormal(sigma=0.8, size=N_CELLS)
    counts = rng.poisson(rates * DURATION_S)
    times = rng.uniform(1.0, 1.0 + DURATION_S, counts.sum())
    return SpikeTrains(np.repeat(np.arange(N_CELLS), counts), times, N_CELLS, 1.0, 1.0 + DURATION_S)


def with_answers(
    trains: SpikeTrains, links: Links, probability: float, rng: np.random.Generator
) -> SpikeTrains:
    """Add, with some probability a spike and link, the spike of the target that follows."""
    neuron, time = [trains.neuron], [trains.time_s]
    for source, target, delay in zip(links.source, links.target, links.delay_s, strict=True):
        times = trains.time_s[trains.neuron == source]
        times = times[rng.random(times.size) < probability]
        neuron.append(np.full(times.size, target))
        time.append(times + delay + rng.uniform(1e-4, WINDOW_S, times.size))
    return SpikeTrains(
        np.concatenate(neuron), np.concatenate(time), trains.size, trains.start_s, trains.stop_s
    )


def test_rewired_links_keep_degrees_and_are_others() -> None:
    rng = np.random.default_rng(0)
    links = random_links(rng)
    other = rewired(links, rng)
    assert np.array_equal(other.source, links.source)
    assert np.array_equal(np.sort(other.target), np.sort(links.target))
    assert np.array_equal(other.delay_s, links.delay_s)
    assert not np.any(other.source == other.target)
    pairs = other.source * N_CELLS + other.target
    assert np.unique(pairs).size == pairs.size
    # By chance 800 of 9900 pairs are linked: 8 % of the links stay where they are, with an SD of 1 %.
    shared = np.isin(pairs, links.source * N_CELLS + links.target).mean()
    assert shared < 0.13


def test_links_that_cannot_be_rewired_stay() -> None:
    complete = Links(np.array([0, 0, 1, 1, 2, 2]), np.array([1, 2, 0, 2, 0, 1]), np.full(6, 0.001))
    other = rewired(complete, np.random.default_rng(0))
    assert np.array_equal(other.target, complete.target)
    one = Links(np.array([0]), np.array([1]), np.array([0.001]))
    assert rewired(one, np.random.default_rng(0)).target.tolist() == [1]


def test_dithered_spikes_stay_near_and_in_the_window() -> None:
    rng = np.random.default_rng(0)
    trains = random_trains(rng)
    other = dithered(trains, 0.02, rng)
    assert np.array_equal(spike_counts(other), spike_counts(trains))
    moved = other.time_s - trains.time_s
    assert np.abs(moved).max() <= 0.02
    assert moved.std() == pytest.approx(0.02 / np.sqrt(3), rel=0.05)


def test_shifted_trains_keep_their_intervals_but_for_the_one_that_is_cut() -> None:
    rng = np.random.default_rng(0)
    trains = random_trains(rng)
    other = shifted(trains, rng)
    assert np.array_equal(spike_counts(other), spike_counts(trains))
    for cell in range(N_CELLS):
        before, after = (np.sort(each.time_s[each.neuron == cell]) for each in (trains, other))
        if before.size > 1:
            around = [np.diff(np.append(times, times[0] + DURATION_S)) for times in (before, after)]
            assert np.sort(around[0]) == pytest.approx(np.sort(around[1]), abs=1e-9)
    assert np.abs(other.time_s - trains.time_s).mean() > 1


SURROGATES = {
    "rewired": lambda trains, links, rng: (trains, rewired(links, rng)),
    "dithered": lambda trains, links, rng: (dithered(trains, 0.02, rng), links),
    "shifted": lambda trains, links, rng: (shifted(trains, rng), links),
}


def error_probability(name: str, answers: float, seed: int) -> float:
    """Of calling sequences of two or more spikes too many, against 19 surrogates."""
    rng = np.random.default_rng(seed)
    links = random_links(rng)
    trains = with_answers(random_trains(rng), links, answers, rng)

    def number(trains: SpikeTrains, links: Links) -> float:
        return float(count_sequences(trains, links, WINDOW_S).sequences[1:].sum())

    surrogates = [number(*SURROGATES[name](trains, links, rng)) for _ in range(19)]
    return (1 + np.count_nonzero(np.array(surrogates) >= number(trains, links))) / 20


@pytest.mark.parametrize("name", SURROGATES)
def test_planted_answers_are_found(name: str) -> None:
    """5 % of the spikes are answered over each link, against about 1 % by chance."""
    assert error_probability(name, 0.05, seed=1) == 0.05


@pytest.mark.parametrize("name", SURROGATES)
def test_independent_cells_are_not_called_sequences(name: str) -> None:
    """20 networks at a level of 5 %: 6 rejections or more have the probability 3e-4."""
    rejected = sum(error_probability(name, 0.0, seed) <= 0.05 for seed in range(20))
    assert rejected < 6

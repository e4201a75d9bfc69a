"""Counts and rates of spike trains, against counting by hand and spike by spike."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.analysis.averages import defined, mean, standard_deviation, standard_error
from cortexnet.analysis.spikes import (
    SpikeTrains,
    bin_starts,
    binned_counts,
    firing_rates,
    population_rate,
    spike_counts,
)
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")

STEP = 1e-4  # spike times are multiples of it, as in a simulation
SIZE = 5
SPIKES = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, 20_000)), max_size=60)


def trains_from(spikes: list[tuple[int, int]], start: int = 0, stop: int = 20_001) -> SpikeTrains:
    """Trains from pairs of cell and time step, in a window given in steps."""
    neuron, step = np.array(spikes, dtype=np.int64).reshape(-1, 2).T
    return SpikeTrains(neuron, step * STEP, SIZE, start * STEP, stop * STEP)


def check_window(rates: Callable[[SpikeTrains], np.ndarray]) -> None:
    """The window has its start and not its end: cell 0 fires on both, cell 1 outside, cell 2 not at all."""
    trains = SpikeTrains([0, 0, 1, 1], [1.0, 3.0, 0.9, 3.1], 3, 1.0, 3.0)
    assert rates(trains).tolist() == [0.5, 0.0, 0.0]


def test_rate_is_spikes_by_window() -> None:
    check_window(firing_rates)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda t: spike_counts(t) / t.stop_s,
        lambda t: spike_counts(t) / np.ptp(t.time_s) if t.time_s.size > 1 else spike_counts(t) / 1.0,
        lambda t: spike_counts(t).astype(float),
    ],
    ids=["warm-up counted", "first to last spike", "not divided"],
)
def test_a_wrong_window_is_caught(wrong: Callable[[SpikeTrains], np.ndarray]) -> None:
    with pytest.raises(AssertionError):
        check_window(wrong)


@given(SPIKES, st.sampled_from([1, 10, 100, 3333]))
def test_bins_hold_what_counting_in_whole_steps_gives(spikes: list[tuple[int, int]], width: int) -> None:
    expected = np.zeros((SIZE, 20_001 // width), dtype=int)
    for cell, step in spikes:
        if step // width < expected.shape[1]:
            expected[cell, step // width] += 1
    trains = trains_from(spikes)
    np.testing.assert_array_equal(binned_counts(trains, width * STEP), expected)
    np.testing.assert_allclose(
        population_rate(trains, width * STEP), expected.sum(axis=0) / SIZE / (width * STEP)
    )


@given(SPIKES, st.integers(-100_000, 100_000), st.sampled_from([10, 100]))
def test_a_shift_in_time_changes_no_bin(spikes: list[tuple[int, int]], shift: int, width: int) -> None:
    shifted = trains_from([(cell, step + shift) for cell, step in spikes], shift, 20_001 + shift)
    np.testing.assert_array_equal(
        binned_counts(shifted, width * STEP), binned_counts(trains_from(spikes), width * STEP)
    )


@given(SPIKES, st.permutations(range(SIZE)))
def test_renaming_cells_permutes_rates(spikes: list[tuple[int, int]], names: list[int]) -> None:
    renamed = trains_from([(names[cell], step) for cell, step in spikes])
    np.testing.assert_array_equal(firing_rates(renamed)[names], firing_rates(trains_from(spikes)))


@given(SPIKES, st.lists(st.integers(0, SIZE - 1), unique=True))
def test_selected_cells_keep_their_trains(spikes: list[tuple[int, int]], cells: list[int]) -> None:
    trains = trains_from(spikes)
    np.testing.assert_array_equal(
        binned_counts(trains.select(cells), 0.1), binned_counts(trains, 0.1)[np.array(cells, dtype=int)]
    )


def test_edges_of_bins_do_not_depend_on_rounding() -> None:
    """A spike at the start of each bin of 10 ms: 0.29 / 0.01 is 28.999..., yet each bin has one."""
    starts = np.arange(1000) * 100 * STEP
    trains = SpikeTrains(np.zeros(1000, int), starts, 1, 0.0, 10.0)
    assert np.floor(starts / 0.01).astype(int).tolist() != list(range(1000))
    assert binned_counts(trains, 0.01).tolist() == [[1] * 1000]
    np.testing.assert_allclose(bin_starts(trains, 0.01), starts)


def test_a_remainder_of_the_window_is_in_no_bin() -> None:
    trains = SpikeTrains([0, 0], [0.15, 0.95], 1, 0.0, 1.0)
    assert binned_counts(trains, 0.3).tolist() == [[1, 0, 0]]


def test_nothing_is_defined() -> None:
    silent = SpikeTrains([], [], 3, 1.0, 2.0)
    assert firing_rates(silent).tolist() == [0.0, 0.0, 0.0]
    assert population_rate(silent, 0.5).tolist() == [0.0, 0.0]
    unobserved = SpikeTrains([0], [1.0], 2, 1.0, 1.0)
    assert np.isnan(firing_rates(unobserved)).all()
    assert binned_counts(unobserved, 0.1).shape == (2, 0)
    nobody = SpikeTrains([], [], 0, 0.0, 1.0)
    assert firing_rates(nobody).shape == (0,)
    assert np.isnan(population_rate(nobody, 0.5)).all()


@pytest.mark.parametrize(
    ("neuron", "time_s", "size", "start_s", "stop_s", "named"),
    [
        ([0, 1], [0.1], 2, 0.0, 1.0, "2"),
        ([2], [0.1], 2, 0.0, 1.0, "2 to 2"),
        ([-1], [0.1], 2, 0.0, 1.0, "-1"),
        ([0], [math.nan], 2, 0.0, 1.0, "NaN"),
        ([0], [0.1], 2, 1.0, 0.0, "window"),
        ([0], [0.1], 2, 0.0, math.nan, "window"),
    ],
)
def test_impossible_spikes_are_refused(neuron, time_s, size, start_s, stop_s, named) -> None:
    with pytest.raises(ParameterError, match=named):
        SpikeTrains(neuron, time_s, size, start_s, stop_s)


@pytest.mark.parametrize("width", [0.0, -1.0, math.nan])
def test_a_bin_must_have_a_width(width: float) -> None:
    with pytest.raises(ParameterError, match="bin width"):
        bin_starts(SpikeTrains([], [], 1, 0.0, 1.0), width)


def test_averages_of_little() -> None:
    assert math.isnan(mean([]))
    assert math.isnan(standard_deviation([]))
    assert standard_deviation([3.0]) == 0
    assert math.isnan(standard_error([3.0]))
    assert standard_error([1.0, 2.0, 6.0]) == pytest.approx(math.sqrt(7 / 3))
    assert defined([1.0, math.nan, 2.0]).tolist() == [1.0, 2.0]

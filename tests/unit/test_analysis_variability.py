"""CV, CV2 and Fano factor, against closed forms, enumeration and a second implementation cell by cell."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.analysis.spikes import SpikeTrains
from cortexnet.analysis.variability import cv2_isi, cv_isi, fano_factor

pytestmark = pytest.mark.filterwarnings("error")

SIZE = 4
TIME = st.integers(0, 99_999).map(lambda step: step * 1e-4)  # multiples of a time step
TRAINS = st.lists(st.lists(TIME, max_size=12), min_size=SIZE, max_size=SIZE)


def trains_from(times: list[list[float]], stop_s: float = 10.0) -> SpikeTrains:
    neuron = np.repeat(np.arange(len(times)), [len(t) for t in times])
    return SpikeTrains(neuron, np.array([t for train in times for t in train]), len(times), 0.0, stop_s)


def reference_cv(times: list[float], minimum: int = 5) -> float:
    intervals = np.diff(sorted(times))
    if len(times) < max(minimum, 2) or intervals.mean() == 0:
        return math.nan
    return np.std(intervals) / np.mean(intervals)


def reference_cv2(times: list[float], minimum: int = 3) -> float:
    intervals = np.diff(sorted(times)).tolist()
    if len(times) < max(minimum, 3):
        return math.nan
    return float(
        np.mean([2 * abs(a - b) / (a + b) if a + b else 0 for a, b in itertools.pairwise(intervals)])
    )


def check_cv(cv: Callable[[SpikeTrains], np.ndarray]) -> None:
    """Intervals 1, 3, 1, 3 s have mean 2 and SD 1; those of a clock have SD 0; four spikes are too few."""
    values = cv(trains_from([[0, 1, 4, 5, 8], [0, 1, 2, 3, 4, 5], [0, 1, 4, 5], []]))
    np.testing.assert_allclose(values, [0.5, 0.0, math.nan, math.nan])


def test_cv_of_known_intervals() -> None:
    check_cv(cv_isi)


def with_divisor_less_one(trains: SpikeTrains) -> np.ndarray:
    n = np.bincount(trains.neuron, minlength=trains.size) - 1.0
    return cv_isi(trains) * np.sqrt(n / np.where(n > 1, n - 1, np.nan))


@pytest.mark.parametrize(
    "wrong",
    [
        with_divisor_less_one,
        lambda trains: cv_isi(trains, minimum_spikes=3),
        lambda trains: cv_isi(trains) ** 2,
        cv2_isi,
    ],
    ids=["divisor n - 1", "other minimum", "squared", "CV2"],
)
def test_a_wrong_cv_is_caught(wrong: Callable[[SpikeTrains], np.ndarray]) -> None:
    with pytest.raises(AssertionError):
        check_cv(wrong)


def test_cv2_of_known_intervals() -> None:
    """Each pair of intervals 1, 3 has 2 * 2 / 4 = 1."""
    np.testing.assert_allclose(
        cv2_isi(trains_from([[0, 1, 4, 5, 8], [0, 1, 2], [0, 1], []])), [1, 0, math.nan, math.nan]
    )


def test_cv2_is_blind_to_a_slow_change_of_rate() -> None:
    slowing = np.cumsum(np.geomspace(0.01, 1.0, 200))
    trains = SpikeTrains(np.zeros(200, int), slowing, 1, 0.0, 100.0)
    assert cv_isi(trains)[0] > 1
    assert cv2_isi(trains)[0] < 0.03


@given(TRAINS, st.randoms(use_true_random=False))
def test_order_of_spikes_is_irrelevant_and_cells_are_independent(times, random) -> None:
    trains = trains_from(times)
    order = list(range(trains.neuron.size))
    random.shuffle(order)
    shuffled = SpikeTrains(trains.neuron[order], trains.time_s[order], SIZE, 0.0, 10.0)
    np.testing.assert_allclose(cv_isi(shuffled), [reference_cv(t) for t in times], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(cv2_isi(shuffled), [reference_cv2(t) for t in times], rtol=1e-9, atol=1e-9)


@given(TRAINS, st.sampled_from([0.25, 0.5, 2.0, 1024.0]))
def test_scaling_time_changes_neither(times, factor) -> None:
    """Factors of two, so that only the formulas are tested and not rounding."""
    trains = trains_from(times)
    scaled = SpikeTrains(trains.neuron, trains.time_s * factor, SIZE, 0.0, 10.0 * factor)
    for statistic in (cv_isi, cv2_isi):
        np.testing.assert_array_equal(statistic(scaled), statistic(trains))
    np.testing.assert_array_equal(fano_factor(scaled, 0.5 * factor), fano_factor(trains, 0.5))


def expected_fano(fano: Callable[[SpikeTrains, float], np.ndarray], n_spikes: int, n_bins: int) -> float:
    """Mean over all placements of a cell's spikes into bins, which a Poisson process makes equally likely."""
    placements = itertools.product(range(n_bins), repeat=n_spikes)
    trains = trains_from([[b + 0.5 for b in placement] for placement in placements], stop_s=n_bins)
    return float(fano(trains, 1.0).mean())


@pytest.mark.parametrize(("n_spikes", "n_bins"), [(1, 2), (2, 3), (3, 4), (5, 3)])
def test_fano_factor_of_a_poisson_process_is_one_whatever_its_spikes(n_spikes: int, n_bins: int) -> None:
    assert expected_fano(fano_factor, n_spikes, n_bins) == pytest.approx(1, abs=1e-12)


def test_a_wrong_divisor_of_the_fano_factor_is_caught() -> None:
    def biased(trains: SpikeTrains, width_s: float) -> np.ndarray:
        return fano_factor(trains, width_s) * (trains.duration_s - 1) / trains.duration_s

    assert expected_fano(biased, 3, 4) == pytest.approx(0.75)


ELEPHANT = {
    "cv": [1.3226528581478663, 0.9866922238597239, 0.5428399881551456],
    "cv2": [1.2732269624740349, 1.0509874012192246, 0.5861666823910952],
    "fano": [2.277992277992278, 1.620811287477954, 0.3425499231950845],
}


def test_the_same_numbers_as_elephant() -> None:
    """Three gamma trains; elephant 1.2.1 has cv, cv2, and 7/8 of this Fano factor (divisor n = 8)."""
    rng = np.random.default_rng(7)
    times = [np.cumsum(rng.gamma(k, 0.05 / k, 100)).round(4) for k in (0.5, 1, 4)]
    trains = SpikeTrains(np.repeat([0, 1, 2], 100), np.concatenate(times), 3, 0.0, 4.0)
    np.testing.assert_allclose(cv_isi(trains), ELEPHANT["cv"], rtol=1e-10)
    np.testing.assert_allclose(cv2_isi(trains), ELEPHANT["cv2"], rtol=1e-10)
    np.testing.assert_allclose(fano_factor(trains, 0.5), ELEPHANT["fano"], rtol=1e-10)


@pytest.mark.parametrize("times", [[], [1.0], [1.0, 2.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
def test_few_or_coincident_spikes_are_defined(times: list[float]) -> None:
    trains = trains_from([times])
    assert np.isnan(cv_isi(trains))
    assert np.isnan(cv2_isi(trains)) or len(times) == 5  # equal intervals, though of length zero
    assert np.isnan(cv_isi(trains, minimum_spikes=0)) or len(times) == 2  # one interval: no deviation
    assert np.isnan(fano_factor(trains, 10.0))  # a single bin
    assert np.isnan(fano_factor(trains, 1.0)) == (len(times) == 0)


def test_no_window_and_no_cells_are_defined() -> None:
    for trains in (SpikeTrains([0], [1.0], 2, 1.0, 1.0), SpikeTrains([], [], 0, 0.0, 1.0)):
        for values in (cv_isi(trains), cv2_isi(trains), fano_factor(trains, 0.1)):
            assert values.shape == (trains.size,)
            assert np.isnan(values).all()


@pytest.mark.slow
def test_ten_million_spikes_take_seconds() -> None:
    rng = np.random.default_rng(1)
    trains = SpikeTrains(rng.integers(0, 12_000, 10**7), rng.uniform(0, 100, 10**7), 12_000, 0.0, 100.0)
    begin = time.perf_counter()
    cv_isi(trains)
    assert time.perf_counter() - begin < 20

"""Pairwise correlations of counts, against NumPy, enumeration and trains of known correlation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.analysis.correlation import pairwise_correlation
from cortexnet.analysis.spikes import SpikeTrains

pytestmark = pytest.mark.filterwarnings("error")

WIDTH = 0.01


def trains_of_counts(counts: np.ndarray) -> SpikeTrains:
    """Trains that have these counts in bins of WIDTH."""
    cell, bin_ = np.nonzero(counts)
    n = counts[cell, bin_]
    times = (np.repeat(bin_, n) + 0.5) * WIDTH
    return SpikeTrains(np.repeat(cell, n), times, len(counts), 0.0, counts.shape[1] * WIDTH)


def correlate(counts: np.ndarray, **options):
    return pairwise_correlation(trains_of_counts(counts), WIDTH, rng=np.random.default_rng(0), **options)


def test_all_pairs_as_numpy_has_them() -> None:
    counts = np.random.default_rng(1).poisson(0.7, (12, 300))
    pairs = np.corrcoef(counts)[np.triu_indices(12, 1)]
    correlation = correlate(counts)
    assert correlation.mean == pytest.approx(pairs.mean(), abs=1e-12)
    assert correlation.sd == pytest.approx(pairs.std())
    assert (correlation.n_cells, correlation.n_pairs, correlation.n_bins) == (12, 66, 300)


def test_sampling_error_of_a_pair_is_that_of_all_orders_of_the_bins() -> None:
    """Over all 5! orders of one train's bins the correlation has mean 0 and SD 1 / sqrt(4) exactly."""
    fixed, shuffled = np.array([0, 1, 1, 3, 0]), (2, 0, 1, 0, 0)
    values = [correlate(np.array([fixed, order])).mean for order in itertools.permutations(shuffled)]
    assert np.mean(values) == pytest.approx(0, abs=1e-12)
    assert np.std(values) == pytest.approx(correlate(np.array([fixed, shuffled])).independent_sd)


@given(st.permutations(range(6)))
def test_names_of_cells_do_not_matter(names: list[int]) -> None:
    counts = np.random.default_rng(2).poisson(0.5, (6, 40))
    assert correlate(counts[names]).mean == pytest.approx(correlate(counts).mean, abs=1e-12)


def test_cells_are_drawn_among_those_that_fired() -> None:
    counts = np.zeros((100, 50), dtype=int)
    counts[::2] = np.random.default_rng(3).poisson(1, (50, 50))
    correlation = correlate(counts, n_cells=20)
    assert (correlation.n_cells, correlation.n_pairs) == (20, 190)
    assert correlate(counts).n_cells == 50


def test_equal_trains_correlate_fully_and_alternating_ones_against_each_other() -> None:
    train = np.array([0, 1, 0, 2, 0, 1])
    assert correlate(np.array([train, train, train])).mean == pytest.approx(1)
    alternating = correlate(np.array([[1, 0, 1, 0], [0, 1, 0, 1]]))
    assert alternating.mean == pytest.approx(-1)


@pytest.mark.parametrize(
    "counts",
    [np.zeros((3, 5)), np.ones((3, 5)), np.eye(3, 5)[:1], np.ones((3, 1)), np.ones((3, 0)), np.ones((0, 5))],
    ids=["silent", "constant", "one cell", "one bin", "no bin", "no cell"],
)
def test_nothing_to_correlate_is_nan(counts: np.ndarray) -> None:
    correlation = correlate(counts.astype(int))
    assert math.isnan(correlation.mean)
    assert math.isnan(correlation.sd)
    assert math.isnan(correlation.standard_error)
    assert correlation.n_pairs == 0


def test_the_seed_repeats_the_sample() -> None:
    counts = np.random.default_rng(4).poisson(0.5, (60, 100))
    assert correlate(counts, n_cells=30) == correlate(counts, n_cells=30)

"""Moments and histograms of membrane potentials, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.analysis.voltage import potential_density, potential_moments
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")


def test_moments_pool_what_lies_in_the_window() -> None:
    """Two blocks of 1 s hold -60, -62 and -64, -66: means -61, -65, SD 1 each; the rest is outside."""
    v = [-999.0, -60.0, -62.0, -64.0, -66.0, -999.0]
    t = [0.99, 1.0, 1.5, 2.0, 2.99, 3.0]
    moments = potential_moments(v, t, start_s=1.0, stop_s=3.0, block_s=1.0)
    assert moments.mean_mv == -63
    assert moments.sd_mv == pytest.approx(math.sqrt(5))
    assert moments.mean_error_mv == pytest.approx(2)
    assert moments.sd_error_mv == pytest.approx(0)
    assert (moments.n_samples, moments.n_blocks) == (4, 2)


def test_a_remainder_counts_for_the_moments_and_not_for_their_errors() -> None:
    moments = potential_moments([0.0, 2.0, 7.0], [0.5, 1.5, 2.2], start_s=0.0, stop_s=2.5, block_s=1.0)
    assert moments.mean_mv == 3
    assert moments.mean_error_mv == pytest.approx(1)
    assert moments.n_blocks == 2


@pytest.mark.parametrize(
    ("v", "stop_s", "n_samples", "n_blocks"), [([], 2.0, 0, 0), ([-60.0], 0.0, 0, 0), ([-60.0], 2.0, 1, 1)]
)
def test_few_samples_are_defined(v: list[float], stop_s: float, n_samples: int, n_blocks: int) -> None:
    moments = potential_moments(v, [0.5] * len(v), start_s=0.0, stop_s=stop_s, block_s=1.0)
    assert (moments.n_samples, moments.n_blocks) == (n_samples, n_blocks)
    assert math.isnan(moments.mean_mv) == (n_samples == 0)
    assert math.isnan(moments.mean_error_mv)


def test_density_is_the_share_by_the_width() -> None:
    density = potential_density([-61.0, -60.0, -59.5, -40.0], [-62.0, -60.0, -59.0])
    assert density.tolist() == [1 / 8, 2 / 4]


@given(st.lists(st.floats(-90, -40), min_size=1, max_size=50))
def test_density_integrates_to_the_share_within_the_edges(voltage: list[float]) -> None:
    edges = np.linspace(-80, -50, 31)
    inside = np.mean([(-80 <= v <= -50) for v in voltage])
    assert (potential_density(voltage, edges) * np.diff(edges)).sum() == pytest.approx(inside)


def test_density_of_nothing_and_of_no_edges() -> None:
    assert np.isnan(potential_density([], [0.0, 1.0, 2.0])).all()
    for edges in ([1.0], [1.0, 1.0], [2.0, 1.0], [0.0, math.nan]):
        with pytest.raises(ParameterError, match="edges"):
            potential_density([0.5], edges)

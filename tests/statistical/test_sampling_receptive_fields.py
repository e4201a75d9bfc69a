"""Receptive fields: which weight belongs to which pixel, and a test of their structure."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.stats import kstest

from cortexnet.analysis.sampling.receptive_fields import receptive_fields, spatial_structure
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")


def test_levels_are_summed_and_the_bias_is_left_out() -> None:
    levels = np.arange(2 * 6 * 4, dtype=float).reshape(2, 2, 3, 4)  # level, row, column, cell
    weights = np.vstack([levels.reshape(12, 4), np.full((1, 4), 1e9)])
    assert receptive_fields(weights, (2, 3)) == pytest.approx(np.moveaxis(levels.sum(axis=0), -1, 0))


@pytest.mark.parametrize("shape", [(12, 4), (14, 4), (1, 4), (13,)])
def test_weights_that_do_not_fit_the_images_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ParameterError, match="bias"):
        receptive_fields(np.zeros(shape), (2, 3))


def test_moran_of_stripes_and_of_a_chequerboard() -> None:
    """Neighbours of stripes: half alike (above, below), half opposite; of a chequerboard all opposite."""
    rows, columns = np.mgrid[:8, :8]
    stripes, board, halves = (-1.0) ** columns, (-1.0) ** (rows + columns), np.where(columns < 4, 1.0, -1.0)
    fields = [stripes, board, halves, np.ones((8, 8))]
    table = spatial_structure(fields, rng=np.random.default_rng(0))
    assert table["moran_i"].to_list() == pytest.approx([0, -1, 1 - 2 * 8 / 112, np.nan], nan_ok=True)
    assert table["structured"].to_list() == [False, False, True, False]


def test_unstructured_fields_have_uniform_p_values_and_smooth_ones_are_found() -> None:
    """Seed 1; 200 fields of heavy-tailed noise (Student, 3 degrees): Kolmogorov-Smirnov test at 1e-4.

    Smoothed over a pixel, all of 50 are found, also among as many without structure.
    """
    rng = np.random.default_rng(1)
    noise = rng.standard_t(3, (200, 8, 8))
    table = spatial_structure(noise, rng=rng, permutations=199)
    assert kstest(table["p_value"], "uniform").pvalue > 1e-4
    assert table["structured"].sum() <= 2
    excess = table["moran_i"] - table["expected_if_shuffled"]
    assert abs(excess.mean()) < 4 * excess.std() / 200**0.5
    smooth = gaussian_filter(noise[:50], (0, 1, 1))
    found = spatial_structure(np.concatenate([smooth, noise[50:100]]), rng=rng)["structured"]
    assert found[:50].all()
    assert found[50:].sum() <= 10


def test_unequal_variances_of_dark_pixels_do_not_count_as_structure_where_they_are_left_out() -> None:
    """Seed 2; 100 fields: dark pixels share a mean, seen ones are noise. Planted: all pixels counted."""
    rng = np.random.default_rng(2)
    fields, seen = rng.normal(size=(100, 8, 8)), np.ones((8, 8), dtype=bool)
    seen[:, :3] = False
    fields[:, ~seen] = 3 + 0.1 * rng.normal(size=(100, 24))
    assert spatial_structure(fields, rng=rng, permutations=199)["structured"].all()
    masked = spatial_structure(fields, rng=rng, seen=seen, permutations=199)
    assert kstest(masked["p_value"], "uniform").pvalue > 1e-4


def test_pixels_that_do_not_fit_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ParameterError, match="must agree"):
        spatial_structure(np.zeros((2, 3, 3)), rng=rng, seen=np.ones((3, 2), dtype=bool))
    with pytest.raises(ParameterError, match="neighbouring"):
        spatial_structure(np.zeros((2, 3, 3)), rng=rng, seen=np.eye(3, dtype=bool))

"""Weights of hidden cells as images, and whether they have a structure in space."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import false_discovery_control

from cortexnet.errors import ParameterError


def receptive_fields(weights: ArrayLike, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Weights that a pixel of full brightness acts with on each hidden cell, shape (n_hidden, height, width).

    Parameters
    ----------
    weights : array_like, shape (levels * height * width + 1, n_hidden)
        From the coded inputs: all pixels at the lowest level first, then at the next, and the bias last.
        Levels of a thermometer are summed, since all of them fire for a full pixel; the bias is left out.
    shape : (int, int)
        Height and width of an image.
    """
    w = np.asarray(weights, dtype=np.float64)
    n_pixels = shape[0] * shape[1]
    if w.ndim != 2 or len(w) < 1 + n_pixels or (len(w) - 1) % n_pixels:
        raise ParameterError(
            f"weights: shape {w.shape} for images {shape}, must be (levels of all pixels and the bias, cells)"
        )
    return np.asarray(w[:-1].reshape(-1, *shape, w.shape[1]).sum(axis=0).transpose(2, 0, 1))


def spatial_structure(
    fields: ArrayLike,
    *,
    rng: np.random.Generator,
    seen: ArrayLike | None = None,
    permutations: int = 999,
    false_discovery_rate: float = 0.05,
) -> pd.DataFrame:
    """Test the receptive field of each cell for structure: whether neighbouring pixels have similar weights.

    Moran's I, the correlation of pixels with their neighbours (left, right, above, below), against the same
    weights shuffled over the pixels.

    Parameters
    ----------
    fields : array_like, shape (n_cells, height, width)
        As `receptive_fields` gives them.
    rng : numpy.random.Generator
        Shuffles.
    seen : array_like of bool, shape (height, width), optional
        Pixels that some datum brightens: only these count. Weights of pixels that are always dark stay as the
        prior has them, in one corner or at the border, which alone would be taken as structure.
    permutations : int
        Shuffles a cell.
    false_discovery_rate : float
        Expected share of cells without structure among those that are called structured.

    Returns
    -------
    DataFrame
        cell, moran_i (NaN of a constant field), expected_if_shuffled (-1 / (pixels - 1)), p_value
        (one-sided), structured (by Benjamini & Hochberg 1995).

    Notes
    -----
    Source: Moran 1950, Biometrika 37, 17.
    """
    images = np.asarray(fields, dtype=np.float64)
    mask = np.ones(images.shape[1:], dtype=bool) if seen is None else np.asarray(seen, dtype=bool)
    if images.ndim != 3 or mask.shape != images.shape[1:]:
        raise ParameterError(f"receptive fields: shape {images.shape} with pixels {mask.shape}, must agree")
    first, second = _neighbours(mask)
    if not first.size:
        raise ParameterError("receptive fields: no two neighbouring pixels are seen, some must be")
    values = images[:, mask]
    observed = _moran(values, first, second)
    p_value = np.empty(len(values))
    for cell, field in enumerate(values):
        shuffled = rng.permuted(np.tile(field, (permutations, 1)), axis=1)
        below = _moran(shuffled, first, second) < observed[cell]  # a constant field has none below
        p_value[cell] = (1 + (~below).sum()) / (1 + permutations)
    return pd.DataFrame(
        {
            "cell": np.arange(len(values)),
            "moran_i": observed,
            "expected_if_shuffled": -1 / (values.shape[1] - 1),
            "p_value": p_value,
            "structured": false_discovery_control(p_value) <= false_discovery_rate,
        }
    )


def _neighbours(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of neighbouring pixels of the mask, by their rank among its pixels."""
    rank = np.full(mask.shape, -1)
    rank[mask] = np.arange(mask.sum())
    across = np.stack([rank[:, :-1].ravel(), rank[:, 1:].ravel()])
    down = np.stack([rank[:-1].ravel(), rank[1:].ravel()])
    pairs = np.concatenate([across, down], axis=1)
    first, second = pairs[:, (pairs >= 0).all(axis=0)]
    return first, second


def _moran(
    values: NDArray[np.float64], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Moran's I of each row of pixels."""
    deviation = values - values.mean(axis=1, keepdims=True)
    together = (deviation[:, first] * deviation[:, second]).mean(axis=1)
    variance = (deviation**2).mean(axis=1)
    index: NDArray[np.float64] = np.full_like(variance, np.nan)
    np.divide(together, variance, out=index, where=variance > 0)
    return index

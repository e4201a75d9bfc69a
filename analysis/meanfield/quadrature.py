"""Gauss-Legendre quadrature over many panels at once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@lru_cache(maxsize=16)
def _rule(order: int) -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return (nodes + 1) / 2, weights / 2


def panels(edges: ArrayLike, order: int) -> tuple[Array, Array]:
    """Nodes and weights of the composite rule whose panels lie between neighbouring edges.

    Parameters
    ----------
    edges : array_like, shape (..., m)
        Ascending along the last axis; two equal edges make a panel of no weight.
    order : int
        Nodes in a panel.

    Returns
    -------
    nodes, weights : ndarray, shape (..., (m - 1) order)
        ``(weights * f(nodes)).sum(-1)`` is the integral of f from the first edge to the last.
    """
    edges = np.asarray(edges, dtype=np.float64)
    unit_nodes, unit_weights = _rule(order)
    width = np.diff(edges, axis=-1)[..., None]
    shape = (*edges.shape[:-1], (edges.shape[-1] - 1) * order)
    nodes = (edges[..., :-1, None] + width * unit_nodes).reshape(shape)
    return nodes, (width * unit_weights).reshape(shape)


def geometric_edges(start: ArrayLike, end: ArrayLike, panel_count: int) -> Array:
    """Ascending edges of panels that halve towards `end`, for integrands with a layer there.

    Parameters
    ----------
    start, end : array_like, shape (...)
        The ends; `end` may be the smaller one.
    panel_count : int
        Panels; the last is 2 ** (1 - panel_count) of the whole.

    Returns
    -------
    ndarray, shape (..., panel_count + 1)
    """
    start, end = np.asarray(start)[..., None], np.asarray(end)[..., None]
    remaining = np.append(0.5 ** np.arange(panel_count), 0.0)
    return np.sort(end + (start - end) * remaining, axis=-1)

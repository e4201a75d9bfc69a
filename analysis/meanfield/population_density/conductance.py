r"""How the density moves between the rows: decay, small jumps and finite jumps of the conductance.

In the coordinate y of `mesh` the conductance obeys

    dy/dt = -(y + g*)/tau_s + drift - y dg*/dx + diffusion + jumps.

All operators are matrices M[to, from] on the content of the rows that conserve it: every column of a
generator adds up to 0, of a transfer to 1.

- Decay and drift: values at the edges of the rows from three rows, two of them on the side it comes from;
  third order. No linear scheme of more than first order keeps every content positive (Godunov's theorem),
  and one of first order errs by some 50 % of the rate on the same rows. Negative contents are at most a few
  thousandths of the largest, where jumps are rare and hardly any noise smooths the density, mostly below
  1e-4; they vanish with the width of the rows. The density of the potential alone stays positive.
- Diffusion: central differences, second order.
- Jumps: what jumps to a point is shared between the two nearest centres of rows, which keeps the mean of the
  conductance. The variance that this adds is of second order.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from cortexnet.analysis.meanfield.population_density.drive import Drive
from cortexnet.analysis.meanfield.population_density.mesh import Mesh, Plane
from cortexnet.analysis.meanfield.quadrature import Array


def generators(plane: Plane, drive: Drive, mesh: Mesh) -> Array:
    """Return the rates (Hz) between rows in every layer, shape (layers, rows, rows)."""
    return _generators(
        mesh,
        drive,
        plane.cell.synaptic_time_constant,
        holding=plane.holding_conductance(mesh.layers),
        slope=plane.holding_slope(mesh.layers),
        diffusion=plane.diffusion(mesh.layers, drive),
    )


def refractory_transfer(plane: Plane, drive: Drive, mesh: Mesh) -> Array:
    """From the rows at the threshold to those at the reset, a refractory period later.

    The potential jumps and is then held while the conductance goes on: it decays and gets input. The row of
    a conductance is another one at the reset, because there another conductance holds the potential.
    """
    reset = plane.coordinate(plane.cell.reset_potential)
    fall = plane.holding_conductance(0.0) - plane.holding_conductance(reset)
    held = _generators(
        mesh,
        drive,
        plane.cell.synaptic_time_constant,
        holding=plane.holding_conductance(reset)[None],
        slope=np.zeros(1),
        diffusion=plane.diffusion(reset, drive)[None],
    )[0]
    arrival = _shared(mesh.rows, mesh.rows + fall)
    return np.asarray(expm(plane.cell.refractory_period * held) @ arrival)


def _generators(
    mesh: Mesh, drive: Drive, tau_s: float, *, holding: Array, slope: Array, diffusion: Array
) -> Array:
    rows, edges = mesh.rows, mesh.row_edges[1:-1]
    matrices = np.repeat(_jumps(rows, drive)[None], holding.size, axis=0)
    velocity = drive.drift - (edges + holding[:, None]) / tau_s - slope[:, None] * edges
    per_gradient = diffusion[:, None] / np.diff(rows)
    upward, downward = _edge_weights(mesh.width)
    flux = {
        -1: np.maximum(velocity, 0) * upward[0],
        0: np.maximum(velocity, 0) * upward[1] + np.minimum(velocity, 0) * downward[0] + per_gradient,
        1: np.maximum(velocity, 0) * upward[2] + np.minimum(velocity, 0) * downward[1] - per_gradient,
        2: np.minimum(velocity, 0) * downward[2],
    }
    below = np.arange(edges.size)
    for offset, of_density in flux.items():
        there = (below + offset >= 0) & (below + offset < rows.size)
        row, source = below[there], below[there] + offset
        of_content = of_density[:, there] / mesh.width[source]
        matrices[:, row, source] -= of_content
        matrices[:, row + 1, source] += of_content
    return np.asarray(matrices)


def _jumps(rows: Array, drive: Drive) -> Array:
    matrix = np.diag(np.full(rows.size, -drive.jump_rate.sum()))
    for jump, rate in zip(drive.jump, drive.jump_rate, strict=True):
        matrix += rate * _shared(rows, rows + jump)
    return np.asarray(matrix)


def _shared(rows: Array, targets: Array) -> Array:
    """Share a unit at each target between the two nearest rows; beyond the ends it stays in the last."""
    targets = np.clip(targets, rows[0], rows[-1])
    lower = np.clip(np.searchsorted(rows, targets) - 1, 0, rows.size - 2)
    upper_share = (targets - rows[lower]) / (rows[lower + 1] - rows[lower])
    matrix = np.zeros((rows.size, targets.size))
    column = np.arange(targets.size)
    matrix[lower, column] = 1 - upper_share
    matrix[lower + 1, column] += upper_share
    return matrix


def _edge_weights(width: Array) -> tuple[Array, Array]:
    """Weights of the mean densities of three rows for the density at an inner edge.

    Returns
    -------
    upward, downward : ndarray, shape (3, edges)
        For a flux that comes from below (rows -1, 0, 1 of the edge) and from above (rows 0, 1, 2). Beyond
        the ends there are rows without content.
    """
    padded = np.concatenate([width[:1], width, width[-1:]])
    a, b, c = padded[:-3], padded[1:-2], padded[2:-1]
    from_below = np.stack(_parabola(a, b, c))
    c, b, a = padded[1:-2], padded[2:-1], padded[3:]
    return from_below, np.stack(_parabola(a, b, c)[::-1])


def _parabola(a: Array, b: Array, c: Array) -> tuple[Array, Array, Array]:
    """Weights of rows of widths a, b and c, in this order, for the value between b and c."""
    first = -b * c / ((a + b) * (a + b + c))
    last = b * (a + b) / ((b + c) * (a + b + c))
    return first, 1 - first - last, last

r"""Cells of the plane in which the density is solved, and the coordinates that make it simple.

In place of v there is the coordinate in which excitation is additive, 0 at the threshold V_thr,

    x = log((V_E - V_thr)/(V_E - v)),

and in place of the conductance g its distance from what would hold v where it is,

    y = g - g*(v),    g*(v) = [(v - V_L)/tau_m + g_I0 (v - V_I)]/(V_E - v).

Then dx/dt = y: a row of constant y moves with constant speed, upwards above y = 0 and downwards below, and
y = 0 is an edge of the cells. A jump of g is the same jump of y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import cumulative_trapezoid

from cortexnet.analysis.meanfield.population_density.drive import Drive
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import Cell

#: Reach of the cells, in SD of g and of x.
REACH = 6.0
#: Rows of y are equal up to this many SD above 0; from there on each is wider than the one before by this
#: share, at one row a SD. At n rows a SD it is the n-th part, so that the error falls with the second order.
EQUAL_TO, GROWTH = 2.0, 0.6
#: From threshold and reset on, layers become thicker by this share of the distance.
THICKENING = 0.5
INTEGRATION_POINTS = 4000
#: More layers of x on a side of the reset, and more equal rows of y, are not made; they are wider then.
MOST_LAYERS, MOST_ROWS = 400, 120


@dataclass(frozen=True)
class Plane:
    """The coordinates of one cell with a mean inhibitory conductance `inhibition`, 1/s."""

    cell: Cell
    inhibition: float

    def coordinate(self, potential: float | Array) -> Array:
        """Return x of a potential, V."""
        cell = self.cell
        top = cell.excitatory_reversal_potential - cell.threshold_potential
        return np.asarray(np.log(top / (cell.excitatory_reversal_potential - potential)))

    def potential(self, x: float | Array) -> Array:
        """Potential (V) of x."""
        cell = self.cell
        top = cell.excitatory_reversal_potential - cell.threshold_potential
        return np.asarray(cell.excitatory_reversal_potential - top * np.exp(-np.asarray(x)))

    def holding_conductance(self, x: float | Array) -> Array:
        """g*, 1/s."""
        cell, v = self.cell, self.potential(x)
        current = (v - cell.leak_potential) / cell.membrane_time_constant
        current = current + self.inhibition * (v - cell.inhibitory_reversal_potential)
        return np.asarray(current / (cell.excitatory_reversal_potential - v))

    def holding_slope(self, x: float | Array) -> Array:
        """dg*/dx, 1/s."""
        leak = 1 / self.cell.membrane_time_constant + self.inhibition
        return leak + self.holding_conductance(x)

    def relaxation_rate(self, conductance: float) -> float:
        """Rate (Hz) at which the potential relaxes with an excitatory conductance, 1/s."""
        return 1 / self.cell.membrane_time_constant + self.inhibition + max(conductance, 0.0)

    def held(self, conductance: float) -> float:
        """Return x at which g* is this conductance (1/s); -inf if it is so nowhere."""
        cell, leak = self.cell, 1 / self.cell.membrane_time_constant
        total = leak + self.inhibition + conductance
        if total <= 0:
            return -np.inf
        current = (
            leak * cell.leak_potential
            + self.inhibition * cell.inhibitory_reversal_potential
            + conductance * cell.excitatory_reversal_potential
        )
        return float(self.coordinate(current / total))

    def inhibitory_weight(self, x: float | Array) -> Array:
        """How much excitatory conductance makes the current of an inhibitory one, (V_I - v)/(V_E - v)."""
        cell, v = self.cell, self.potential(x)
        return np.asarray((cell.inhibitory_reversal_potential - v) / (cell.excitatory_reversal_potential - v))

    def diffusion(self, x: float | Array, drive: Drive) -> Array:
        """Diffusion (1/s^3) of g by small jumps, those of the inhibitory conductance included."""
        return drive.diffusion + drive.inhibitory_diffusion * self.inhibitory_weight(x) ** 2


@dataclass(frozen=True)
class Mesh:
    """Edges of the cells: layers of x, rows of y.

    Attributes
    ----------
    layer_edges : ndarray, shape (layers + 1,)
        x; the last is 0, the threshold.
    row_edges : ndarray, shape (rows + 1,)
        y, 1/s; 0 is one of them.
    reset_layer : int
        The layer that begins at the reset potential.
    """

    layer_edges: Array
    row_edges: Array
    reset_layer: int

    @classmethod
    def of(cls, plane: Plane, drive: Drive, resolution: tuple[float, float]) -> Mesh:
        """Cells that resolve the density of a cell: `resolution` layers and rows a SD of x and g."""
        tau_s = plane.cell.synaptic_time_constant
        mean = drive.mean(tau_s)
        small_sd = np.sqrt(tau_s * float(plane.diffusion(0.0, drive)))
        sd = np.sqrt(small_sd**2 + tau_s / 2 * float(drive.jump_rate @ drive.jump**2))
        lowest = max(mean - REACH * sd, -REACH * small_sd)
        relaxation = plane.relaxation_rate(mean)
        # SD of x, and how far it moves before a conductance has decayed: so thick are the layers at threshold
        # and reset in which the distribution of conductances is another one.
        spread, boundary_layer = sd / np.sqrt(relaxation * (relaxation + 1 / tau_s)), sd * tau_s
        reset = float(plane.coordinate(plane.cell.reset_potential))
        bottom = min(max(plane.held(lowest), plane.held(mean) - REACH * spread), reset)
        edges, reset_layer = _layers(bottom, reset, spread, boundary_layer, resolution[0])
        held = [float(plane.holding_conductance(x)) for x in (bottom, reset, 0.0)]
        # Where jumps are rare, most cells have hardly any conductance, and fall with the speeds -g*.
        finest = min(sd, max(held[2] - held[1], small_sd))
        highest = mean + REACH * sd + drive.largest_jump() - held[0]
        return cls(edges, _rows(lowest - held[2], highest, finest, resolution[1]), reset_layer)

    @property
    def thickness(self) -> Array:
        """Of the layers."""
        return np.diff(self.layer_edges)

    @property
    def layers(self) -> Array:
        """Centre x of every layer."""
        return (self.layer_edges[1:] + self.layer_edges[:-1]) / 2

    @property
    def width(self) -> Array:
        """Of the rows, 1/s."""
        return np.diff(self.row_edges)

    @property
    def rows(self) -> Array:
        """Centre y of every row, 1/s."""
        return (self.row_edges[1:] + self.row_edges[:-1]) / 2

    @property
    def falling(self) -> int:
        """Number of rows in which x falls; they are the first."""
        return int((self.rows < 0).sum())


def _layers(
    bottom: float, reset: float, spread: float, boundary_layer: float, resolution: float
) -> tuple[Array, int]:
    """Edges from `bottom` to 0, one of them at the reset, and the number of layers below that."""

    def graded(start: float, end: float) -> Array:
        x = np.linspace(start, end, INTEGRATION_POINTS)
        from_boundary = np.minimum(np.abs(x), np.abs(x - reset))
        thickness = np.minimum(spread, boundary_layer + THICKENING * from_boundary) / resolution
        number = cumulative_trapezoid(1 / thickness, x, initial=0.0)
        wanted = min(int(np.ceil(number[-1])), MOST_LAYERS)
        return np.interp(np.linspace(0.0, number[-1], wanted + 1), number, x)

    below = graded(bottom, reset) if bottom < reset else np.array([reset])
    return np.concatenate([below, graded(reset, 0.0)[1:]]), below.size - 1


def _rows(lowest: float, highest: float, scale: float, resolution: float) -> Array:
    """Edges from `lowest` to `highest`: equal rows around 0, wider and wider ones above."""
    lowest = min(lowest, -EQUAL_TO * scale)
    step = max(scale / resolution, (EQUAL_TO * scale - lowest) / MOST_ROWS)
    equal = step * np.arange(np.floor(lowest / step), np.ceil(EQUAL_TO * scale / step) + 1)
    ratio = 1 + GROWTH / resolution
    missing = max(highest - equal[-1], 0.0) / step
    number = int(np.ceil(np.log1p(missing * (ratio - 1) / ratio) / np.log(ratio)))
    return np.concatenate([equal, equal[-1] + step * np.cumsum(ratio ** np.arange(1, number + 1))])

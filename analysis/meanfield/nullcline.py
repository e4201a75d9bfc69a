"""The curve on which the inhibitory population is self-consistent, traced whatever its shape.

Where inhibition is strong, inhibitory cells may have several rates at one rate of the excitatory ones, so
the curve is neither a function of r_E nor of r_I. It is taken as the contour of r_I^out - r_I = 0 on a grid,
whose vertices are then moved along their grid lines onto the curve itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.errors import CortexnetError

RateFunction = Callable[[Array, Array], Array]

#: Rate (Hz) below which the grid is linear, and above which it is logarithmic.
LINEAR_BELOW = 0.01
GRID_POINTS = 130
BISECTIONS = 50
#: Residual (Hz) below which a point is on the curve although no sign changes beside it.
NEGLIGIBLE = 1e-9


class ConvergenceError(CortexnetError, ArithmeticError):
    """A fixed point is bracketed but cannot be found to the required precision.

    Attributes
    ----------
    residual : float
        |r^out - r| at the best point, Hz.
    """

    exit_status = 1

    def __init__(self, message: str, residual: float) -> None:
        super().__init__(f"{message}: residual {residual:.3g} Hz")
        self.residual = residual


def to_scale(rate: ArrayLike) -> Array:
    """Coordinate u = log(1 + r / LINEAR_BELOW) of the grid."""
    return np.asarray(np.log1p(np.asarray(rate, dtype=np.float64) / LINEAR_BELOW))


def from_scale(coordinate: ArrayLike) -> Array:
    """Rate (Hz) of a coordinate of the grid; negative ones are clipped to 0."""
    return np.asarray(LINEAR_BELOW * np.expm1(np.maximum(coordinate, 0.0)))


class Nullcline:
    """One connected piece of the curve r_I^out(r_E, r_I) = r_I.

    `at(s)` gives the point of a parameter s in [0, n - 1]; whole numbers are the n vertices.
    """

    def __init__(self, inhibitory_rate: RateFunction, vertices: Array, spacing: float) -> None:
        self._inhibitory_rate = inhibitory_rate
        self._spacing = spacing
        self.vertices = vertices

    @classmethod
    def trace(cls, inhibitory_rate: RateFunction, largest_rate: float) -> list[Self]:
        """All pieces with 0 <= r_E, r_I <= largest_rate (Hz)."""
        spacing = float(to_scale(largest_rate)) / (GRID_POINTS - 1)
        # The inhibitory axis starts below 0, so that silence of these cells lies within the grid.
        inhibitory = np.arange(-1, GRID_POINTS, dtype=np.float64)
        excitatory = inhibitory[1:]
        excess = _excess(inhibitory_rate, spacing * excitatory[None], spacing * inhibitory[:, None])
        lines = contour_generator(excitatory, inhibitory, excess, line_type=LineType.Separate).lines(0.0)
        return [
            cls(inhibitory_rate, _polished(inhibitory_rate, np.asarray(line), spacing), spacing)
            for line in lines
        ]

    def rates(self) -> tuple[Array, Array]:
        """(r_E, r_I) of the vertices, Hz."""
        return from_scale(self.vertices[:, 0]), from_scale(self.vertices[:, 1])

    def at(self, parameter: float) -> tuple[float, float]:
        """(r_E, r_I) of a point of the curve, found at right angles to the chord between two vertices.

        Raises
        ------
        ConvergenceError
            If the curve is not near its chord.
        """
        start = int(parameter)
        if parameter == start:
            return _as_rates(self.vertices[start])
        first, last = self.vertices[start], self.vertices[start + 1]
        chord = last - first
        foot = first + (parameter - start) * chord
        length = np.hypot(*chord)
        if length == 0:
            return _as_rates(first)
        normal = self._spacing * np.array([-chord[1], chord[0]]) / length

        def excess(offset: float) -> float:
            return float(_excess(self._inhibitory_rate, *(foot + offset * normal)))

        for reach in (0.001, 0.01, 0.1, 1.0):
            if np.sign(excess(-reach)) != np.sign(excess(reach)):
                return _as_rates(foot + brentq(excess, -reach, reach, xtol=1e-13) * normal)
        excitatory, inhibitory = _as_rates(foot)
        if abs(excess(0.0)) < NEGLIGIBLE:
            return excitatory, inhibitory
        raise ConvergenceError(
            f"self-consistent inhibitory rate lost near r_E = {excitatory:.4g} Hz, r_I = {inhibitory:.4g} Hz",
            abs(excess(0.0)),
        )


def _excess(inhibitory_rate: RateFunction, excitatory: Array, inhibitory: Array) -> Array:
    """r_I^out - r_I in coordinates of the grid, continued to r_I < 0."""
    output = inhibitory_rate(from_scale(excitatory), from_scale(inhibitory))
    return np.asarray(output - np.where(inhibitory > 0, from_scale(inhibitory), LINEAR_BELOW * inhibitory))


def _as_rates(point: Array) -> tuple[float, float]:
    excitatory, inhibitory = from_scale(point)
    return float(excitatory), float(inhibitory)


def _polished(inhibitory_rate: RateFunction, line: Array, spacing: float) -> Array:
    """Bisect every vertex of a contour, in units of the grid, along the grid line that it lies on."""
    nearest = np.rint(line)
    offset = np.abs(line - nearest)
    along_excitatory = offset[:, 0] > offset[:, 1]
    along = np.stack([along_excitatory, ~along_excitatory], axis=1)
    low = spacing * np.where(along, np.floor(line), nearest)
    high = low + spacing * along
    rising = _excess(inhibitory_rate, *high.T) > _excess(inhibitory_rate, *low.T)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        beyond = (_excess(inhibitory_rate, *middle.T) > 0) == rising
        high = np.where(beyond[:, None], middle, high)
        low = np.where(beyond[:, None], low, middle)
    return np.asarray((low + high) / 2)

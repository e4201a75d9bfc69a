"""The plane of the two rates under tau_e dr/dt = r^out(r) - r: flow, excitatory nullcline, separatrix.

With the effective membrane time constants in place of tau these are the dynamics by which the states of
`fixed_points` are called stable. They are a caricature of the network's, but nullclines and states are the
same. What separates the silent state from the low one is the stable manifold of the saddle between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from contourpy import LineType, contour_generator
from scipy.integrate import solve_ivp

from cortexnet.analysis.meanfield.fixed_points import FixedPoint
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.stability import jacobian
from cortexnet.analysis.meanfield.theory import MeanFieldTheory

GRID_POINTS = 50
#: Relative distance from the saddle at which its manifold is left.
FIRST_STEP = 1e-3
#: Time (s) over which the manifold is followed.
DURATION = 0.5


@dataclass(frozen=True)
class PhasePlane:
    """A part of the plane of the rates of one theory.

    Attributes
    ----------
    theory : MeanFieldTheory
    smallest_rate, largest_excitatory, largest_inhibitory : float
        Hz; the part is a square on the scale log(1 + r/smallest_rate).
    """

    theory: MeanFieldTheory
    smallest_rate: float
    largest_excitatory: float
    largest_inhibitory: float

    def grid(self, points: int) -> tuple[Array, Array]:
        """Rates (Hz) of E and of I, each of shape (points,), evenly spaced on the scale from 0 on."""
        return tuple(  # type: ignore[return-value]
            self.smallest_rate * np.expm1(np.linspace(0, np.log1p(largest / self.smallest_rate), points))
            for largest in (self.largest_excitatory, self.largest_inhibitory)
        )

    def excitatory_nullcline(self) -> list[tuple[Array, Array]]:
        """Pieces of the curve r_E^out = r_E > 0: pairs of arrays r_E, r_I (Hz), to a hundredth or so."""
        excitatory, inhibitory = self.grid(GRID_POINTS)
        excitatory = excitatory[1:]
        output = self.theory.excitatory_rate(excitatory[None], inhibitory[:, None])
        excess = (output - excitatory) / (output + excitatory)
        columns, rows = np.arange(len(excitatory)), np.arange(len(inhibitory))
        lines = contour_generator(columns, rows, excess, line_type=LineType.Separate).lines(0.0)
        return [
            (np.interp(x, columns, excitatory), np.interp(y, rows, inhibitory))
            for x, y in (np.asarray(line).T for line in lines)
        ]

    def flow(self, points: int) -> tuple[Array, Array, Array, Array]:
        """Direction of dr/dt on the scale, at unit length: r_E, r_I (Hz), and both components (points^2)."""
        excitatory, inhibitory = (rates.ravel() for rates in np.meshgrid(*self.grid(points)))
        extent = np.log1p(np.array([self.largest_excitatory, self.largest_inhibitory]) / self.smallest_rate)
        rates = np.array([excitatory, inhibitory])
        slopes = self.velocity(rates) / (rates + self.smallest_rate) / extent[:, None]
        slopes /= np.maximum(np.hypot(*slopes), np.finfo(float).tiny)
        return excitatory, inhibitory, slopes[0], slopes[1]

    def separatrix(self, saddle: FixedPoint) -> list[tuple[Array, Array]]:
        """Both halves of the stable manifold of a saddle, followed back in time: arrays r_E, r_I (Hz).

        Empty for a state that is unstable in all directions.
        """
        rates = np.array([saddle.rate_excitatory, saddle.rate_inhibitory])
        matrix = jacobian(self.theory.excitatory_rate, self.theory.inhibitory_rate, *rates)
        taus = np.array(self.theory.time_constants(*rates))
        values, vectors = np.linalg.eig((matrix - np.eye(2)) / taus[:, None])
        if np.iscomplexobj(values) or values.min() > 0:
            return []
        step = FIRST_STEP * vectors[:, values.argmin()] * rates.max()
        return [self._followed_back(rates + sign * step) for sign in (-1, 1)]

    def velocity(self, rates: Array) -> Array:
        """dr/dt (Hz/s) at `rates` (Hz), whose first axis is E, I."""
        rates = np.clip(rates, 0.0, self.theory.largest_rate)
        output = np.array([self.theory.excitatory_rate(*rates), self.theory.inhibitory_rate(*rates)])
        taus = [self.theory.time_constants(*pair) for pair in rates.reshape(2, -1).T]
        return np.asarray((output - rates) / np.array(taus).T.reshape(rates.shape))

    def _followed_back(self, start: Array) -> tuple[Array, Array]:
        def leaves(_: float, rates: Array) -> float:
            largest = np.array([self.largest_excitatory, self.largest_inhibitory])
            return float(min(rates.min() + 1e-9, (largest - rates).min()))

        leaves.terminal = True  # type: ignore[attr-defined]
        path = solve_ivp(
            lambda _, rates: -self.velocity(rates),
            (0.0, DURATION),
            np.maximum(start, 0.0),
            events=leaves,
            method="LSODA",
            rtol=1e-5,
            atol=1e-6,
        )
        return path.y[0], path.y[1]

"""All self-consistent states of a mean-field theory, equation [19], with their stability.

On the curve where the inhibitory population is self-consistent the excitatory one leaves a single condition,
r_E^out - r_E = 0. Its sign changes between neighbouring vertices bracket fixed points, and so do its extrema
that reach beyond zero between vertices: pairs of states that are about to merge. Every bracket is refined by
Brent's method; what is not a zero in the end is an error, never a result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from cortexnet.analysis.meanfield.nullcline import ConvergenceError, Nullcline, RateFunction
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.stability import eigenvalues, jacobian

#: Rates (Hz) below which a state counts as silent.
SILENT_BELOW = 1e-3
#: From this rate (Hz) of the excitatory cells on, a stable state is `high`: tens to hundreds of Hz.
HIGH_FROM = 10.0
#: Largest |r^out - r|, relative to the rate or to 1 Hz.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class FixedPoint:
    """A self-consistent state.

    Attributes
    ----------
    rate_excitatory, rate_inhibitory : float
        Hz.
    branch : str
        `silent`, `low`, `unstable` or `high`.
    eigenvalues : pair of complex
        Of diag(1/tau_e) (J - 1), 1/s, the one with the larger real part first.
    rate_excitatory_error, rate_inhibitory_error : float
        Standard errors, Hz, of a theory that samples; 0 of others.
    """

    rate_excitatory: float
    rate_inhibitory: float
    branch: str
    eigenvalues: tuple[complex, complex]
    rate_excitatory_error: float = 0.0
    rate_inhibitory_error: float = 0.0

    @property
    def stable(self) -> bool:
        """Whether all eigenvalues have negative real parts."""
        return self.eigenvalues[0].real < 0


def fixed_points(
    excitatory_rate: RateFunction,
    inhibitory_rate: RateFunction,
    time_constants: Callable[[float, float], tuple[float, float]],
    largest_rate: float,
) -> list[FixedPoint]:
    """All solutions of r_X^out(r_E, r_I) = r_X with rates up to `largest_rate`, by ascending r_E.

    Parameters
    ----------
    excitatory_rate, inhibitory_rate : callable
        Output rates (Hz) as functions of arrays r_E and r_I (Hz) that broadcast.
    time_constants : callable
        tau_e (s) of both populations as a function of r_E and r_I.
    largest_rate : float
        Hz.

    Returns
    -------
    list of FixedPoint
        The silent state, which is always one, first; below 1 mHz no other is looked for. Up to two states
        between neighbouring vertices, 9 % apart, are told apart; one that only touches is not found.

    Raises
    ------
    ConvergenceError
        If a bracketed state cannot be refined, for instance because an output rate is discontinuous.
    """

    def describe(excitatory: float, inhibitory: float) -> FixedPoint:
        matrix = jacobian(excitatory_rate, inhibitory_rate, excitatory, inhibitory)
        values = eigenvalues(matrix, time_constants(excitatory, inhibitory))
        return FixedPoint(excitatory, inhibitory, _branch(excitatory, values[0].real < 0), values)

    found = [
        _verified(excitatory_rate, inhibitory_rate, *point)
        for curve in Nullcline.trace(inhibitory_rate, largest_rate)
        for point in _zeros_along(curve, excitatory_rate)
    ]
    return [describe(0.0, 0.0), *(describe(*point) for point in sorted(found))]


def _branch(excitatory: float, stable: bool) -> str:
    if excitatory == 0.0:
        return "silent"
    if not stable:
        return "unstable"
    return "high" if excitatory >= HIGH_FROM else "low"


def _zeros_along(curve: Nullcline, excitatory_rate: RateFunction) -> Iterator[tuple[float, float]]:
    """Points of a piece of the inhibitory nullcline at which excitatory cells are self-consistent, too."""

    def excess(parameter: float) -> float:
        excitatory, inhibitory = curve.at(parameter)
        return float(excitatory_rate(np.asarray(excitatory), np.asarray(inhibitory))) - excitatory

    excitatory, inhibitory = curve.rates()
    values = np.where(
        excitatory >= SILENT_BELOW, excitatory_rate(excitatory, inhibitory) - excitatory, np.nan
    )
    yield from (curve.at(zero) for zero in np.flatnonzero(values == 0))
    for left, right in (*_sign_changes(values), *_crossed_extrema(values, excess)):
        yield curve.at(brentq(excess, left, right, xtol=1e-12))


def _sign_changes(values: Array) -> list[tuple[float, float]]:
    """Pairs of neighbouring vertices between which the sign changes."""
    return [(float(k), float(k + 1)) for k in np.flatnonzero(values[:-1] * values[1:] < 0)]


def _crossed_extrema(values: Array, excess: Callable[[float], float]) -> Iterator[tuple[float, float]]:
    """Both sides of every extremum between vertices that lies beyond zero although no vertex does."""
    nearer_zero = np.abs(values[1:-1]) < np.minimum(np.abs(values[:-2]), np.abs(values[2:]))
    one_sign = np.abs(np.sign(values[:-2]) + np.sign(values[1:-1]) + np.sign(values[2:])) == 3
    for k in 1 + np.flatnonzero(nearer_zero & one_sign):
        sign = np.sign(values[k])
        extremum = minimize_scalar(
            lambda parameter, sign=sign: sign * excess(parameter),
            bounds=(k - 1, k + 1),
            method="bounded",
            options={"xatol": 1e-6},
        )
        if extremum.fun < 0:
            yield float(k - 1), float(extremum.x)
            yield float(extremum.x), float(k + 1)


def _verified(
    excitatory_rate: RateFunction, inhibitory_rate: RateFunction, excitatory: float, inhibitory: float
) -> tuple[float, float]:
    """Return the point, or raise a `ConvergenceError` where it is not a zero."""
    rates = np.array([excitatory, inhibitory])
    output = np.array([float(rate(*rates[:, None])[0]) for rate in (excitatory_rate, inhibitory_rate)])
    residual = np.abs(output - rates)
    if (residual > TOLERANCE * np.maximum(rates, 1.0)).any():
        raise ConvergenceError(
            f"no convergence near r_E = {excitatory:.6g} Hz, r_I = {inhibitory:.6g} Hz", float(residual.max())
        )
    return excitatory, inhibitory

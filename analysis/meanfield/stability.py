"""Linear response of the rates around a state: Jacobian, eigenvalues, amplification of errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from cortexnet.analysis.meanfield.quadrature import Array

if TYPE_CHECKING:
    from cortexnet.analysis.meanfield.nullcline import RateFunction
    from cortexnet.analysis.meanfield.theory import MeanFieldTheory

#: Relative step, and step (Hz) below 1 Hz, of the derivatives.
DERIVATIVE_STEP = 1e-4


def jacobian(
    excitatory_rate: RateFunction, inhibitory_rate: RateFunction, excitatory: float, inhibitory: float
) -> Array:
    """Differentiate the output rates (rows E, I) by the input rates (columns E, I): shape (2, 2)."""
    return np.array(
        [_gradient(output, excitatory, inhibitory) for output in (excitatory_rate, inhibitory_rate)]
    )


def eigenvalues(matrix: Array, time_constants: tuple[float, float]) -> tuple[complex, complex]:
    """Eigenvalues (1/s) of diag(1/tau_e) (J - 1), that with the larger real part first.

    Parameters
    ----------
    matrix : ndarray, shape (2, 2)
        J, as `jacobian` gives it.
    time_constants : pair of float
        tau_e of excitatory and inhibitory cells, s.
    """
    rates_of_change = (matrix - np.eye(2)) / np.array(time_constants)[:, None]
    first, second = sorted(np.linalg.eigvals(rates_of_change), key=lambda value: (-value.real, -value.imag))
    return complex(first), complex(second)


def nullcline_slope(theory: MeanFieldTheory, rate_excitatory: float, rate_inhibitory: float) -> float:
    """Slope d r_E^out/d r_E along the inhibitory nullcline.

    It amplifies: an error of r_E^out moves the state by 1/(1 - slope) of it.

    Parameters
    ----------
    theory : MeanFieldTheory
    rate_excitatory, rate_inhibitory : float
        A state, Hz.
    """
    (ee, ei), (ie, ii) = jacobian(
        theory.excitatory_rate, theory.inhibitory_rate, rate_excitatory, rate_inhibitory
    )
    return float(ee + ei * ie / (1 - ii))


def propagated_errors(matrix: Array, errors: Array) -> Array:
    """Turn independent errors of the output rates into those of the state by (1 - J)^-1, all in Hz."""
    return np.asarray(np.sqrt(np.linalg.inv(np.eye(2) - matrix) ** 2 @ errors**2))


def _gradient(output: RateFunction, excitatory: float, inhibitory: float) -> tuple[float, float]:
    """Differentiate by central differences, one-sided where a rate would become negative."""

    def slope(at: float, along: Callable[[Array], Array]) -> float:
        step = DERIVATIVE_STEP * max(at, 1.0)
        ends = np.array([max(at - step, 0.0), at + step])
        low, high = along(ends)
        return float((high - low) / (ends[1] - ends[0]))

    return (
        slope(excitatory, lambda ends: output(ends, np.full(2, inhibitory))),
        slope(inhibitory, lambda ends: output(np.full(2, excitatory), ends)),
    )

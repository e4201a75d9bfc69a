r"""The membrane potential in the coordinate in which excitation is additive, and its threshold crossings.

In a cell with excitatory reversal potential V_E and mean V0, the coordinate

    x = log((V_E - V0)/(V_E - v))

obeys, to first order in x in the leak and in the inhibition but with no approximation of the excitation,

    dx/dt = -x/tau_e + (g_E - g_E0) - (g_I - g_I0) (V0 - V_I)/(V_E - V0).

The driving force V_E - v has gone into the coordinate. Wherever x is, a jump G of the conductance adds
G k(t),

    k(t) = (exp(-t/tau_e) - exp(-t/tau_g))/(1/tau_g - 1/tau_e).

Coloured noise makes x(t) differentiable, so a moving threshold theta(t) has a finite rate of upward
crossings,

    nu(theta, theta') = p(theta) E[max(x' - theta', 0)],    Var(x') = Var(x)/(tau_e tau_g),

x' being independent of x at the same time. Sources: Rice (1945), Bell Syst. Tech. J. 24, 46; for neurons
Badel (2011), Phys. Rev. E 84, 041919.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import exprel, ndtr

from cortexnet.analysis.meanfield.ornstein_uhlenbeck import HALF_ALPHA, SMALLEST_SD, ThresholdProcess
from cortexnet.analysis.meanfield.quadrature import Array, panels
from cortexnet.analysis.meanfield.working_point import WorkingPoint

_TIME_PANELS = 12
_TIME_ORDER = 5


@dataclass(frozen=True)
class LogVoltage:
    """The free membrane potential at a working point, in x; all arrays have the shape of the rates.

    Attributes
    ----------
    mean, sd : ndarray
        Of x. The mean is not 0: that of v is V0 + `multiplicative_shift`, to first order in the noise.
    white_sd : ndarray
        SD as if the noise were white.
    threshold, reset : ndarray
        In x.
    time_constant : ndarray
        tau_e, s.
    synaptic_time_constant : float
        tau_g, s.
    """

    mean: Array
    sd: Array
    white_sd: Array
    threshold: Array
    reset: Array
    time_constant: Array
    synaptic_time_constant: float

    @classmethod
    def at(cls, point: WorkingPoint) -> Self:
        """Change the coordinate at a working point."""
        cell = point.cell
        driving_force = cell.excitatory_reversal_potential - point.mean
        sd = np.maximum(point.sd / driving_force, SMALLEST_SD)
        return cls(
            mean=point.multiplicative_shift / driving_force + sd**2 / 2,
            sd=sd,
            white_sd=point.white_sd / driving_force,
            threshold=np.log(driving_force / (cell.excitatory_reversal_potential - cell.threshold_potential)),
            reset=np.log(driving_force / (cell.excitatory_reversal_potential - cell.reset_potential)),
            time_constant=point.time_constant,
            synaptic_time_constant=cell.synaptic_time_constant,
        )

    def shifted_process(self) -> ThresholdProcess:
        """Process of [18] in x: white noise, and the shift for its colour; not refractory."""
        shift = HALF_ALPHA * np.sqrt(self.synaptic_time_constant / self.time_constant)
        return self._process(self.white_sd, shift)

    def observed_process(self) -> ThresholdProcess:
        """Process of [17] in x with the SD that coloured noise has, for the density; not refractory."""
        return self._process(self.sd, np.zeros_like(self.mean))

    def crossings(self) -> Array:
        """Rate (Hz) at which the free x crosses the threshold upwards."""
        return upward_crossings(self.threshold - self.mean, np.zeros(()), self.sd, self._velocity_sd)

    def added_crossings(self, jump: Array) -> Array:
        """Upward crossings that one EPSP adds: int_0^inf [nu(theta - G k, -G k') - nu(theta, 0)] dt.

        Parameters
        ----------
        jump : ndarray
            Jump G of the conductance, 1/s, of a shape that broadcasts with that of the working point.

        Returns
        -------
        ndarray
            A mean number, shaped like the two together.
        """
        tau_e, tau_g = self.time_constant, self.synaptic_time_constant
        fastest, slowest = np.minimum(tau_e, tau_g), np.maximum(tau_e, tau_g)
        edges = np.geomspace(0.1 * fastest, 12 * slowest, _TIME_PANELS, axis=-1)
        time, weight = panels(np.concatenate([np.zeros_like(edges[..., :1]), edges], axis=-1), _TIME_ORDER)
        kernel, slope = conductance_kernel(time, tau_e[..., None], tau_g)
        with_epsp = upward_crossings(
            (self.threshold - self.mean)[..., None] - jump[..., None] * kernel,
            -jump[..., None] * slope,
            self.sd[..., None],
            self._velocity_sd[..., None],
        )
        return np.asarray((weight * (with_epsp - self.crossings()[..., None])).sum(-1))

    @property
    def _velocity_sd(self) -> Array:
        return np.asarray(self.sd / np.sqrt(self.time_constant * self.synaptic_time_constant))

    def _process(self, sd: Array, boundary_shift: Array) -> ThresholdProcess:
        return ThresholdProcess(
            mean=self.mean,
            sd=sd,
            time_constant=self.time_constant,
            threshold=self.threshold,
            reset=self.reset,
            boundary_shift=boundary_shift,
            refractory_period=0.0,
        )


def conductance_kernel(time: Array, tau_e: Array, tau_g: float) -> tuple[Array, Array]:
    """Response of x to a unit jump of conductance: k (s) and its slope k' (dimensionless)."""
    slower = np.maximum(tau_e, tau_g)
    with np.errstate(under="ignore"):
        kernel = time * np.exp(-time / slower) * exprel(-time * np.abs(1 / tau_g - 1 / tau_e))
        return np.asarray(kernel), np.asarray(np.exp(-time / tau_g) - kernel / tau_e)


def upward_crossings(distance: Array, climb: Array, sd: Array, velocity_sd: Array) -> Array:
    """Rice's rate (Hz) for a threshold `distance` above the mean that moves up with `climb` a second."""
    z = climb / velocity_sd
    with np.errstate(under="ignore"):
        upward = velocity_sd * (np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - z * ndtr(-z))
        return np.asarray(np.exp(-((distance / sd) ** 2) / 2) / (np.sqrt(2 * np.pi) * sd) * upward)

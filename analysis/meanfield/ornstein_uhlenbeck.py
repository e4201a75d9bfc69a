r"""An Ornstein-Uhlenbeck process with threshold and reset: its firing rate [18] and its density [17].

With s(v) = (v - mean)/(sqrt(2) sd) and s1, s2 its values at reset and threshold, both raised by delta,

    1/r  = tau_ref + tau sqrt(pi) int_{s1}^{s2} exp(s^2) (1 + erf s) ds
    P(v) = N exp(-s(v)^2) int_{s(v), or s1 below the reset}^{s2} exp(u^2) du

Sources: Siegert (1951), Phys. Rev. 81, 617; Brunel & Hakim (1999), Neural Comput. 11, 1621. The shift for
noise of a correlation time tau_g, delta = (alpha/2) sqrt(tau_g/tau) with alpha = sqrt(2) |zeta(1/2)|, is of
Fourcaud & Brunel (2002), Neural Comput. 14, 2057, and so is the density with it: the Gaussian factor is not
shifted, so that the density ends above 0 at the threshold and jumps by as much at the reset. Its integral up
to threshold then misses 1 - r tau_ref by order tau_g/tau; N is chosen so that it does not.

Exact for white noise; with coloured noise valid to order sqrt(tau_g/tau).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.interpolate import CubicHermiteSpline
from scipy.special import dawsn, erfcx

from cortexnet.analysis.meanfield.quadrature import Array, geometric_edges, panels

#: alpha/2 = |zeta(1/2)|/sqrt(2).
HALF_ALPHA = 1.4603545088095868 / np.sqrt(2)

#: Smaller standard deviations act like this one, that is like no noise: 1e-9 mV for voltages in V.
SMALLEST_SD = 1e-12

#: Table of an integral over log(1 + x): its end, its points, and the order of quadrature between them.
_TABLE_END, _TABLE_POINTS, _TABLE_ORDER = 18.0, 9001, 5
_MESH_ORDER = 8
_LAYER_PANELS = 12


@dataclass(frozen=True)
class ThresholdProcess:
    """Ornstein-Uhlenbeck process between reset and threshold; arrays of one shape, SI units.

    Attributes
    ----------
    mean, sd : ndarray
        Of the process without threshold.
    time_constant : ndarray
        s.
    threshold, reset : ndarray
        In the unit of `mean`.
    boundary_shift : ndarray
        delta, by which both boundaries move up in units of sqrt(2) sd; 0 for white noise.
    refractory_period : float
        s.
    """

    mean: Array
    sd: Array
    time_constant: Array
    threshold: Array
    reset: Array
    boundary_shift: Array
    refractory_period: float

    def rate(self) -> Array:
        """Return the firing rate in Hz, [18]; without noise that of the deterministic integrator."""
        integral = _siegert_integral(self._boundary(self.reset), self._boundary(self.threshold))
        return np.asarray(1 / (self.refractory_period + self.time_constant * np.sqrt(np.pi) * integral))

    def mesh(self, *kinks: Array) -> tuple[Array, Array]:
        """Nodes and weights (..., n) for integrals over the density up to threshold.

        The panels resolve the Gaussian and the layers at both boundaries; each of `kinks`, shaped like
        `mean`, is made an edge.
        """
        bottom = np.minimum(self.mean, self.reset) - 7 * self._spread
        edges = np.concatenate(
            [
                self.mean[..., None] + self._spread[..., None] * np.linspace(-7, 7, 15),
                geometric_edges(bottom, self.reset, _LAYER_PANELS),
                geometric_edges(self.threshold, self.reset, _LAYER_PANELS),
                geometric_edges(self.reset, self.threshold, _LAYER_PANELS),
                *(kink[..., None] for kink in kinks),
            ],
            axis=-1,
        )
        edges = np.clip(edges, bottom[..., None], self.threshold[..., None])
        return panels(np.sort(edges, axis=-1), _MESH_ORDER)

    def density(self, value: Array) -> Array:
        """Stationary density (..., n) at values (..., n), [17]: integral 1 - r tau_ref, 0 above threshold."""
        nodes, weights = self.mesh()
        integral = (weights * self._shape(nodes)).sum(-1)
        scale = (1 - self.rate() * self.refractory_period) / integral
        threshold = self.threshold[..., None]
        shape = np.where(value <= threshold, self._shape(np.minimum(value, threshold)), 0.0)
        return np.asarray(scale[..., None] * shape)

    @property
    def _spread(self) -> Array:
        return np.asarray(np.sqrt(2) * np.maximum(self.sd, SMALLEST_SD))

    def _standardised(self, value: Array) -> Array:
        return (value - self.mean) / self._spread

    def _boundary(self, value: Array) -> Array:
        """s1 or s2: the standardised value, raised by delta."""
        return self._standardised(value) + self.boundary_shift

    def _shape(self, value: Array) -> Array:
        """Density but for a factor: exp(-s^2) times an integral of exp(u^2), by Dawson's function."""
        s = (value - self.mean[..., None]) / self._spread[..., None]
        upper = self._boundary(self.threshold)[..., None]
        lower = np.where(value < self.reset[..., None], self._boundary(self.reset)[..., None], s)
        # The largest exponent is taken out, so that nothing overflows and not everything underflows.
        highest = np.minimum(self._standardised(self.threshold), 0)[..., None]
        exponent = -(s**2) - np.maximum(-(highest**2), -(upper**2))
        with np.errstate(under="ignore"):
            above = np.exp(exponent) * dawsn(upper)
            below = np.exp(lower**2 - upper**2 + exponent) * dawsn(lower)
        return np.asarray(np.maximum(above - below, 0.0))


def _siegert_integral(lower: Array, upper: Array) -> Array:
    """Integral of exp(s^2) (1 + erf s) from `lower` to `upper`, infinite where it overflows.

    For s < 0 the integrand is erfcx(-s), for s > 0 it is 2 exp(s^2) - erfcx(s); the integral of exp(s^2) is
    exp(s^2) times Dawson's function. So no sign of the limits loses digits.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        growing = 2 * (_exponential_integral(upper) - _exponential_integral(lower))
        integral = growing + _erfcx_integral(np.abs(lower)) - _erfcx_integral(np.abs(upper))
    return np.where(np.isnan(integral), np.inf, integral)


def _exponential_integral(y: Array) -> Array:
    """Integral of exp(s^2) from 0 to max(y, 0)."""
    positive = np.maximum(y, 0.0)
    return np.asarray(np.exp(positive**2) * dawsn(positive))


def _erfcx_integral(x: Array) -> Array:
    """Integral of exp(s^2) erfc(s) from 0 to x >= 0, beyond the table by its asymptote log(x)/sqrt(pi)."""
    end = np.expm1(_TABLE_END)
    beyond = np.log(np.maximum(x / end, 1.0)) / np.sqrt(np.pi)
    return np.asarray(_erfcx_table()(np.log1p(np.minimum(x, end))) + beyond)


@cache
def _erfcx_table() -> CubicHermiteSpline:
    """Tabulate it over log(1 + x), exact to 1e-13; quadrature at every call costs 40 times that."""

    def integrand(logarithm: Array) -> Array:
        return np.asarray(np.exp(logarithm) * erfcx(np.expm1(logarithm)))

    edges = np.linspace(0.0, _TABLE_END, _TABLE_POINTS)
    nodes, weights = panels(np.stack([edges[:-1], edges[1:]], axis=-1), _TABLE_ORDER)
    integral = np.append(0.0, np.cumsum((weights * integrand(nodes)).sum(-1)))
    return CubicHermiteSpline(edges, integral, integrand(edges))

"""One connection whose presynaptic cell is always on: exact and linearised posteriors, and continuous limits.

Its weight is w = a (m - K/2), where m counts the synapses that push it upward: those with +a that are on, and
those with -a that are off. Of D data, n have the postsynaptic cell on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import expit, log_expit
from scipy.stats import binom

from cortexnet.analysis.gibbs.states import Array, normalised

#: Integrals over a Gaussian limit go this many prior standard deviations to both sides.
SPAN = 12.0


@dataclass(frozen=True)
class Connection:
    """K synapses of amplitudes +-a, K/2 of each sign, that saw n of D outputs on."""

    synapses: int
    amplitude: float
    data: int
    on: int

    @property
    def weight(self) -> Array:
        """The K + 1 weights, in order."""
        return np.asarray(self.amplitude * (np.arange(self.synapses + 1) - self.synapses / 2))

    def posterior(self) -> Array:
        """Law of the weight given the data, (K + 1,)."""
        m = np.arange(self.synapses + 1)
        return normalised(binom.logpmf(m, self.synapses, 0.5) + self._log_likelihood(self.weight))

    def linear(self) -> Array:
        """Law of the weight where synapses are redrawn one at a time by the linear conditional, (K + 1,).

        A synapse pushes upward with probability sigma(a (n - D sigma(w))): a chain of births and deaths,
        whose neighbouring states are in detailed balance.
        """
        m = np.arange(self.synapses + 1)
        log_odds = self.amplitude * (self.on - self.data * expit(self.weight))
        rise = np.log(self.synapses - m[:-1]) + log_expit(log_odds[:-1])
        fall = np.log(m[1:]) + log_expit(-log_odds[1:])
        return normalised(np.append(0.0, np.cumsum(rise - fall)))

    def mean_field(self) -> tuple[float, float]:
        """Mean and SD of the weight where all synapses are redrawn at once and the feedback is slow.

        The slow feedback q = n - D sigma(w) is taken at the mean weight (a K/2) tanh(a q/2); at a given q the
        synapses are independent, so the SD is nearly that of the prior, whatever the data.
        """
        half_range = self.amplitude * self.synapses / 2

        def mean(q: float) -> float:
            return float(half_range * np.tanh(self.amplitude * q / 2))

        def excess(q: float) -> float:
            return float(self.on - self.data * expit(mean(q)) - q)

        p = expit(self.amplitude * brentq(excess, -self.data, self.data, xtol=1e-13))
        sd = self.amplitude * np.sqrt(self.synapses * p * (1 - p))
        return float(half_range * (2 * p - 1)), float(sd)

    def gaussian_limit(self) -> tuple[float, float]:
        """Posterior mean and SD with the Gaussian prior of variance K a^2/4, the limit of many synapses."""
        span, mode = SPAN * self._prior_sd, self.gaussian_mode()

        def moment(power: int) -> float:
            def integrand(w: float) -> float:
                log_density = self._log_density(w) - self._log_density(mode)
                return float((w - mode) ** power * np.exp(log_density))

            return float(quad(integrand, -span, span, points=[mode], epsabs=1e-12, limit=200)[0])

        mass, first, second = moment(0), moment(1), moment(2)
        return mode + first / mass, float(np.sqrt(second / mass - (first / mass) ** 2))

    def gaussian_mode(self) -> float:
        """Most probable weight (MAP) with the Gaussian prior of `gaussian_limit`."""

        def slope(w: float) -> float:
            return float(self.on - self.data * expit(w) - w / self._prior_sd**2)

        bound = self.data * self._prior_sd**2
        return float(brentq(slope, -bound, bound, xtol=1e-13))

    @property
    def _prior_sd(self) -> float:
        return float(self.amplitude * np.sqrt(self.synapses) / 2)

    def _log_density(self, w: float) -> float:
        return float(self._log_likelihood(np.asarray(w)) - (w / self._prior_sd) ** 2 / 2)

    def _log_likelihood(self, w: Array) -> Array:
        return np.asarray(self.on * log_expit(w) + (self.data - self.on) * log_expit(-w))

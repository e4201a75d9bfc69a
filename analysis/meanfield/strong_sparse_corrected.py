r"""The strong-sparse theory without its errors and without its cut: [20]-[24] repaired.

Against [21] and [22] as printed (`repairs` shows what each step does to the rate):

1. A strong synapse releases with probability 1 - p, so P_g is weighted with it.
2. An EPSP is smaller in an active cell, and the smaller the nearer the voltage is to V_E: G k(t) in the
   coordinate x of `log_voltage`.
3. Strong inputs, too, depolarise the cell and shorten its time constant, and the mean of v is shifted by the
   noise being multiplicative.
4. Coloured noise has a smaller variance than the white noise of [17].
5. The membrane potential fluctuates while an EPSP lasts. What counts is whether v crosses the threshold at
   any time of it, not whether the peak would reach it from where v was: P_g becomes the mean number of upward
   crossings that the EPSP adds to those of its background.
6. There is no border between weak and strong. Add the synapses one after another by strength: the next finds
   all weaker ones as its background, and only they are taken as Gaussian. So every synapse is a strong one on
   the noise of the weaker, and the crossings of all together are the sum of what each adds,

       R = sum_g r_E (1 - p_g) P_g[background of all inputs weaker than g].

   A Gaussian with the moments of all inputs has R0 crossings. Hence R - R0 is what Gaussian theory misses:

       r_E^out = J_E + R - R0    in place of    J + r_E sum_{g in S} P_g,    [22], [23]

   with J_E of [18] in the coordinate x. The dead time enters as r/(1 + r tau_ref). Where R < R0, in cells
   whose mean is near threshold, strong synapses add nothing and the theory is Gaussian.

Inhibitory cells, whose EPSPs are all alike and below 2 mV, stay with [24].

There is no free parameter. A `cut` makes all synapses below it Gaussian from the start, which saves time: up
to 4 mV it changes nothing in the published network (`cut_scan`), because cells with nothing but such weak
synapses hardly fire. The default is a twentieth of the way from rest to threshold.

Assumes that a cell crosses the threshold once a spike and has forgotten its last spike when it fires again.
Range of validity: driven by noise (threshold at least 2 SD above the mean of x), r_E tau_e at most 0.1, and
for [24] sqrt(tau_g/tau_e) of inhibitory cells at most 0.8. Within it the output rate was within 15 % of that
of single simulated cells with Poisson input, for the published synapses within 5 %; worst was a reset 3 mV
below threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from cortexnet.analysis.meanfield.log_voltage import LogVoltage
from cortexnet.analysis.meanfield.lognormal_moments import (
    EpspSpectrum,
    epsp_spectrum,
    recurrent_in_degree,
)
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.siegert import Siegert
from cortexnet.analysis.meanfield.working_point import Afferents, _working_point
from cortexnet.parameters import ParameterSet

#: The default cut, as a share of the distance from rest to threshold.
NEGLIGIBLE_EPSP = 0.05
#: Smallest distance of the threshold from the mean, in SD, in cells that noise drives.
SMALLEST_DISTANCE = 2.0
#: Largest r_E tau_e: the share of time in which a cell remembers its last spike.
LARGEST_MEMORY = 0.1
#: Largest sqrt(tau_g/tau_e) of inhibitory cells.
LARGEST_INHIBITORY_COLOUR = 0.8


class StrongSparseCorrected(Siegert):
    """The repaired theory of one network.

    Parameters
    ----------
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    spectrum : EpspSpectrum
        All excitatory synapses of an excitatory cell.
    cut : float
        EPSP below which synapses are Gaussian from the start, V.
    """

    def __init__(self, si: Mapping[str, Any], spectrum: EpspSpectrum, cut: float) -> None:
        super().__init__(si, spectrum)
        self._weak_afferents = Afferents.of_excitatory(si, spectrum.between(0.0, cut))
        strong = spectrum.between(cut, np.inf)
        self._jump = strong.conductance
        self._released_synapses = recurrent_in_degree(si) * strong.share * strong.release_probability
        self._weaker_afferents = self._weak_afferents.plus(
            excitatory_jump=_sum_of_weaker(self._released_synapses * strong.conductance),
            excitatory_square=_sum_of_weaker(self._released_synapses * strong.conductance**2),
        )

    @classmethod
    def of(cls, parameters: ParameterSet, cut: float | None = None) -> Self:
        """Theory of the network with these parameters; `cut` in V."""
        si: Mapping[str, Any] = parameters.as_si()
        if cut is None:
            cut = NEGLIGIBLE_EPSP * (si["threshold_potential"] - si["leak_potential"])
        return cls(si, epsp_spectrum(parameters, [cut]), cut)

    def excitatory_rate(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> Array:
        """J_E + max(R - R0, 0) of step 6, with the dead time."""
        excitatory, inhibitory = np.broadcast_arrays(rate_excitatory, rate_inhibitory)
        everything = LogVoltage.at(self.excitatory_point(excitatory, inhibitory))
        missed = np.maximum(self._crossings(excitatory, inhibitory) - everything.crossings(), 0.0)
        rate = everything.shifted_process().rate() + missed
        return np.asarray(rate / (1 + rate * self.cell.refractory_period))

    def _crossings(self, excitatory: Array, inhibitory: Array) -> Array:
        """R of step 6: the synapses added one after another by strength."""
        weak = LogVoltage.at(_working_point(self.cell, self._weak_afferents, excitatory, inhibitory))
        background = LogVoltage.at(
            _working_point(self.cell, self._weaker_afferents, excitatory[..., None], inhibitory[..., None])
        )
        added = background.added_crossings(self._jump) @ self._released_synapses
        return np.asarray(weak.crossings() + excitatory * added)

    def is_valid(self, rate_excitatory: float, rate_inhibitory: float) -> bool:
        """Whether noise drives the excitatory cells, they forget, and [24] holds for the inhibitory ones."""
        point = self.excitatory_point(rate_excitatory, rate_inhibitory)
        x = LogVoltage.at(point)
        inhibitory = self.inhibitory_point(rate_excitatory, rate_inhibitory)
        return bool(
            x.threshold - x.mean >= SMALLEST_DISTANCE * x.sd
            and rate_excitatory * point.time_constant <= LARGEST_MEMORY
            and inhibitory.colour <= LARGEST_INHIBITORY_COLOUR
        )

    def voltage_mesh(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[Array, Array]:
        """Mesh of the process in x, as potentials."""
        point = self.excitatory_point(rate_excitatory, rate_inhibitory)
        x, weight = LogVoltage.at(point).observed_process().mesh()
        driving_force = (self.cell.excitatory_reversal_potential - point.mean) * np.exp(-x)
        return self.cell.excitatory_reversal_potential - driving_force, weight * driving_force

    def density(self, potential: Array, rate_excitatory: float, rate_inhibitory: float) -> Array:
        """[17] in the coordinate x with the variance of coloured noise, transformed to 1/V."""
        point = self.excitatory_point(rate_excitatory, rate_inhibitory)
        driving_force = self.cell.excitatory_reversal_potential - potential
        x = np.log((self.cell.excitatory_reversal_potential - point.mean) / driving_force)
        active = 1 - rate_excitatory * self.cell.refractory_period
        return np.asarray(active * LogVoltage.at(point).observed_process().density(x) / driving_force)


def _sum_of_weaker(values: Array) -> Array:
    """Sum of the values before each one, and half of itself: the integral up to a node of the quadrature."""
    return np.asarray(np.cumsum(values) - values / 2)

"""What each repair of the strong-sparse theory does to the rate that it predicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from cortexnet.analysis.meanfield.log_voltage import LogVoltage, conductance_kernel
from cortexnet.analysis.meanfield.lognormal_moments import epsp_spectrum, recurrent_in_degree
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.siegert import _threshold_process
from cortexnet.analysis.meanfield.strong_sparse import DEFAULT_CUT, StrongSparse
from cortexnet.analysis.meanfield.strong_sparse_corrected import StrongSparseCorrected
from cortexnet.analysis.meanfield.working_point import Afferents, WorkingPoint, _working_point
from cortexnet.parameters import ParameterSet


def repairs(
    parameters: ParameterSet, rate_excitatory: float, rate_inhibitory: float, cut: float = DEFAULT_CUT
) -> pd.DataFrame:
    """Output rate of excitatory cells after each repair of [21] and [22], one upon the other.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    rate_excitatory, rate_inhibitory : float
        Input rates, Hz.
    cut : float
        Border between weak and strong synapses, V, for all rows but the last, which needs none.

    Returns
    -------
    DataFrame
        Columns repair, reason, rate_excitatory_hz.
    """
    steps = _Steps(parameters, rate_excitatory, rate_inhibitory, cut)
    return pd.DataFrame(steps.rows(), columns=["repair", "reason", "rate_excitatory_hz"])


class _Steps:
    """The terms J and P_g between the printed and the corrected theory."""

    def __init__(self, parameters: ParameterSet, excitatory: float, inhibitory: float, cut: float) -> None:
        self.printed = StrongSparse.of(parameters, cut)
        self.corrected = StrongSparseCorrected.of(parameters)
        self.rates = excitatory, inhibitory
        self.cell = self.printed.cell
        si = parameters.as_si()
        self.strong = epsp_spectrum(parameters, [cut]).between(cut, np.inf)
        self.in_degree = recurrent_in_degree(si)
        self.weak = self.printed.excitatory_point(*self.rates)
        # The conductances of all synapses with the noise of the weak ones.
        everything = Afferents.of_excitatory(si, epsp_spectrum(parameters))
        weak_noise = replace(everything, excitatory_square=self.printed.afferents.excitatory_square)
        self.complete = _working_point(self.cell, weak_noise, *self.rates)

    def rows(self) -> Iterator[tuple[str, str, float]]:
        """Name of the repair, its reason, and the output rate, Hz."""
        threshold = self.cell.threshold_potential
        yield "none", "[21], [22] as printed", float(self.printed.excitatory_rate(*self.rates))
        yield (
            "release failure",
            "a strong synapse releases with probability 1 - p",
            self._rate(self.weak, self.weak.mean, self.weak.white_sd, threshold - self.strong.epsp),
        )
        yield (
            "EPSPs of active cells",
            "conductance and a smaller driving force lower an EPSP",
            self._rate(self.weak, self.weak.mean, self.weak.white_sd, self._reaching(self.weak)),
        )
        mean = self.complete.mean + self.complete.multiplicative_shift
        yield (
            "strong inputs in the mean",
            "they depolarise the cell and shorten its time constant, too",
            self._rate(self.complete, mean, self.complete.white_sd, self._reaching(self.complete)),
        )
        yield (
            "variance of coloured noise",
            "the membrane does not follow fast noise",
            self._rate(self.complete, mean, self.complete.sd, self._reaching(self.complete)),
        )
        yield "fluctuation during EPSPs", "the threshold can be met at any time of an EPSP", self._crossings()
        yield (
            "no border",
            "every synapse is strong on the noise of all weaker ones",
            float(self.corrected.excitatory_rate(*self.rates)),
        )

    def _reaching(self, point: WorkingPoint) -> Array:
        """Potentials (V) from which the strong EPSPs reach the threshold in an active cell."""
        tau_e, tau_g = point.time_constant, self.cell.synaptic_time_constant
        time = np.linspace(0, 5 * max(float(tau_e), tau_g), 2000)
        height = self.strong.conductance * conductance_kernel(time, tau_e, tau_g)[0].max()
        reversal = self.cell.excitatory_reversal_potential
        return np.asarray(reversal - (reversal - self.cell.threshold_potential) * np.exp(height))

    def _rate(self, point: WorkingPoint, mean: Array, sd: Array, reaching: Array) -> float:
        """J + r_E sum (1 - p) P_g with a Gaussian for P0."""
        bridged = ndtr((self.cell.threshold_potential - mean) / sd) - ndtr((reaching - mean) / sd)
        return float(_threshold_process(point).rate()) + self._sum_over_strong(bridged)

    def _crossings(self) -> float:
        x = LogVoltage.at(self.complete)
        flux = float(x.shifted_process().rate())
        return flux + self._sum_over_strong(x.added_crossings(self.strong.conductance))

    def _sum_over_strong(self, fired: Array) -> float:
        strong = self.strong
        return self.rates[0] * self.in_degree * strong.expectation(strong.release_probability * fired)

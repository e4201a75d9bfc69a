"""First rung: everything Gaussian, equations [15]-[19].

Every cell is an Ornstein-Uhlenbeck process at its working point, with the moments <(1-p) G> and
<(1-p) G^2> of the actual synapses, white noise of the same intensity, and the shift of Fourcaud & Brunel for
its colour.

Assumes many weak, independent Poisson inputs. Range of validity: sqrt(tau_g/tau_e) at most sqrt(0.1) in both
types of cell. The published network is beyond it, with 0.5 and 0.7, where the shift itself still errs by only
some 10 %. What fails there is the Gaussian assumption: strong synapses make the tail of the membrane
potential that carries the rate. Of the two stable states it finds one is silence and the other a seizure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from cortexnet.analysis.meanfield.lognormal_moments import EpspSpectrum, epsp_spectrum
from cortexnet.analysis.meanfield.ornstein_uhlenbeck import HALF_ALPHA, ThresholdProcess
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.theory import MeanFieldTheory
from cortexnet.analysis.meanfield.working_point import Afferents, Cell, WorkingPoint, _working_point
from cortexnet.parameters import ParameterSet

#: Largest sqrt(tau_g/tau_e) for which the expansion in it is trusted.
LARGEST_COLOUR = np.sqrt(0.1)


def _threshold_process(point: WorkingPoint, *, shifted: bool = True) -> ThresholdProcess:
    """Process of [17] and [18] at a working point: white noise, with the shift for its colour or without."""
    cell = point.cell
    return ThresholdProcess(
        mean=point.mean,
        sd=point.white_sd,
        time_constant=point.time_constant,
        threshold=np.full_like(point.mean, cell.threshold_potential),
        reset=np.full_like(point.mean, cell.reset_potential),
        boundary_shift=HALF_ALPHA * point.colour * shifted,
        refractory_period=cell.refractory_period,
    )


class Siegert(MeanFieldTheory):
    """The theory [15]-[19] of one network; the other rungs replace what it says of excitatory cells.

    Parameters
    ----------
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    spectrum : EpspSpectrum
        The excitatory synapses of an excitatory cell that make its working point.
    """

    def __init__(self, si: Mapping[str, Any], spectrum: EpspSpectrum) -> None:
        self.cell = Cell.of(si, "excitatory")
        self.afferents = Afferents.of_excitatory(si, spectrum)
        self.inhibitory_cell = Cell.of(si, "inhibitory")
        self.inhibitory_afferents = Afferents.of_inhibitory(si)
        self.largest_rate = 1 / max(si["refractory_period"], si["time_step"])

    @classmethod
    def of(cls, parameters: ParameterSet) -> Self:
        """Theory of the network with these parameters."""
        return cls(parameters.as_si(), epsp_spectrum(parameters))

    def excitatory_point(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> WorkingPoint:
        """Working point of excitatory cells, [8]-[16]."""
        return _working_point(self.cell, self.afferents, rate_excitatory, rate_inhibitory)

    def inhibitory_point(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> WorkingPoint:
        """Working point of inhibitory cells, [8]-[16]."""
        return _working_point(
            self.inhibitory_cell, self.inhibitory_afferents, rate_excitatory, rate_inhibitory
        )

    def excitatory_rate(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> Array:
        """J_E of [18]."""
        return _threshold_process(self.excitatory_point(rate_excitatory, rate_inhibitory)).rate()

    def inhibitory_rate(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> Array:
        """J_I of [18]."""
        return _threshold_process(self.inhibitory_point(rate_excitatory, rate_inhibitory)).rate()

    def time_constants(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[float, float]:
        """tau_e of both types of cell, s."""
        return (
            float(self.excitatory_point(rate_excitatory, rate_inhibitory).time_constant),
            float(self.inhibitory_point(rate_excitatory, rate_inhibitory).time_constant),
        )

    def is_valid(self, rate_excitatory: float, rate_inhibitory: float) -> bool:
        """Whether the synaptic time constant is short against both membrane time constants."""
        excitatory = self.excitatory_point(rate_excitatory, rate_inhibitory).colour
        inhibitory = self.inhibitory_point(rate_excitatory, rate_inhibitory).colour
        return bool(max(excitatory, inhibitory) <= LARGEST_COLOUR)

    def voltage_mesh(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[Array, Array]:
        """Mesh of the process of [17]."""
        return _threshold_process(self.excitatory_point(rate_excitatory, rate_inhibitory)).mesh()

    def density(self, potential: Array, rate_excitatory: float, rate_inhibitory: float) -> Array:
        """P0 of [17], 1/V."""
        return _threshold_process(self.excitatory_point(rate_excitatory, rate_inhibitory)).density(potential)

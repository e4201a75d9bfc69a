r"""Rung of the ladder: the density of (v, g) of both types of cell, finite jumps included.

For a cell of either type, with independent Poisson input, the stationary density P(v, g) of potential and
excitatory conductance obeys

    0 = -d/dv {[-(v - V_L)/tau_m - g (v - V_E) - g_I0 (v - V_I)] P} - d/dg {(-g/tau_s + m) P}
        + D(v) d2P/dg2 + sum_x lambda_x [P(v, g - G_x) - P(v, g)],

with an absorbing threshold; what passes it comes back at the reset after the refractory period. Spikes of
synapses above a border arrive as jumps G_x at rate lambda_x, failed releases left out; those below make drift
m and diffusion. There is no free parameter: the rate converges as the border falls. The default, a fortieth
of the way from rest to threshold, is within 0.3 % of the limit for the published synapses.

The inhibitory conductance is its mean and a fluctuation with the time constant that excitation has, too. At
potential v that makes the current of an excitatory conductance rho(v) = (V_I - v)/(V_E - v) times as large,
so its noise is diffusion of g,

    D(v) = D_E + rho(v)^2 D_I.

That is exact for a v that stands still, and an approximation because rho changes while the fluctuation
lasts. In the published network it adds 4 % to the rate of excitatory cells and 5 % to that of inhibitory
ones, as it does in simulated cells, whose rates are then met within 1 %. Excitatory cells of other networks
fire up to 2 % more than the density says, inhibitory cells that inhibition all but silences 5 %
(`python -m benchmarks.population_density`).

Range of validity: inhibition makes at most a fifth of the noise at the threshold, in both types of cell (one
sixteenth in the published network); the rate of simulated cells is then met within 6 %, and within 10 % at
one half. Input must be stationary and independent Poisson, as in all rungs up to here. But the input is the
cells' own spikes, and slow noise of trains with a coefficient of variation CV is CV^2 of that of Poisson
trains. So CV must be a half at least in both types of cell: it is 1.02 and 0.98 in the published network, and
below 0.01 near saturation.

Method: see `transport`. Sources: Apfaltrer, Ly & Tranchina (2006), Network 17, 373; Cai, Tao, Rangan &
McLaughlin (2006), Commun. Math. Sci. 4, 97.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from cortexnet.analysis.meanfield.lognormal_moments import epsp_spectrum
from cortexnet.analysis.meanfield.population_density.drive import Drive, Synapses
from cortexnet.analysis.meanfield.population_density.mesh import Plane
from cortexnet.analysis.meanfield.population_density.stationary import (
    NEGLIGIBLE,
    StationaryDensity,
    extrapolated,
)
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.sampled_theory import OutputRates, SampledTheory
from cortexnet.analysis.meanfield.strong_sparse_corrected import StrongSparseCorrected
from cortexnet.analysis.meanfield.theory import MeanFieldTheory
from cortexnet.analysis.meanfield.working_point import Cell
from cortexnet.parameters import ParameterSet

#: The default border, as a share of the distance from rest to threshold.
SMALL_EPSP = 0.025
#: Largest share of inhibition in the noise at the threshold.
LARGEST_INHIBITORY_SHARE = 0.2
#: Least coefficient of variation of spikes that still count as Poisson input of other cells.
LEAST_CV = 0.5


class PopulationDensity(SampledTheory):
    """The theory of one network.

    Parameters
    ----------
    base : MeanFieldTheory
        The cheap theory that leads to the states.
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    excitatory, inhibitory : Synapses
        Of the two types of cell.
    """

    def __init__(
        self, base: MeanFieldTheory, si: Mapping[str, Any], excitatory: Synapses, inhibitory: Synapses
    ) -> None:
        super().__init__(base)
        self.inhibitory_cell = Cell.of(si, "inhibitory")
        self._excitatory, self._inhibitory = excitatory, inhibitory
        self._densities: dict[tuple[float, float], StationaryDensity] = {}

    @classmethod
    def of(cls, parameters: ParameterSet, border: float | None = None) -> Self:
        """Theory of the network with these parameters; `border` (V) parts finite from small jumps."""
        si: Mapping[str, Any] = parameters.as_si()
        if border is None:
            border = SMALL_EPSP * (si["threshold_potential"] - si["leak_potential"])
        return cls(
            StrongSparseCorrected.of(parameters),
            si,
            Synapses.of_excitatory(si, epsp_spectrum(parameters, [border]), border),
            Synapses.of_inhibitory(si),
        )

    def evaluate(self, rate_excitatory: float, rate_inhibitory: float) -> OutputRates:
        """Output rates of both types of cell at input rates (Hz), r_E above 0."""
        inhibitory = self._inhibitory_density(rate_excitatory, rate_inhibitory)
        return OutputRates(
            self.excitatory_density(rate_excitatory, rate_inhibitory).rate,
            0.0 if inhibitory is None else inhibitory.rate,
        )

    def excitatory_density(self, rate_excitatory: float, rate_inhibitory: float) -> StationaryDensity:
        """Density of excitatory cells at input rates (Hz), r_E above 0."""
        rates = rate_excitatory, rate_inhibitory
        if rates not in self._densities:
            drive = self._excitatory.drive(self.cell.synaptic_time_constant, *rates)
            self._densities[rates] = extrapolated(self.cell, drive)
        return self._densities[rates]

    def is_valid(self, rate_excitatory: float, rate_inhibitory: float) -> bool:
        """Whether both types of cell have their noise mainly of excitation, and fire irregularly."""
        tau_s = self.cell.synaptic_time_constant
        shares = [
            inhibitory_share(cell, synapses.drive(tau_s, rate_excitatory, rate_inhibitory))
            for cell, synapses in (
                (self.cell, self._excitatory),
                (self.inhibitory_cell, self._inhibitory),
            )
        ]
        excited = max(shares) <= LARGEST_INHIBITORY_SHARE
        return excited and self._is_irregular(rate_excitatory, rate_inhibitory)

    def _is_irregular(self, rate_excitatory: float, rate_inhibitory: float) -> bool:
        densities = (
            self.excitatory_density(rate_excitatory, rate_inhibitory),
            self._inhibitory_density(rate_excitatory, rate_inhibitory),
        )
        fire = [density for density in densities if density is not None and density.rate > NEGLIGIBLE]
        return all(density.cv >= LEAST_CV for density in fire)

    def _inhibitory_density(self, rate_excitatory: float, rate_inhibitory: float) -> StationaryDensity | None:
        """Density of inhibitory cells at input rates (Hz); None if they have no noise, and rest."""
        drive = self._inhibitory.drive(self.cell.synaptic_time_constant, rate_excitatory, rate_inhibitory)
        return extrapolated(self.inhibitory_cell, drive) if drive.fluctuates() else None

    def voltage_mesh(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[Array, Array]:
        """Potentials of the layers, and their thickness in V."""
        density = self.excitatory_density(rate_excitatory, rate_inhibitory)
        return density.potential, density.thickness

    def density(self, potential: Array, rate_excitatory: float, rate_inhibitory: float) -> Array:
        """Marginal density, linear between the layers."""
        density = self.excitatory_density(rate_excitatory, rate_inhibitory)
        inside = potential <= self.cell.threshold_potential
        return np.where(inside, np.interp(potential, density.potential, density.marginal, left=0.0), 0.0)

    def membrane_potential(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[float, float]:
        """Mean and SD (V) of the potential of excitatory cells, refractory ones at the reset included."""
        if rate_excitatory == rate_inhibitory == 0:
            return self.cell.leak_potential, 0.0
        density = self.excitatory_density(rate_excitatory, rate_inhibitory)
        return density.mean, density.sd


def inhibitory_share(cell: Cell, drive: Drive) -> float:
    """Share of inhibition in the noise of a cell at the threshold; 0 without noise."""
    if not drive.fluctuates():
        return 0.0
    total = float(Plane(cell, drive.inhibition).diffusion(0.0, drive))
    excitatory = drive.jump_rate @ drive.jump**2 / 2
    return float((total - drive.diffusion) / (total + excitatory))

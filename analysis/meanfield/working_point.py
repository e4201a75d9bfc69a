r"""The free membrane potential of one cell in the network: equations [7]-[16] of the source.

With many independent Poisson inputs each conductance is a mean and a Gaussian fluctuation [8]-[13]; replacing
the voltage in the fluctuating terms by its mean V0 leaves an Ornstein-Uhlenbeck process driven by coloured
noise [15], [16]:

    dv/dt = -(v - V0)/tau_e + eta,    d eta/dt = -eta/tau_g + sigma xi

with, all conductances being per capacitance,

    g_Y0    = tau_g r_Y K_Y <(1-p) G_Y>                     tau_e = 1/(1/tau_m + g_E0 + g_I0)
    V0      = tau_e (V_L/tau_m + g_E0 V_E + g_I0 V_I)       sigma^2 = sum_Y r_Y K_Y <(1-p) G_Y^2> (V_Y - V0)^2

Where this departs from the print: the printed sigma_XY^2 = r_Y G_XY^2 K_XY takes the square of the mean
strength and knows no release failure; and [15] lacks the factor -1/C of eta, which is 1 here but for a sign
that does not matter.

Valid for small relative fluctuations of the total conductance and for |V_Y - V0| large against the SD of v.
Sources: effective time constant, Burkitt (2001), Biol. Cybern. 85, 247; Burkitt, Meffin & Grayden (2003),
Biol. Cybern. 89, 119; Richardson (2004), Phys. Rev. E 69, 051918.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cortexnet.analysis.meanfield.lognormal_moments import (
    EpspSpectrum,
    epsp_spectrum,
    recurrent_in_degree,
)
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.parameters import ParameterSet

CellType = Literal["excitatory", "inhibitory"]


@dataclass(frozen=True)
class Cell:
    """One cell's constants: times in s, potentials in V."""

    membrane_time_constant: float
    synaptic_time_constant: float
    refractory_period: float
    leak_potential: float
    excitatory_reversal_potential: float
    inhibitory_reversal_potential: float
    threshold_potential: float
    reset_potential: float

    @classmethod
    def of(cls, si: Mapping[str, Any], cell_type: CellType) -> Self:
        """Read the constants of one type of cell from plain SI values."""
        shared = {name: si[name] for name in cls.__annotations__ if name != "membrane_time_constant"}
        return cls(membrane_time_constant=si[f"membrane_time_constant_{cell_type}"], **shared)


@dataclass(frozen=True)
class Afferents:
    """What a rate of 1 Hz of one presynaptic population brings: sums over a cell's synapses.

    Attributes
    ----------
    excitatory_jump, inhibitory_jump : float or ndarray
        K <(1-p) G>, 1/s.
    excitatory_square, inhibitory_square : float or ndarray
        K <(1-p) G^2>, 1/s^2.
    """

    excitatory_jump: float | Array
    excitatory_square: float | Array
    inhibitory_jump: float | Array
    inhibitory_square: float | Array

    @classmethod
    def of_excitatory(cls, si: Mapping[str, Any], spectrum: EpspSpectrum) -> Self:
        """Of an excitatory cell whose excitatory synapses are those of `spectrum`."""
        in_degree = recurrent_in_degree(si)
        released, conductance = spectrum.release_probability, spectrum.conductance
        inhibitory_in_degree = si["connection_probability_inhibitory"] * si["n_inhibitory"]
        inhibitory_jump = si["conductance_inhibitory_to_excitatory"]
        return cls(
            excitatory_jump=in_degree * spectrum.expectation(released * conductance),
            excitatory_square=in_degree * spectrum.expectation(released * conductance**2),
            inhibitory_jump=inhibitory_in_degree * inhibitory_jump,
            inhibitory_square=inhibitory_in_degree * inhibitory_jump**2,
        )

    @classmethod
    def of_inhibitory(cls, si: Mapping[str, Any]) -> Self:
        """Of an inhibitory cell, whose synapses are all alike and never fail."""
        excitatory_in_degree = si["connection_probability_excitatory"] * si["n_excitatory"]
        inhibitory_in_degree = si["connection_probability_inhibitory"] * (si["n_inhibitory"] - 1)
        excitatory_jump = si["conductance_excitatory_to_inhibitory"]
        inhibitory_jump = si["conductance_inhibitory_to_inhibitory"]
        return cls(
            excitatory_jump=excitatory_in_degree * excitatory_jump,
            excitatory_square=excitatory_in_degree * excitatory_jump**2,
            inhibitory_jump=inhibitory_in_degree * inhibitory_jump,
            inhibitory_square=inhibitory_in_degree * inhibitory_jump**2,
        )

    def plus(self, *, excitatory_jump: ArrayLike, excitatory_square: ArrayLike) -> Self:
        """Return the same cell with further excitatory synapses, or an array of such cells."""
        return replace(
            self,
            excitatory_jump=self.excitatory_jump + np.asarray(excitatory_jump),
            excitatory_square=self.excitatory_square + np.asarray(excitatory_square),
        )


@dataclass(frozen=True)
class WorkingPoint:
    """The free membrane potential at given presynaptic rates; every array has the shape of the rates.

    Attributes
    ----------
    excitatory_conductance, inhibitory_conductance : ndarray
        g_E0 and g_I0, 1/s.
    time_constant : ndarray
        tau_e, s.
    mean : ndarray
        V0, V.
    excitatory_variance, inhibitory_variance : ndarray
        r K <(1-p) G^2>, 1/s^3: the noise of a conductance is that times tau_g/2.
    cell : Cell
    """

    excitatory_conductance: Array
    inhibitory_conductance: Array
    time_constant: Array
    mean: Array
    excitatory_variance: Array
    inhibitory_variance: Array
    cell: Cell

    @property
    def noise(self) -> Array:
        """sigma^2 of [16], V^2/s^3."""
        return (
            self.excitatory_variance * (self.cell.excitatory_reversal_potential - self.mean) ** 2
            + self.inhibitory_variance * (self.cell.inhibitory_reversal_potential - self.mean) ** 2
        )

    @property
    def white_sd(self) -> Array:
        """SD (V) as if the noise were white: sigma tau_g sqrt(tau_e/2), the one that [17] and [18] use."""
        return np.sqrt(self.noise * self.time_constant / 2) * self.cell.synaptic_time_constant

    @property
    def sd(self) -> Array:
        """SD (V) of v in [15] with [16]: sigma tau_g tau_e / sqrt(2 (tau_e + tau_g))."""
        tau_e, tau_g = self.time_constant, self.cell.synaptic_time_constant
        return np.sqrt(self.noise / (2 * (tau_e + tau_g))) * tau_e * tau_g

    @property
    def colour(self) -> Array:
        """sqrt(tau_g/tau_e): the small number of the theory of coloured noise."""
        return np.sqrt(self.cell.synaptic_time_constant / self.time_constant)

    @property
    def multiplicative_shift(self) -> Array:
        """Shift (V) of the mean by <eta v>, which [15] neglects: to first order in the noise of g."""
        tau_e, tau_g = self.time_constant, self.cell.synaptic_time_constant
        drive = (
            self.excitatory_variance * (self.mean - self.cell.excitatory_reversal_potential)
            + self.inhibitory_variance * (self.mean - self.cell.inhibitory_reversal_potential)
        ) * (tau_g / 2)
        return tau_e * drive * tau_e * tau_g / (tau_e + tau_g)


def _working_point(
    cell: Cell, afferents: Afferents, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike
) -> WorkingPoint:
    """Equations [8]-[16] for rates in Hz of any shapes that broadcast."""
    excitatory, inhibitory = np.broadcast_arrays(
        np.asarray(rate_excitatory, dtype=np.float64), np.asarray(rate_inhibitory, dtype=np.float64)
    )
    tau_g = cell.synaptic_time_constant
    g_excitatory = tau_g * excitatory * afferents.excitatory_jump
    g_inhibitory = tau_g * inhibitory * afferents.inhibitory_jump
    time_constant = 1 / (1 / cell.membrane_time_constant + g_excitatory + g_inhibitory)
    mean = time_constant * (
        cell.leak_potential / cell.membrane_time_constant
        + g_excitatory * cell.excitatory_reversal_potential
        + g_inhibitory * cell.inhibitory_reversal_potential
    )
    return WorkingPoint(
        excitatory_conductance=g_excitatory,
        inhibitory_conductance=g_inhibitory,
        time_constant=time_constant,
        mean=mean,
        excitatory_variance=excitatory * afferents.excitatory_square,
        inhibitory_variance=inhibitory * afferents.inhibitory_square,
        cell=cell,
    )


def working_point(parameters: ParameterSet, rate_excitatory: float, rate_inhibitory: float) -> pd.DataFrame:
    """Free membrane potential of both types of cell in a network that fires at the given rates.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    rate_excitatory, rate_inhibitory : float
        Mean rates of the populations, Hz.

    Returns
    -------
    DataFrame
        Rows excitatory and inhibitory; columns excitatory_conductance_per_ms,
        inhibitory_conductance_per_ms, time_constant_ms, mean_mv, multiplicative_shift_mv, sd_mv, white_sd_mv
        and colour, sqrt(tau_g/tau_e).
    """
    si = parameters.as_si()
    afferents = {
        "excitatory": Afferents.of_excitatory(si, epsp_spectrum(parameters)),
        "inhibitory": Afferents.of_inhibitory(si),
    }
    rows = {}
    for cell_type in ("excitatory", "inhibitory"):
        cell = Cell.of(si, cell_type)
        point = _working_point(cell, afferents[cell_type], rate_excitatory, rate_inhibitory)
        rows[cell_type] = {
            "excitatory_conductance_per_ms": 1e-3 * point.excitatory_conductance,
            "inhibitory_conductance_per_ms": 1e-3 * point.inhibitory_conductance,
            "time_constant_ms": 1e3 * point.time_constant,
            "mean_mv": 1e3 * point.mean,
            "multiplicative_shift_mv": 1e3 * point.multiplicative_shift,
            "sd_mv": 1e3 * point.sd,
            "white_sd_mv": 1e3 * point.white_sd,
            "colour": point.colour,
        }
    return pd.DataFrame.from_dict(rows, orient="index").astype(float)

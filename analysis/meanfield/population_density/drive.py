"""What the synapses of a cell bring it: finite jumps, drift and diffusion of the conductances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from cortexnet.analysis.meanfield.lognormal_moments import EpspSpectrum, recurrent_in_degree
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import Afferents


@dataclass(frozen=True)
class Drive:
    """Input of one cell at given presynaptic rates, independent Poisson trains.

    Attributes
    ----------
    jump, jump_rate : ndarray, shape (n,)
        Jumps of the excitatory conductance, 1/s, and how often each arrives, Hz; released spikes only.
    drift, diffusion : float
        Of the excitatory conductance by all smaller jumps: sum of rate x jump, 1/s^2, and half the sum of
        rate x jump^2, 1/s^3.
    inhibition : float
        Mean inhibitory conductance, 1/s.
    inhibitory_diffusion : float
        Half the sum of rate x jump^2 of the inhibitory conductance, 1/s^3; 0 freezes it at its mean.
    """

    jump: Array
    jump_rate: Array
    drift: float
    diffusion: float
    inhibition: float
    inhibitory_diffusion: float

    def mean(self, synaptic_time_constant: float) -> float:
        """Mean excitatory conductance, 1/s."""
        return float(synaptic_time_constant * (self.drift + self.jump_rate @ self.jump))

    def largest_jump(self) -> float:
        """1/s; 0 without jumps."""
        return float(self.jump.max(initial=0.0))

    def fluctuates(self) -> bool:
        """Whether there is any noise."""
        return bool(self.diffusion + self.inhibitory_diffusion + self.jump_rate @ self.jump > 0)


@dataclass(frozen=True)
class Synapses:
    """The synapses of a cell, parted into those of finite jumps and those of small ones.

    Attributes
    ----------
    small : Afferents
        Of the excitatory synapses below the border, and of all inhibitory ones.
    jump : ndarray, shape (n,)
        Jump of the other excitatory synapses, 1/s.
    number : ndarray, shape (n,)
        How many of each there are, times the probability that a spike is released.
    """

    small: Afferents
    jump: Array
    number: Array

    @classmethod
    def of_excitatory(cls, si: Mapping[str, Any], spectrum: EpspSpectrum, border: float) -> Self:
        """Of an excitatory cell; `border` (V) must be one of the quadrature rule `spectrum`."""
        finite = spectrum.between(border, np.inf)
        return cls(
            small=Afferents.of_excitatory(si, spectrum.between(0.0, border)),
            jump=finite.conductance,
            number=recurrent_in_degree(si) * finite.share * finite.release_probability,
        )

    @classmethod
    def of_inhibitory(cls, si: Mapping[str, Any]) -> Self:
        """Of an inhibitory cell, whose excitatory synapses are all alike, and none is small."""
        afferents = Afferents.of_inhibitory(si)
        jump = si["conductance_excitatory_to_inhibitory"]
        return cls(
            small=replace(afferents, excitatory_jump=0.0, excitatory_square=0.0),
            jump=np.array([jump]),
            number=np.array([si["connection_probability_excitatory"] * si["n_excitatory"]]),
        )

    def drive(self, synaptic_time_constant: float, rate_excitatory: float, rate_inhibitory: float) -> Drive:
        """Input at presynaptic rates in Hz."""
        return Drive(
            jump=self.jump,
            jump_rate=rate_excitatory * self.number,
            drift=float(rate_excitatory * self.small.excitatory_jump),
            diffusion=float(rate_excitatory * self.small.excitatory_square / 2),
            inhibition=float(synaptic_time_constant * rate_inhibitory * self.small.inhibitory_jump),
            inhibitory_diffusion=float(rate_inhibitory * self.small.inhibitory_square / 2),
        )

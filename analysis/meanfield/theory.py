"""What every rung of the ladder offers: output rates at given input rates, and the voltage with them."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from cortexnet.analysis.meanfield.fixed_points import FixedPoint, fixed_points
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import Cell


class MeanFieldTheory(ABC):
    """A self-consistency problem r_X^out(r_E, r_I) = r_X, [19], for the populations X = E, I.

    Rates are in Hz and of any shapes that broadcast, potentials in V.

    Attributes
    ----------
    cell : Cell
        The excitatory cell, whose membrane potential the theory describes.
    largest_rate : float
        Hz; no cell can fire faster.
    """

    cell: Cell
    largest_rate: float

    @abstractmethod
    def excitatory_rate(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> Array:
        """Output rate of the excitatory cells."""

    @abstractmethod
    def inhibitory_rate(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> Array:
        """Output rate of the inhibitory cells."""

    @abstractmethod
    def time_constants(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[float, float]:
        """Effective membrane time constants of excitatory and inhibitory cells, s."""

    @abstractmethod
    def is_valid(self, rate_excitatory: float, rate_inhibitory: float) -> bool:
        """Whether the assumptions of the theory hold in this state."""

    @abstractmethod
    def voltage_mesh(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[Array, Array]:
        """Nodes and weights of a quadrature that resolves the density."""

    @abstractmethod
    def density(self, potential: Array, rate_excitatory: float, rate_inhibitory: float) -> Array:
        """Density (1/V) of the potential of excitatory cells that are not refractory."""

    def states(self) -> list[FixedPoint]:
        """All self-consistent states, the silent one first, by ascending r_E.

        Raises
        ------
        ConvergenceError
            If a state is bracketed but cannot be found.
        """
        return fixed_points(
            self.excitatory_rate, self.inhibitory_rate, self.time_constants, self.largest_rate
        )

    def membrane_potential(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[float, float]:
        """Mean and SD (V) of the potential of excitatory cells, refractory ones at the reset included."""
        if rate_excitatory == rate_inhibitory == 0:
            return self.cell.leak_potential, 0.0
        potential, weight = self.voltage_mesh(rate_excitatory, rate_inhibitory)
        weight = weight * self.density(potential, rate_excitatory, rate_inhibitory)
        potential = np.append(potential, self.cell.reset_potential)
        weight = np.append(weight, max(1 - weight.sum(), 0.0))
        mean = weight @ potential
        return float(mean), float(np.sqrt(weight @ (potential - mean) ** 2))

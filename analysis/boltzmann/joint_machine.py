"""Reading A: cells and synapses that fluctuate together, and their exact law by enumeration.

    E(v, h, s) = - sum_ijk (w_ijk v_i h_j + q_ijk) s_ijk - sum_i b_i v_i - sum_j c_j h_j

with K parallel synapses k between visible cell i and hidden cell j. States have probability exp(-E)/Z.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from cortexnet.analysis.boltzmann.coupling import VALUES, Array, Units, effective_coupling, on_probability
from cortexnet.errors import ParameterError

#: Enumerations beyond this many states would not fit into the memory of a laptop.
MOST_STATES = 2**22


@dataclass(frozen=True, eq=False)
class JointMachine:
    """A machine of visible cells, hidden cells and fluctuating synapses between them.

    Attributes
    ----------
    weights, log_odds : ndarray, shape (visible, hidden, parallel)
        w and q of each synapse.
    visible_bias, hidden_bias : ndarray
        b and c.
    units : {"binary", "spin"}
        Whether cells are 0 or 1, or -1 or 1. Synapses are 0 or 1 in both cases.
    """

    weights: Array
    log_odds: Array
    visible_bias: Array
    hidden_bias: Array
    units: Units = "binary"

    def __post_init__(self) -> None:
        expected = (self.visible_bias.size, self.hidden_bias.size, self.weights.shape[-1])
        if self.weights.shape != expected or self.log_odds.shape != expected:
            raise ParameterError(
                f"joint machine: weights {self.weights.shape} and log odds {self.log_odds.shape}, "
                f"must both be {expected} for these biases"
            )

    @property
    def couplings(self) -> Array:
        """Couplings of the cells, shape (visible, hidden): parallel synapses add."""
        return np.asarray(effective_coupling(self.weights, self.log_odds, self.units).sum(axis=-1))

    @cached_property
    def cell_states(self) -> NDArray[np.int64]:
        """All states of visible, then hidden cells, shape (2 ** cells, cells); bit i of the row is cell i."""
        low, high = VALUES[self.units]
        return low + (high - low) * all_bits(self.visible_bias.size + self.hidden_bias.size)

    def energy(self, visible: Array, hidden: Array, synapses: NDArray[np.int64]) -> Array:
        """E of states.

        Parameters
        ----------
        visible, hidden : ndarray, shapes (..., visible) and (..., hidden)
        synapses : ndarray, shape (..., visible, hidden, parallel)
            0 or 1.
        """
        product = visible[..., :, None] * hidden[..., None, :]
        of_synapses = (self.weights * product[..., None] + self.log_odds) * synapses
        of_cells = visible @ self.visible_bias + hidden @ self.hidden_bias
        return np.asarray(-of_synapses.sum(axis=(-3, -2, -1)) - of_cells, dtype=np.float64)

    def joint_probabilities(self) -> Array:
        """Probability of every state of cells and synapses, by enumeration of all.

        Returns
        -------
        ndarray, shape (2 ** cells, 2 ** synapses)
            Columns as the rows of `all_bits`, the synapses in the order of the flattened weights.

        Raises
        ------
        ParameterError
            If there are more than `MOST_STATES` of them.
        """
        size = self.weights.size
        _require_few(len(self.cell_states) * 2.0**size)
        synapses = all_bits(size).reshape(-1, *self.weights.shape)
        energies = np.array([self.energy(*self._split(cells), synapses) for cells in self.cell_states])
        return np.asarray(np.exp(-energies - logsumexp(-energies)))

    def cell_probabilities(self) -> Array:
        """Probability of every state of the cells from the effective couplings, shape (2 ** cells,)."""
        visible, hidden = self._split(self.cell_states)
        exponent = visible @ self.visible_bias + hidden @ self.hidden_bias
        exponent += np.einsum("si,ij,sj->s", visible, self.couplings, hidden)
        return np.asarray(np.exp(exponent - logsumexp(exponent)))

    def synapse_probabilities(self) -> Array:
        """Probability of each synapse to be on, shape (visible, hidden, parallel)."""
        visible, hidden = self._split(self.cell_states)
        product = visible[:, :, None, None] * hidden[:, None, :, None]
        given_cells = on_probability(self.weights, self.log_odds, product)
        return np.asarray(np.einsum("s,sijk->ijk", self.cell_probabilities(), given_cells))

    def _split(self, cells: NDArray[np.int64]) -> tuple[Array, Array]:
        """Visible and hidden cells, as floats."""
        n_visible = self.visible_bias.size
        return cells[..., :n_visible].astype(np.float64), cells[..., n_visible:].astype(np.float64)


def all_bits(size: int) -> NDArray[np.int64]:
    """All states of `size` bits, shape (2 ** size, size): row r has bit i of the number r in column i.

    Raises
    ------
    ParameterError
        If there are more than `MOST_STATES` of them.
    """
    _require_few(2.0**size)
    return np.asarray((np.arange(2**size)[:, None] >> np.arange(size)) & 1, dtype=np.int64)


def _require_few(states: float) -> None:
    if states > MOST_STATES:
        raise ParameterError(f"enumeration of {states:.3g} states: at most {MOST_STATES} are possible")

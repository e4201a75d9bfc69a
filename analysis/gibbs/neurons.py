"""Hidden cells between clamped inputs and clamped outputs, enumerated at fixed weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from cortexnet.analysis.gibbs.states import Array, binary_states, log_likelihood, normalised
from cortexnet.errors import ParameterError


@dataclass(frozen=True, eq=False)
class HiddenCells:
    """A small network whose hidden cells are free: 2^H states, all of them listed.

    A cell with presynaptic cells i has the drive u_j = sum_i x_i w_ij and P(x_j = 1) = sigma(u_j).

    Parameters
    ----------
    input_to_hidden : (I, H) array
        Weights w_ij from row to column.
    hidden_to_hidden : (H, H) array
        As above; zeros on the diagonal, everywhere zero for a feedforward network.
    hidden_to_output : (H, O) array
        As above.
    inputs, outputs : (I,) and (O,) arrays of 0 and 1
        The clamped cells.

    Raises
    ------
    ParameterError
        If a hidden cell projects to itself.
    """

    input_to_hidden: Array
    hidden_to_hidden: Array
    hidden_to_output: Array
    inputs: Array
    outputs: Array

    def __post_init__(self) -> None:
        if np.diag(self.hidden_to_hidden).any():
            raise ParameterError(
                "hidden_to_hidden: has a cell that projects to itself, must have zeros there"
            )

    def target(self) -> Array:
        """Law of the hidden states: the product of all conditionals, normalised over them, (2^H,).

        Without recurrence this is the posterior of the hidden cells. With cycles the product is not
        normalised over the visible cells; this is then the law that defines the model.
        """
        _, spikes, drive = self._cells_that_receive()
        return normalised(log_likelihood(spikes, drive).sum(axis=1))

    def log_odds(self, conditional: Literal["exact", "linear", "off"]) -> Array:
        """Log-odds from which each hidden cell is redrawn in each state, (2^H, H): its drive plus feedback.

        Parameters
        ----------
        conditional : str
            Feedback from the targets j of cell i: ``exact``, the sum of log p(x_j | i on) - log p(x_j | i
            off), which makes the log-odds those of the target; ``linear``, its first order in the weights,
            sum_j (x_j - sigma(u_j)) w_ij; ``off``, none.
        """
        states, spikes, drive = self._cells_that_receive()
        weights = np.hstack((self.hidden_to_hidden, self.hidden_to_output))
        own_drive = drive[:, : states.shape[1]]
        if conditional == "off":
            return own_drive
        if conditional == "linear":
            return np.asarray(own_drive + (spikes - expit(drive)) @ weights.T)
        without = drive[:, None, :] - states[:, :, None] * weights
        gain = log_likelihood(spikes[:, None], without + weights) - log_likelihood(spikes[:, None], without)
        return np.asarray(own_drive + gain.sum(axis=2))

    def _cells_that_receive(self) -> tuple[Array, Array, Array]:
        """Hidden states, and states and drives of hidden and output cells, in every hidden state."""
        states = binary_states(self.hidden_to_hidden.shape[0])
        spikes = np.hstack((states, np.tile(self.outputs, (len(states), 1))))
        drive = np.hstack(
            (
                self.inputs @ self.input_to_hidden + states @ self.hidden_to_hidden,
                states @ self.hidden_to_output,
            )
        )
        return states, spikes, drive

"""Redundant binary synapses from clamped inputs to one visible cell, enumerated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from cortexnet.analysis.gibbs.states import Array, binary_states, log_likelihood, normalised

SynapseConditional = Literal["exact", "linear"]


@dataclass(frozen=True, eq=False)
class Observations:
    """What the synapses of one visible cell have seen.

    Parameters
    ----------
    inputs : (D, P) array
        States of the P presynaptic cells in D data; a bias is a column of ones.
    outputs : (D,) array of 0 and 1
        States of the visible cell.
    """

    inputs: Array
    outputs: Array

    def log_likelihood(self, weights: Array) -> Array:
        """Log probability of the outputs given the inputs under each row of weights (S, P): (S,)."""
        return np.asarray(log_likelihood(self.outputs, weights @ self.inputs.T).sum(axis=1))

    def eligibility(self, weights: Array) -> Array:
        """Gradient of `log_likelihood`, the sum over data of x (y - sigma(u)): (S, P)."""
        return np.asarray((self.outputs - expit(weights @ self.inputs.T)) @ self.inputs)

    def log_ratio(self, weights: Array, connection: int, change: float) -> Array:
        """Return what a change of the weight of one connection adds to `log_likelihood`: (S,)."""
        changed = weights + change * (np.arange(weights.shape[1]) == connection)
        return self.log_likelihood(changed) - self.log_likelihood(weights)


@dataclass(frozen=True, eq=False)
class RedundantSynapses:
    """K binary synapses a connection, of amplitudes +a, -a, +a, ... in turn: 2^(P K) states, all listed.

    Synapse k of connection p is bit p K + k of a state's number. A priori every synapse is on with
    probability 1/2, independently. The data count once each, and every redraw sees all of them at once.
    """

    observations: Observations
    synapses_per_connection: int
    amplitude: float

    @property
    def states(self) -> Array:
        """All states (S, P K)."""
        return binary_states(self.observations.inputs.shape[1] * self.synapses_per_connection)

    @property
    def amplitudes(self) -> Array:
        """Signed amplitude of each synapse, (P K,)."""
        signs = np.where(np.arange(self.synapses_per_connection) % 2 == 0, 1.0, -1.0)
        return np.asarray(np.tile(self.amplitude * signs, self.observations.inputs.shape[1]))

    @property
    def weights(self) -> Array:
        """Summed amplitude of the synapses that are on, (S, P)."""
        each = (self.states * self.amplitudes).reshape(len(self.states), -1, self.synapses_per_connection)
        return np.asarray(each.sum(axis=2))

    def target(self) -> Array:
        """Posterior of the synapses, (S,)."""
        return normalised(self.observations.log_likelihood(self.weights))

    def log_odds(self, conditional: SynapseConditional) -> Array:
        """Log-odds from which each synapse is redrawn in each state, (S, P K).

        Parameters
        ----------
        conditional : str
            ``exact``: the log ratio of the likelihoods with the synapse on and off; ``linear``: amplitude
            times eligibility of the connection, its first order.
        """
        states, weights, per_connection = self.states, self.weights, self.synapses_per_connection
        if conditional == "linear":
            eligibility = np.repeat(self.observations.eligibility(weights), per_connection, axis=1)
            return np.asarray(eligibility * self.amplitudes)
        columns = []
        for k, amplitude in enumerate(self.amplitudes):
            connection = k // per_connection
            own = amplitude * states[:, k, None] * (np.arange(weights.shape[1]) == connection)
            columns.append(self.observations.log_ratio(weights - own, connection, amplitude))
        return np.stack(columns, axis=1)

"""Collapsed synapses: how many synapses of a connection are on, rather than which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln
from scipy.stats import binom

from cortexnet.analysis.gibbs.states import Array, normalised
from cortexnet.analysis.gibbs.synapses import Observations, RedundantSynapses, SynapseConditional


@dataclass(frozen=True, eq=False)
class SynapseCounts:
    """`RedundantSynapses` of which only the numbers that are on are kept, for each sign of each connection.

    With m = K/2 synapses of each sign (K even) and P connections there are (m + 1)^(2P) states. In base
    m + 1, digit 2p of a state's number is the count of connection p with amplitude +a, digit 2p + 1 that
    with -a.
    """

    observations: Observations
    synapses_per_connection: int
    amplitude: float

    @property
    def counts(self) -> Array:
        """Counts in all states, (S, 2P)."""
        base = self.synapses_per_connection // 2 + 1
        n = 2 * self.observations.inputs.shape[1]
        return np.asarray(np.arange(base**n)[:, None] // base ** np.arange(n) % base, dtype=np.float64)

    @property
    def weights(self) -> Array:
        """Weights a (n_plus - n_minus), (S, P)."""
        return np.asarray(self.amplitude * (self.counts[:, ::2] - self.counts[:, 1::2]))

    def target(self) -> Array:
        """Posterior of the counts, (S,): that of the synapses, summed over which of them are on."""
        half, n = self.synapses_per_connection // 2, self.counts
        ways = -(gammaln(n + 1) + gammaln(half - n + 1)).sum(axis=1)
        return normalised(self.observations.log_likelihood(self.weights) + ways)

    def in_parallel(self, conditional: SynapseConditional, update_fraction: float) -> Array:
        """Transition matrix of the collapsed update, (S, S), of all counts at once.

        A count n of m synapses becomes Binomial(n, 1 - f + f p_on) + Binomial(m - n, f p_off), where f is
        the update fraction, and p_on and p_off are the probabilities with which a synapse that is now on, or
        off, is redrawn as on: equal with the linear conditional, which does not ask what the synapse itself
        contributes.
        """
        counts, weights = self.counts, self.weights
        transition = np.ones((len(counts), 1))
        for column, n in enumerate(counts.T.astype(int)):
            amplitude, connection = self.amplitude * (1 - 2 * (column % 2)), column // 2
            if conditional == "linear":
                on = off = amplitude * self.observations.eligibility(weights)[:, connection]
            else:
                off = self.observations.log_ratio(weights, connection, amplitude)
                on = -self.observations.log_ratio(weights, connection, -amplitude)
            laws = [
                self._redrawn(*now, update_fraction) for now in zip(n, expit(on), expit(off), strict=True)
            ]
            # The new count is a more significant digit than those before it.
            transition = (np.stack(laws)[:, :, None] * transition[:, None, :]).reshape(len(counts), -1)
        return transition

    def _redrawn(self, n: int, on: float, off: float, update_fraction: float) -> Array:
        half = self.synapses_per_connection // 2
        stay = binom.pmf(np.arange(n + 1), n, 1 - update_fraction + update_fraction * on)
        come = binom.pmf(np.arange(half - n + 1), half - n, update_fraction * off)
        return np.convolve(stay, come)

    def of_explicit(self, synapses: RedundantSynapses) -> Array:
        """Return the number of the count state of each explicit state, (2^(P K),)."""
        pairs = synapses.states.reshape(len(synapses.states), -1, self.synapses_per_connection // 2, 2)
        counts = pairs.sum(axis=2).reshape(len(pairs), -1).astype(np.int64)
        return np.asarray(counts @ (self.synapses_per_connection // 2 + 1) ** np.arange(counts.shape[1]))

"""Redundant binary synapses between two groups of cells: states, weights, traces, and how all are redrawn.

Every pair of cells is joined by K synapses that are on or off, half of amplitude +a and half of -a, so that
its weight is ``w = a (n_plus - n_minus)`` with the numbers of those that are on (26). A synapse is redrawn
from its log-odds of being on given everything else (33): `Linear` keeps the first order in a, as printed in
(34) and (35), `Exact` keeps the whole. Both need sums over the data only, which cells and synapses can form.

Synapses of the same amplitude and state have the same log-odds. So the two numbers are a sufficient state:
`Collapsed` redraws numbers, `Explicit` every single synapse, and both follow the same law.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import expit

Reals = NDArray[np.floating[Any]]

#: The two classes of synapses, in the order of the first axis of every array of counts.
SIGNS = np.array([1, -1])


def softplus(drive: Reals) -> Reals:
    """Return log(1 + exp(u)): minus the log-probability that a cell of drive u is silent."""
    softened: Reals = np.logaddexp(drive, drive.dtype.type(0))
    return softened


class Conditional(Protocol):
    """How the log-odds of a synapse follow from the data."""

    def eligibility(self, source: Reals, target: Reals, drive: Reals) -> Reals:
        """Sum over data, given cells ``(data, sources)``, ``(data, targets)`` and the targets' drives."""

    def log_odds(self, trace: Reals) -> tuple[Reals, Reals]:
        """Log-odds by the data of synapses that are off and that are on: each (2 signs, sources, targets)."""


class Linear:
    """To first order in the amplitude, +-a sum_d x_i (x_j - sigma(u_j)), whatever the state is (35)."""

    def __init__(self, amplitude: float) -> None:
        self._signed = np.float32(amplitude) * SIGNS.astype(np.float32)[:, None, None]

    def eligibility(self, source: Reals, target: Reals, drive: Reals) -> Reals:
        """Return presynaptic spikes times postsynaptic residuals, shape (sources, targets)."""
        sums: Reals = source.T @ (target - expit(drive))
        return sums

    def log_odds(self, trace: Reals) -> tuple[Reals, Reals]:
        """Return +-a q for both states."""
        both = self._signed * trace
        return both, both


class Exact:
    """The log-likelihood ratio itself, third line of (33): one sum for each amplitude and state.

    A synapse that is on is compared with the drive without it, one that is off with the drive plus it.
    Sources must be 0 or 1.
    """

    def __init__(self, amplitude: float) -> None:
        self._amplitudes = np.float32(amplitude) * SIGNS.astype(np.float32)

    def eligibility(self, source: Reals, target: Reals, drive: Reals) -> Reals:
        """Return the sums of log-ratios, shape (off and on, 2 signs, sources, targets)."""
        silent = softplus(drive)
        ratios = [
            [amplitude * target - (softplus(drive + amplitude) - silent) for amplitude in self._amplitudes],
            [amplitude * target - (silent - softplus(drive - amplitude)) for amplitude in self._amplitudes],
        ]
        sums: Reals = source.T @ np.array(ratios)
        return sums

    def log_odds(self, trace: Reals) -> tuple[Reals, Reals]:
        """Return the traces of both states."""
        return trace[0], trace[1]


class Synapses(Protocol):
    """States of the synapses."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """Synapses that are on, shape (2 signs, sources, targets)."""

    def redraw(self, fraction: float, p_off: Reals, p_on: Reals, random: Generator) -> None:
        """Redraw each synapse with probability `fraction`; given its present state, it then is on with p."""


class Collapsed:
    """Only how many synapses of each amplitude are on: all of one class are exchangeable."""

    def __init__(self, capacity: NDArray[np.int64], p_on: float, random: Generator) -> None:
        self._capacity = capacity
        self.counts = random.binomial(capacity, p_on, size=(2, *capacity.shape))

    def redraw(self, fraction: float, p_off: Reals, p_on: Reals, random: Generator) -> None:
        """See `Synapses.redraw`: binomial numbers of synapses go off and come on."""
        gone = random.binomial(self.counts, fraction * (1 - p_on))
        come = random.binomial(self._capacity - self.counts, fraction * p_off)
        self.counts = self.counts - gone + come


class Explicit:
    """The state of every synapse, as in the source."""

    def __init__(self, capacity: NDArray[np.int64], p_on: float, random: Generator) -> None:
        exists = np.arange(capacity.max()) < capacity[..., None]
        self._exists = np.stack([exists, exists])
        self.states = self._exists & (random.random(self._exists.shape) < p_on)

    @property
    def counts(self) -> NDArray[np.int64]:
        """See `Synapses.counts`."""
        return np.asarray(self.states.sum(axis=-1))

    def redraw(self, fraction: float, p_off: Reals, p_on: Reals, random: Generator) -> None:
        """See `Synapses.redraw`."""
        p = np.where(self.states, p_on[..., None], p_off[..., None])
        drawn = random.random(p.shape) < p
        chosen = self._exists & (random.random(p.shape) < fraction)
        self.states = np.where(chosen, drawn, self.states)


CONDITIONALS: Mapping[str, Callable[[float], Conditional]] = {"linear": Linear, "exact": Exact}
REPRESENTATIONS: Mapping[str, Callable[[NDArray[np.int64], float, Generator], Synapses]] = {
    "collapsed": Collapsed,
    "explicit": Explicit,
}


class Connections:
    """All synapses from one group of cells to another, with their traces.

    Parameters
    ----------
    parameters : Parameters
        Of the dual sampling network.
    amplitude : float
        Of a synapse, a in (26).
    exists : ndarray of bool, shape (sources, targets)
        Which pairs are joined.
    random : Generator
        The initial states are drawn from the prior.

    Attributes
    ----------
    weights : ndarray of float32, shape (sources, targets)
        a (n_plus - n_minus).
    """

    def __init__(
        self, parameters: Any, amplitude: float, exists: NDArray[np.bool_], random: Generator
    ) -> None:
        self._parameters, self._amplitude, self._random = parameters, amplitude, random
        self._conditional = CONDITIONALS[parameters.synapse_conditional](amplitude)
        self._synapses = REPRESENTATIONS[parameters.representation](
            exists * (parameters.synapses_per_connection // 2), expit(parameters.prior_log_odds), random
        )
        self._trace: Reals = np.zeros(exists.shape, np.float32)
        self.weights = self._summed()

    @property
    def counts(self) -> NDArray[np.int64]:
        """Synapses of amplitude +a and -a that are on, shape (2, sources, targets)."""
        return self._synapses.counts

    def learn(self, source: Reals, target: Reals, drive: Reals, repeats: float) -> None:
        """Update the traces by some data, and redraw a fraction of the synapses (37), (34).

        Parameters
        ----------
        source, target, drive : ndarray, shape (data, cells)
            Presynaptic cells, postsynaptic cells, and the drives of the latter.
        repeats : float
            For how many data each of these stands.
        """
        parameters = self._parameters
        step = parameters.trace_rate * parameters.gain * repeats
        evidence = np.float32(step) * self._conditional.eligibility(source, target, drive)
        self._trace = np.float32(1 - parameters.trace_rate) * self._trace + evidence
        log_odds = self._conditional.log_odds(self._trace)
        p_off, p_on = (expit(np.float32(parameters.prior_log_odds) + of_state) for of_state in log_odds)
        self._synapses.redraw(parameters.synapse_update_fraction, p_off, p_on, self._random)
        self.weights = self._summed()

    def _summed(self) -> NDArray[np.float32]:
        plus, minus = self.counts
        return np.asarray(self._amplitude * (plus - minus), dtype=np.float32)

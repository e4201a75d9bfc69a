"""Learning of reading A from data: contrastive divergence with the synapses averaged exactly.

Between two cells that are on, a synapse is on with probability sigma(q + w), so that the gradient of the
likelihood by its weight is ``sigma(q + w_ijk) (<v_i h_j>_data - <v_i h_j>_machine)``. The second average is
taken after a few Gibbs sweeps from the data (CD-n; Hinton 2002). With few hidden cells the likelihood itself
is known exactly, by enumeration of their states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, logsumexp

from cortexnet.analysis.boltzmann.coupling import Array, on_probability, softplus
from cortexnet.analysis.boltzmann.joint_machine import JointMachine, all_bits
from cortexnet.errors import ParameterError

#: Probabilities of always-on and always-off pixels are kept away from 0 and 1 by as much in biases.
_MARGIN = 0.02
_BLOCK = 4096


@dataclass(frozen=True)
class Learning:
    """How a machine learns.

    Attributes
    ----------
    epochs : int
        Times that all data are shown.
    rate : float
        Learning rate.
    batch : int
        Data of one step.
    sweeps : int
        Gibbs sweeps from the data to the machine's own states.
    """

    epochs: int = 100
    rate: float = 0.1
    batch: int = 50
    sweeps: int = 1


def untrained_machine(
    data: Array, n_hidden: int, n_parallel: int, log_odds: float, spread: float, rng: np.random.Generator
) -> JointMachine:
    """Make a machine with weights of mean 0 and SD `spread`, and visible biases of the data's mean.

    Parameters
    ----------
    data : ndarray of 0 and 1, shape (n, visible)
    n_hidden, n_parallel : int
        Hidden cells, and parallel synapses between two cells.
    log_odds, spread : float
        q of all synapses, and SD of their weights.
    rng : Generator
    """
    shape = (data.shape[1], n_hidden, n_parallel)
    return JointMachine(
        weights=spread * rng.standard_normal(shape),
        log_odds=np.full(shape, float(log_odds)),
        visible_bias=np.asarray(logit(np.clip(data.mean(axis=0), _MARGIN, 1 - _MARGIN))),
        hidden_bias=np.zeros(n_hidden),
    )


def learned(machine: JointMachine, data: Array, how: Learning, rng: np.random.Generator) -> JointMachine:
    """Return the machine that has learned data of shape (n, visible), 0 or 1; its log odds stay.

    A synapse whose log odds are minus infinity is absent and learns nothing.
    """
    if machine.units != "binary":
        raise ParameterError(f"contrastive divergence: units = {machine.units}, must be binary")
    weights = machine.weights.copy()
    visible_bias, hidden_bias = machine.visible_bias.copy(), machine.hidden_bias.copy()
    for _ in range(how.epochs):
        order = rng.permutation(len(data))
        for first in range(0, len(data), how.batch):
            shown = data[order[first : first + how.batch]]
            now = replace(machine, weights=weights, visible_bias=visible_bias, hidden_bias=hidden_bias)
            couplings = now.couplings
            answer = expit(hidden_bias + shown @ couplings)
            own, own_answer = _own_states(now, couplings, answer, how.sweeps, rng)
            difference = (shown.T @ answer - own.T @ own_answer) / len(shown)
            weights += how.rate * on_probability(weights, machine.log_odds) * difference[..., None]
            visible_bias += how.rate * (shown - own).mean(axis=0)
            hidden_bias += how.rate * (answer - own_answer).mean(axis=0)
    return replace(machine, weights=weights, visible_bias=visible_bias, hidden_bias=hidden_bias)


def mean_log_likelihood(machine: JointMachine, data: Array) -> float:
    """Mean of log P(v) over data of shape (n, visible), exactly.

    Raises
    ------
    ParameterError
        If the machine has so many hidden cells that their states cannot be enumerated.
    """
    couplings = machine.couplings
    free = data @ machine.visible_bias + softplus(machine.hidden_bias + data @ couplings).sum(axis=1)
    return float(free.mean()) - _log_partition_function(machine, couplings)


def _log_partition_function(machine: JointMachine, couplings: Array) -> float:
    hidden = all_bits(machine.hidden_bias.size)
    parts = [
        logsumexp(
            block @ machine.hidden_bias + softplus(machine.visible_bias + block @ couplings.T).sum(axis=1)
        )
        for block in (hidden[first : first + _BLOCK] for first in range(0, len(hidden), _BLOCK))
    ]
    return float(logsumexp(parts))


def _own_states(
    machine: JointMachine, couplings: Array, answer: Array, sweeps: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Visible states after some sweeps, and the probabilities of the hidden cells that they give."""
    for _ in range(sweeps):
        hidden = _drawn(answer, rng)
        visible = _drawn(expit(machine.visible_bias + hidden @ couplings.T), rng)
        answer = expit(machine.hidden_bias + visible @ couplings)
    return visible, answer


def _drawn(probability: Array, rng: np.random.Generator) -> Array:
    return (rng.random(probability.shape) < probability).astype(np.float64)


def bars_and_stripes(side: int) -> NDArray[np.float64]:
    """All images whose rows, or whose columns, are each uniform: ``2 (2^side - 1)`` patterns."""
    rows = np.repeat(all_bits(side)[:, :, None], side, axis=2)
    images = np.concatenate([rows, rows.transpose(0, 2, 1)]).reshape(-1, side * side)
    return np.unique(images, axis=0).astype(np.float64)

"""What parallel synapses have become by learning: how unequal their roles are, and which can go.

The share of a synapse in its connection is its part of the effective coupling. A connection whose K synapses
have equal shares has K effective synapses, one that rests on a single synapse has 1 (participation ratio).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cortexnet.analysis.boltzmann.coupling import Array, effective_coupling, on_probability
from cortexnet.analysis.boltzmann.joint_machine import JointMachine


def role_table(machine: JointMachine) -> pd.DataFrame:
    """Roles of the parallel synapses of every connection, a row a synapse.

    Returns
    -------
    DataFrame
        ``visible``, ``hidden``, ``rank`` (0: the largest contribution of the connection), ``contribution``
        (to the effective coupling), ``coupling`` (of the connection), ``on_probability`` (with both cells on)
        and ``effective_synapses`` (of the connection).
    """
    parts = effective_coupling(machine.weights, machine.log_odds)
    order = np.argsort(-np.abs(parts), axis=-1)
    ranked = np.take_along_axis(parts, order, axis=-1)
    on = np.take_along_axis(on_probability(machine.weights, machine.log_odds), order, axis=-1)
    visible, hidden, rank = np.indices(parts.shape)
    shape = parts.shape
    return pd.DataFrame(
        {
            "visible": visible.ravel(),
            "hidden": hidden.ravel(),
            "rank": rank.ravel(),
            "contribution": ranked.ravel(),
            "coupling": np.broadcast_to(parts.sum(axis=-1)[..., None], shape).ravel(),
            "on_probability": on.ravel(),
            "effective_synapses": np.broadcast_to(_participation(parts)[..., None], shape).ravel(),
        }
    )


def pruned(machine: JointMachine, share: float) -> JointMachine:
    """Return the machine without the `share` of its synapses that contribute least: they are off for ever."""
    parts = np.abs(effective_coupling(machine.weights, machine.log_odds))
    removed = np.argsort(parts, axis=None)[: round(share * parts.size)]
    log_odds = machine.log_odds.copy()
    log_odds.flat[removed] = -np.inf
    return replace(machine, log_odds=log_odds)


def _participation(parts: Array) -> Array:
    """(sum |x|)^2 / sum x^2 over the last axis."""
    size = np.abs(parts)
    return np.asarray(size.sum(axis=-1) ** 2 / np.maximum((size**2).sum(axis=-1), np.finfo(float).tiny))

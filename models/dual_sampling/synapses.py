"""The connections of the network, as Brian2 synapses: collapsed or explicit, with their three pathways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Clock, NeuronGroup, Synapses
from numpy.typing import NDArray

from cortexnet.devices import set_at_run_time
from cortexnet.draws import (
    Purpose,
    binomial_numbers,
    redrawn,
    stream,
    uniform,
    uniform_numbers,
)
from cortexnet.models.dual_sampling import equations
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.softplus import softplus

#: Places in the slot "start", in which what the last datum left is settled before the next one begins.
LEARNING, REDRAWING = -50, -40
#: Place in the slot "after_synapses", behind the residuals and the events of spikes that leave a trace.
LEARNING_WITHIN_BIN = 2


@dataclass(frozen=True)
class Connection:
    """Connections from one group of cells to another.

    Attributes
    ----------
    name, source, target : str
        Of the Brian2 objects.
    index : int
        A number of its own, for the streams of random numbers.
    feedback : str or None
        Variable of the source that sums what its targets feed back; None where the source does not listen.
    """

    name: str
    source: str
    target: str
    index: int
    feedback: str | None = None

    @property
    def is_of_inputs(self) -> bool:
        """Whether input cells are the source: their drive lasts as long as the datum."""
        return self.source == "inputs"

    def amplitude(self, parameters: Parameters) -> float:
        """Return the amplitude of its synapses."""
        recurrent = self.name == "hidden_to_hidden"
        return parameters.amplitude_recurrent if recurrent else parameters.amplitude

    def pairs(self, n_sources: int, n_targets: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which pairs it joins: sources and targets."""
        i, j = (each.ravel() for each in np.mgrid[:n_sources, :n_targets])
        if self.name == "bias_to_output":
            kept = i == n_sources - 1
        elif self.name == "hidden_to_hidden":
            kept = i != j
        else:
            kept = np.ones(i.shape, dtype=bool)
        return i[kept], j[kept]


CONNECTIONS = (
    Connection("input_to_hidden", "inputs", "hidden", 0),
    Connection("bias_to_output", "inputs", "outputs", 1),
    Connection("hidden_to_output", "hidden", "outputs", 2, feedback="feedback_from_outputs"),
    Connection("hidden_to_hidden", "hidden", "hidden", 3, feedback="feedback_from_hidden"),
)


def connections_of(parameters: Parameters) -> tuple[Connection, ...]:
    """Return the connections that a network of these parameters has."""
    return CONNECTIONS if parameters.is_recurrent else CONNECTIONS[:-1]


def connect(
    connection: Connection,
    groups: Mapping[str, NeuronGroup],
    parameters: Parameters,
    clock: Clock,
) -> Synapses:
    """Make the synapses of a connection and join its cells; the states of the synapses are still zero.

    Parameters
    ----------
    connection : Connection
        Which.
    groups : mapping of str to NeuronGroup
        The cells by name.
    parameters : Parameters
        Of the network.
    clock : Clock
        Ticks once for every presentation.
    """
    synapses = Synapses(
        groups[connection.source],
        groups[connection.target],
        _model(connection, parameters),
        on_pre=_pathways(connection, parameters),
        on_event={"pre": "spike", "learn": "plastic_spike", "redraw": "redraw"},
        clock=clock,
        multisynaptic_index="k" if parameters.representation == "explicit" else None,
        dtype=dict.fromkeys(("eligibility", "trace"), np.float32),
        namespace=_namespace(connection),
        name=connection.name,
    )
    _arrange(synapses, connection)
    i, j = connection.pairs(len(groups[connection.source]), len(groups[connection.target]))
    repeats = parameters.synapses_per_connection if parameters.representation == "explicit" else 1
    synapses.connect(i=i, j=j, n=repeats) if repeats > 1 else synapses.connect(i=i, j=j)
    return synapses


def set_constants(
    synapses: Synapses, connection: Connection, parameters: Parameters, n_training: int, first: int
) -> None:
    """Give shared variables their values when the program starts, so that others compile nothing."""
    values = {
        "amplitude": connection.amplitude(parameters),
        "half": parameters.synapses_per_connection // 2,
        "prior_log_odds": parameters.prior_log_odds,
        "update_fraction": parameters.synapse_update_fraction,
        "trace_rate": parameters.trace_rate,
        "data_weight": parameters.gain * n_training / parameters.data_per_update,
        "first_shown": first,
    }
    for name, value in values.items():
        set_at_run_time(synapses, name, value)


def prior(
    connection: Connection, parameters: Parameters, n_sources: int, n_targets: int, seed: int
) -> dict[str, NDArray[Any]]:
    """Draw all synapses of a connection as they are without data.

    Returns
    -------
    dict of str to ndarray
        Values of the variables that `connect` leaves at zero, one a row.
    """
    i, j = connection.pairs(n_sources, n_targets)
    p_on = 1 / (1 + np.exp(-parameters.prior_log_odds))
    half = parameters.synapses_per_connection // 2
    if parameters.representation == "collapsed":
        n_plus, n_minus = (
            binomial_numbers(seed, _stream(connection, Purpose.PRIOR_COUNT, sign), 0, i, j, half, p_on)
            for sign in (0, 1)
        )
        weight = connection.amplitude(parameters) * (n_plus - n_minus)
        drawn = {"n_plus": n_plus, "n_minus": n_minus, "weight": weight}
    else:
        k = np.tile(np.arange(2 * half), i.size)
        i, j = np.repeat(i, 2 * half), np.repeat(j, 2 * half)
        chance = uniform_numbers(seed, _stream(connection, Purpose.SYNAPSE, 1), 0, i, j + n_targets * k)
        drawn = {"s": (chance < p_on).astype(int)}
    nothing = np.zeros(i.size)
    return drawn | {"eligibility": nothing, "trace": nothing}


def set_amplitudes(synapses: Synapses, connection: Connection, parameters: Parameters) -> None:
    """Give explicit synapses their sizes: the first half of each connection excites, the other inhibits."""
    if parameters.representation == "explicit":
        synapses.size = "amplitude*(1 - 2*int(k >= half))"


def _model(connection: Connection, parameters: Parameters) -> str:
    collapsed = parameters.representation == "collapsed"
    model = equations.COLLAPSED if collapsed else equations.EXPLICIT
    if connection.feedback is None:
        return model
    return model + equations.FEEDBACK[parameters.neuron_conditional].format(name=connection.feedback)


def _pathways(connection: Connection, parameters: Parameters) -> dict[str, str]:
    is_graded = connection.is_of_inputs and parameters.coding == "grey"
    intensity = equations.GRADED if is_graded else ""
    drive = equations.ON_INPUT_SPIKE if connection.is_of_inputs else equations.ON_SPIKE
    learn = equations.ON_PLASTIC_SPIKE[parameters.synapse_conditional]
    return {
        "pre": drive.format(intensity=intensity),
        "learn": learn.format(intensity=intensity),
        "redraw": _redraw(parameters),
    }


def _arrange(synapses: Synapses, connection: Connection) -> None:
    """Put the pathways into their places of a bin."""
    synapses.redraw.when, synapses.redraw.order = "start", REDRAWING
    if connection.is_of_inputs:
        # Before input cells fire anew, the learning pathway still sees their spikes for the last datum.
        synapses.learn.when, synapses.learn.order = "start", LEARNING
        synapses.pre.when, synapses.pre.order = "start", 0
    else:
        synapses.learn.when, synapses.learn.order = "after_synapses", LEARNING_WITHIN_BIN


def _redraw(parameters: Parameters) -> str:
    if parameters.representation == "collapsed":
        return equations.REDRAW_COLLAPSED
    return equations.REDRAW_EXPLICIT.format(log_odds=equations.LOG_ODDS[parameters.synapse_conditional])


def _namespace(connection: Connection) -> dict[str, Any]:
    return {
        "redrawn": redrawn,
        "uniform": uniform,
        "softplus": softplus,
        "chosen_stream": _stream(connection, Purpose.CHOSEN_SYNAPSE),
        "synapse_stream": _stream(connection, Purpose.SYNAPSE),
        # Each of these uses the stream after it as well.
        "plus_stream": _stream(connection, Purpose.REDRAWN_COUNT, 0),
        "minus_stream": _stream(connection, Purpose.REDRAWN_COUNT, 2),
    }


def _stream(connection: Connection, purpose: Purpose, nth: int = 0) -> int:
    return stream(purpose, 4 * connection.index + nth)

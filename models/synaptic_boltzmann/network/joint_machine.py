"""Reading A in Brian2: binary cells and binary synapses that sample their joint law together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Clock, NeuronGroup, SpikeMonitor, StateMonitor, Synapses

from cortexnet.analysis.boltzmann.joint_machine import JointMachine
from cortexnet.devices import mark_run_time_values, set_at_run_time
from cortexnet.draws import Purpose, checked_seed, stream, uniform
from cortexnet.models.synaptic_boltzmann import equations
from cortexnet.models.synaptic_boltzmann.machine import joint_machine
from cortexnet.models.synaptic_boltzmann.network.sides import side
from cortexnet.models.synaptic_boltzmann.parameters import Parameters
from cortexnet.network import Description, ModelNetwork, Population

SYNAPSES, SYNAPSE_STATES = "synapses", "synapse_states"


def build(parameters: Parameters | None = None, seed: int = 1) -> ModelNetwork:
    """Build independent copies of a joint machine as one network.

    Parameters
    ----------
    parameters : Parameters, optional
        The defaults where none are given.
    seed : int
        Master seed of the couplings and of all states, 0 to 2**31 - 1. The same seed gives the same states on
        every device, as far as sums of few weights do not depend on their order.

    Returns
    -------
    ModelNetwork
        A Brian2 Network with the groups ``visible`` and ``hidden`` (copy after copy), the synapses
        ``synapses`` (copy after copy, then in the order of the flattened weights), their spikes
        ``visible_spikes`` and ``hidden_spikes``, one a bin in which a cell is on, and ``synapse_states``.
    """
    parameters = Parameters() if parameters is None else parameters
    seed = checked_seed(seed)
    machine = joint_machine(parameters, seed)
    clock = Clock(dt=parameters.time_bin, name="network_clock")
    sizes = {"visible": parameters.n_visible, "hidden": parameters.n_hidden}
    groups = {
        name: side(name, size * parameters.n_chains, index, seed, clock)
        for index, (name, size) in enumerate(sizes.items())
    }
    synapses = _synapses(groups, clock)
    mark_run_time_values()
    for name, group in groups.items():
        group.bias = np.tile(getattr(machine, f"{name}_bias"), parameters.n_chains)
        group.is_on = equations.START_CELL
    _connect(synapses, machine, parameters.n_chains)
    set_at_run_time(synapses, "log_odds", parameters.synapse_log_odds)
    return ModelNetwork(
        *groups.values(),
        synapses,
        *(SpikeMonitor(group, name=f"{name}_spikes") for name, group in groups.items()),
        StateMonitor(synapses, "is_active", record=True, clock=clock, when="end", name=SYNAPSE_STATES),
        description=Description(
            system="synaptic_boltzmann",
            parameters=parameters,
            seed=seed,
            populations=tuple(
                Population(name, len(group), f"{name}_spikes") for name, group in groups.items()
            ),
            pathways={SYNAPSES: "visible"},
            summarise=lambda recording: {},
        ),
    )


def _synapses(groups: Mapping[str, NeuronGroup], clock: Clock) -> Synapses:
    synapses = Synapses(
        groups["visible"],
        groups["hidden"],
        equations.JOINT_SYNAPSE,
        clock=clock,
        namespace={"uniform": uniform, "synapse_stream": stream(Purpose.SYNAPSE, 0)},
        name=SYNAPSES,
    )
    synapses.run_regularly(equations.REDRAW_SYNAPSE, clock=clock, when="start", name="redraw_synapses")
    return synapses


def _connect(synapses: Any, machine: JointMachine, n_chains: int) -> None:
    """Join the cells of each copy by parallel synapses with the machine's weights."""
    visible, hidden, parallel = (index.ravel() for index in np.indices(machine.weights.shape))
    chain = np.repeat(np.arange(n_chains), visible.size)
    synapses.connect(
        i=chain * machine.visible_bias.size + np.tile(visible, n_chains),
        j=chain * machine.hidden_bias.size + np.tile(hidden, n_chains),
    )
    synapses.weight = np.tile(machine.weights.ravel(), n_chains)
    synapses.parallel = np.tile(parallel, n_chains)

"""The network of Teramae, Tsubo & Fukai (2012) as ordinary, named Brian2 objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import psutil
from brian2 import Clock, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, ms, second
from brian2 import seed as seed_brian2

from cortexnet.analysis.summary import summary_numbers
from cortexnet.devices import mark_run_time_values, set_at_run_time
from cortexnet.draws import Purpose, checked_seed, stream, uniform, waiting_time_function
from cortexnet.errors import ParameterError
from cortexnet.models.spontaneous_activity import equations
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.models.spontaneous_activity.pathways import (
    PATHWAYS,
    POPULATIONS,
    TRIALS,
    Pathway,
    size_of,
)
from cortexnet.models.spontaneous_activity.strengths import conductance_on_excitatory
from cortexnet.network import Description, ModelNetwork, Population

#: Membrane potentials are recorded in the first cells of a population, every 5 ms.
RECORDED_CELLS = 500
VOLTAGE_INTERVAL = 5 * ms

SHARED_CONSTANTS = (
    "synaptic_time_constant",
    "refractory_period",
    "leak_potential",
    "excitatory_reversal_potential",
    "inhibitory_reversal_potential",
    "threshold_potential",
    "reset_potential",
)

#: What a synapse takes in the leanest case, a compiled program in single precision; and what a signed 32-bit
#: index can number.
BYTES_PER_SYNAPSE = 11
MOST_SYNAPSES = 2**31 - 1


def build(parameters: Parameters | None = None, seed: int = 1, trial: int = 0) -> ModelNetwork:
    """Build the strong-sparse/weak-dense network.

    Parameters
    ----------
    parameters : Parameters, optional
        The published set where none is given.
    seed : int
        Master seed of everything random in the network, 0 to 2**31 - 1. The same seed gives the same
        network on every device. Brian2's own generator is seeded with it as well, for objects of the user.
    trial : int
        Another trial is the same network, kicked in the same way, with other release failures; 0 to 32767.

    Returns
    -------
    ModelNetwork
        A Brian2 Network with the groups ``excitatory`` and ``inhibitory``, the synapses
        ``excitatory_to_excitatory`` and so on, and the monitors ``excitatory_spikes``,
        ``excitatory_voltage`` (first 500 cells, every 5 ms) and so on.

    Raises
    ------
    ParameterError
        If the seed or the trial is out of range.
    """
    parameters = Parameters() if parameters is None else parameters
    seed = checked_seed(seed)
    if not 0 <= trial < TRIALS:
        raise ParameterError(f"trial = {trial}: must be from 0 to {TRIALS - 1}")
    _require_feasible_size(parameters)
    seed_brian2(seed)
    clock = Clock(dt=parameters.time_step, name="network_clock")
    groups = {name: _population(name, parameters, seed, clock) for name in POPULATIONS}
    synapses = {pathway: _synapses(pathway, groups, parameters, clock) for pathway in PATHWAYS}

    mark_run_time_values()
    for group in groups.values():
        group.v = "leak_potential"
        group.next_kick = equations.FIRST_KICK
    for pathway in PATHWAYS:
        pathway.rows(parameters).connect(synapses[pathway], seed)
        _initialise(synapses[pathway], pathway, parameters, trial)
    return ModelNetwork(
        *groups.values(),
        *synapses.values(),
        *(SpikeMonitor(group, name=f"{name}_spikes") for name, group in groups.items()),
        *(_voltage_monitor(name, group) for name, group in groups.items()),
        description=_description(parameters, seed, trial),
    )


def _require_feasible_size(parameters: Parameters) -> None:
    """Refuse a network that Brian2 cannot number or this machine cannot hold, before it is connected."""
    all_rows = [pathway.rows(parameters) for pathway in PATHWAYS]
    expected = [rows.probability * rows.n_sources * rows.n_targets for rows in all_rows]
    sizes = f"n_excitatory = {parameters.n_excitatory}, n_inhibitory = {parameters.n_inhibitory}"
    if max(expected) > MOST_SYNAPSES:
        raise ParameterError(
            f"{sizes}: a pathway would have {max(expected):.3g} synapses, must be at most {MOST_SYNAPSES}"
        )
    needed, free = BYTES_PER_SYNAPSE * sum(expected), psutil.virtual_memory().available
    if needed > free:
        raise ParameterError(
            f"{sizes}: {sum(expected):.3g} synapses need {needed / 1e9:.1f} GB of memory, "
            f"and {free / 1e9:.1f} GB are free"
        )


def set_all(group: Any, values: Mapping[str, Any]) -> None:
    """Give shared variables of a group their values when the program starts."""
    for name, value in values.items():
        set_at_run_time(group, name, value)


def cell_constants(population: str, parameters: Parameters) -> dict[str, Any]:
    """Return the constants of the membrane equations of one type of cell."""
    constants = {name: getattr(parameters, name) for name in SHARED_CONSTANTS}
    return constants | {"membrane_time_constant": getattr(parameters, f"membrane_time_constant_{population}")}


def _population(name: str, parameters: Parameters, seed: int, clock: Clock) -> NeuronGroup:
    index = POPULATIONS.index(name)
    kick_steps = round(float(parameters.kick_duration / parameters.time_step))
    kick_probability = float(parameters.kick_rate * parameters.time_step)
    steps_to_kick = waiting_time_function(
        "steps_to_kick",
        stream=stream(Purpose.KICK, index),
        probability=kick_probability,
        longest=kick_steps + 1,
    )
    group = NeuronGroup(
        size_of(name, parameters),
        equations.MEMBRANE + equations.CONSTANTS + equations.LEAK + equations.KICK_STATE,
        threshold=equations.THRESHOLD,
        reset=equations.RESET,
        refractory=equations.REFRACTORY,
        events={"kick": equations.KICK},
        method="rk2",
        clock=clock,
        namespace={
            "steps_to_kick": steps_to_kick,
            "uniform": uniform,
            "kept_kick_stream": stream(Purpose.KEPT_KICK, index),
        },
        name=name,
    )
    group.run_on_event("kick", equations.ON_KICK)
    set_all(group, cell_constants(name, parameters))
    set_all(
        group,
        {
            "master_seed": seed,
            "kick_steps": kick_steps,
            "kick_conductance": float(conductance_on_excitatory(parameters, parameters.kick_epsp)) / second,
        },
    )
    return group


def _synapses(
    pathway: Pathway, groups: Mapping[str, NeuronGroup], parameters: Parameters, clock: Clock
) -> Synapses:
    if pathway.is_lognormal:
        model, on_spike = equations.LOGNORMAL_SYNAPSE, equations.ON_UNRELIABLE_SPIKE
    else:
        model = equations.UNIFORM_SYNAPSE
        on_spike = (
            equations.ON_EXCITATORY_SPIKE if pathway.source == "excitatory" else equations.ON_INHIBITORY_SPIKE
        )
    return Synapses(
        groups[pathway.source],
        groups[pathway.target],
        model,
        on_pre=on_spike,
        clock=clock,
        namespace=pathway.functions(parameters),
        # Half the memory of a double; 24 bits of a probability are enough.
        dtype={"failure_probability": np.float32} if pathway.is_lognormal else None,
        name=pathway.name,
    )


def _initialise(synapses: Synapses, pathway: Pathway, parameters: Parameters, trial: int) -> None:
    """Give connected synapses their strengths and delays; Brian2 refuses even shared values before."""
    set_all(synapses, pathway.delay_range(parameters))
    if pathway.is_lognormal:
        set_all(synapses, {"release_stream": pathway.release_stream(trial)})
        synapses.conductance = equations.CONDUCTANCE
        synapses.failure_probability = equations.FAILURE_PROBABILITY
    else:
        set_all(synapses, {"conductance": getattr(parameters, f"conductance_{pathway.name}")})
    synapses.delay = equations.DELAY


def _voltage_monitor(name: str, group: NeuronGroup) -> StateMonitor:
    cells = range(min(RECORDED_CELLS, len(group)))
    return StateMonitor(group, "v", record=cells, dt=VOLTAGE_INTERVAL, name=f"{name}_voltage")


def _description(parameters: Parameters, seed: int, trial: int) -> Description:
    return Description(
        system="spontaneous_activity",
        parameters=parameters,
        seed=seed,
        trial=trial,
        populations=tuple(
            Population(name, size_of(name, parameters), f"{name}_spikes", f"{name}_voltage")
            for name in POPULATIONS
        ),
        pathways={pathway.name: pathway.source for pathway in PATHWAYS},
        summarise=summary_numbers,
    )

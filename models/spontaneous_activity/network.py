"""The network of Teramae, Tsubo & Fukai (2012) as ordinary, named Brian2 objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import psutil
from brian2 import Clock, Function, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, ms, second
from brian2 import seed as seed_brian2

from cortexnet.analysis.summary import summary_numbers
from cortexnet.devices import mark_run_time_values, set_at_run_time
from cortexnet.draws import (
    Purpose,
    RandomRows,
    WordRange,
    checked_seed,
    delay_steps,
    fixed_point_steps,
    stream,
    uniform,
    waiting_time_function,
)
from cortexnet.errors import ParameterError
from cortexnet.models.spontaneous_activity import equations
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.models.spontaneous_activity.strengths import (
    conductance_on_excitatory,
    kept_synapses,
    strength_functions,
)
from cortexnet.network import Description, ModelNetwork, Population

POPULATIONS = ("excitatory", "inhibitory")

#: Membrane potentials are recorded in the first cells of a population, every 5 ms.
RECORDED_CELLS = 500
VOLTAGE_INTERVAL = 5 * ms

#: What a synapse takes in the leanest case, a compiled program; and what a signed 32-bit index can number.
BYTES_PER_SYNAPSE = 30
MOST_SYNAPSES = 2**31 - 1

#: The streams of one trial's release failures lie this far from those of the next.
STREAMS_OF_A_TRIAL = 2**16
TRIALS = 2**15


class Pathway(NamedTuple):
    """From one population to another; its place in the list numbers its random streams."""

    source: str
    target: str

    @property
    def name(self) -> str:
        """Name of its Synapses object."""
        return f"{self.source}_to_{self.target}"


PATHWAYS = tuple(Pathway(source, target) for source in POPULATIONS for target in POPULATIONS)


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
    rows = {pathway: _rows(pathway, parameters) for pathway in PATHWAYS}
    synapses = {pathway: _synapses(pathway, groups, rows[pathway], parameters, clock) for pathway in PATHWAYS}

    mark_run_time_values()
    for group in groups.values():
        group.v = "leak_potential"
        group.next_kick = equations.FIRST_KICK
    for pathway in PATHWAYS:
        rows[pathway].connect(synapses[pathway], seed)
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
    all_rows = [_rows(pathway, parameters) for pathway in PATHWAYS]
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


def _is_lognormal(pathway: Pathway) -> bool:
    return pathway == Pathway("excitatory", "excitatory")


def _size(population: str, parameters: Parameters) -> int:
    return int(getattr(parameters, f"n_{population}"))


def _set(group: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        set_at_run_time(group, name, value)


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
        _size(name, parameters),
        equations.MEMBRANE + equations.CONSTANTS + equations.KICK_STATE,
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
    shared = (
        "synaptic_time_constant",
        "refractory_period",
        "leak_potential",
        "excitatory_reversal_potential",
        "inhibitory_reversal_potential",
        "threshold_potential",
        "reset_potential",
    )
    _set(group, {constant: getattr(parameters, constant) for constant in shared})
    _set(
        group,
        {
            "membrane_time_constant": getattr(parameters, f"membrane_time_constant_{name}"),
            "master_seed": seed,
            "kick_steps": kick_steps,
            "kick_conductance": float(conductance_on_excitatory(parameters, parameters.kick_epsp)) / second,
        },
    )
    return group


def _rows(pathway: Pathway, parameters: Parameters) -> RandomRows:
    index = PATHWAYS.index(pathway)
    epsp_stream = stream(Purpose.EPSP, index)
    return RandomRows(
        stream=stream(Purpose.CONNECTION, index),
        probability=float(getattr(parameters, f"connection_probability_{pathway.source}")),
        n_sources=_size(pathway.source, parameters),
        n_targets=_size(pathway.target, parameters),
        exclude_self=pathway.source == pathway.target,
        kept=kept_synapses(parameters, epsp_stream) if _is_lognormal(pathway) else WordRange(epsp_stream),
    )


def _synapses(
    pathway: Pathway,
    groups: Mapping[str, NeuronGroup],
    rows: RandomRows,
    parameters: Parameters,
    clock: Clock,
) -> Synapses:
    index = PATHWAYS.index(pathway)
    namespace: dict[str, Function | int] = {
        **rows.functions(),
        "delay_draw": delay_steps("delay_draw", stream=stream(Purpose.DELAY, index)),
    }
    if _is_lognormal(pathway):
        model, on_spike = equations.LOGNORMAL_SYNAPSE, equations.ON_UNRELIABLE_SPIKE
        namespace |= strength_functions(parameters, stream(Purpose.EPSP, index))
        namespace |= {"uniform": uniform}
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
        namespace=namespace,
        # Half the memory of a double; 24 bits of a probability are enough.
        dtype={"failure_probability": np.float32} if _is_lognormal(pathway) else None,
        name=pathway.name,
    )


def _delay_range(pathway: Pathway, parameters: Parameters) -> dict[str, int]:
    mean = (
        parameters.mean_delay_excitatory_to_excitatory
        if _is_lognormal(pathway)
        else parameters.mean_delay_other
    )
    time_step = float(parameters.time_step)
    return {
        "shortest_delay": fixed_point_steps(float(mean - parameters.delay_half_width), time_step),
        "delay_width": fixed_point_steps(float(2 * parameters.delay_half_width), time_step),
    }


def _initialise(synapses: Synapses, pathway: Pathway, parameters: Parameters, trial: int) -> None:
    """Give connected synapses their strengths and delays; Brian2 refuses even shared values before."""
    _set(synapses, _delay_range(pathway, parameters))
    if _is_lognormal(pathway):
        release_stream = stream(Purpose.RELEASE, PATHWAYS.index(pathway)) + STREAMS_OF_A_TRIAL * trial
        _set(synapses, {"release_stream": release_stream})
        synapses.conductance = equations.CONDUCTANCE
        synapses.failure_probability = equations.FAILURE_PROBABILITY
    else:
        _set(synapses, {"conductance": getattr(parameters, f"conductance_{pathway.name}")})
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
            Population(name, _size(name, parameters), f"{name}_spikes", f"{name}_voltage")
            for name in POPULATIONS
        ),
        pathways={pathway.name: pathway.source for pathway in PATHWAYS},
        summarise=summary_numbers,
    )

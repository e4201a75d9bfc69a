"""The dual sampling network as ordinary, named Brian2 objects.

The order of things within a time bin. When a datum begins, what the last one left is settled first:

====== ===================================================================================================
slot   what happens
====== ===================================================================================================
start  traces take up the spikes of the last datum; every M data synapses are redrawn; the next datum makes
       input cells fire; their spikes drive hidden cells (and the bias the outputs) for as long as it is shown
groups targets feed back to hidden cells [32], and hidden cells are redrawn [31]
then   spikes reach hidden and output cells [25]; output cells are redrawn or held at the label; every cell
       notes its residual; in the last bin of a datum, traces take up the spikes of hidden cells [35]
====== ===================================================================================================

The first of those is why a run lasts one bin longer than its data: in the closing bin nothing else happens,
and the next run begins with the same bin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import (
    BrianLogger,
    Clock,
    EventMonitor,
    NeuronGroup,
    Quantity,
    SpikeMonitor,
    StateMonitor,
    TimedArray,
)
from brian2 import seed as seed_brian2
from brian2.utils.logger import NameFilter
from numpy.typing import NDArray

from cortexnet.devices import mark_run_time_values, set_at_run_time
from cortexnet.draws import Purpose, bytes_function, checked_seed, stream, uniform
from cortexnet.models.dual_sampling import equations
from cortexnet.models.dual_sampling.coding import brightness
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.dual_sampling.size import refuse_what_cannot_fit
from cortexnet.models.dual_sampling.state import CELLS, State
from cortexnet.models.dual_sampling.synapses import (
    connect,
    connections_of,
    prior,
    set_amplitudes,
    set_constants,
)
from cortexnet.network import Description, ModelNetwork, Population

#: Places in the slots of a bin; see above. Those of synapses are in `synapses`.
READ_OUT, REDRAW, INPUT, INPUT_SPIKES, ONSET = -60, -45, -30, -20, -10
OUTPUT, RESIDUAL, PLASTIC_SPIKES = -1, 0, 1


def duration(parameters: Parameters, schedule: Schedule) -> Quantity:
    """Return how long a network must run to go through a schedule, the closing bin included."""
    return (len(schedule) * parameters.bins_per_datum + 1) * parameters.time_bin


def build(
    parameters: Parameters,
    examples: Examples,
    schedule: Schedule,
    seed: int = 1,
    state: State | None = None,
) -> ModelNetwork:
    """Build the network, to be run for `duration`.

    Parameters
    ----------
    parameters : Parameters
        Constants of cells and synapses.
    examples : Examples
        What it is shown.
    schedule : Schedule
        In which order, and where it learns.
    seed : int
        Master seed of everything random in the network, 0 to 2**31 - 1. Brian2's own generator is seeded with
        it as well, for objects of the user.
    state : State, optional
        What it begins with; without one, with synapses drawn from their prior. Then a run in parts is,
        draw for draw, the run in one.

    Returns
    -------
    ModelNetwork
        A Brian2 Network with the groups ``inputs`` (the last is the bias), ``hidden`` and ``outputs``, the
        synapses ``input_to_hidden``, ``bias_to_output``, ``hidden_to_output`` and, where it is recurrent,
        ``hidden_to_hidden``, and the monitors ``read_out`` (once a presentation, at its end),
        ``hidden_spikes`` and ``output_spikes`` (where the schedule records).

    Raises
    ------
    ParameterError
        If the seed is out of range, or the synapses need more memory than is free.
    """
    seed = checked_seed(seed)
    seed_brian2(seed)
    clocks = _Clocks.of(parameters)
    gates = _gates(schedule, examples, parameters, clocks)
    coded = brightness(examples.images, parameters.coding)
    refuse_what_cannot_fit(parameters, coded.shape[1], examples.n_classes)
    groups = {
        "inputs": _inputs(coded, parameters, gates, clocks),
        "hidden": _hidden(parameters, gates, clocks),
        "outputs": _outputs(examples.n_classes, parameters, gates, clocks),
    }
    connections = connections_of(parameters)
    synapses = {each.name: connect(each, groups, parameters, clocks.datum) for each in connections}
    _set_shared(groups, parameters, schedule, seed)
    for each in connections:
        set_constants(synapses[each.name], each, parameters, examples.n_training, schedule.first)
    mark_run_time_values()
    for each in connections:
        set_amplitudes(synapses[each.name], each, parameters)
    state = _first_state(parameters, groups, seed) if state is None else state
    state.restore(groups | synapses)
    return _SamplingNetwork(
        *groups.values(),
        *synapses.values(),
        *_monitors(groups, clocks),
        description=_description(parameters, examples, seed),
    )


class _SamplingNetwork(ModelNetwork):
    """Its pathways tick with their sources on purpose, and without delays: Brian2 need not warn of it."""

    def before_run(self, run_namespace: Mapping[str, Any]) -> None:
        """Prepare all objects."""
        handler, of_clocks = BrianLogger.console_handler, NameFilter("synapses_dt_mismatch")
        if handler is not None:
            handler.addFilter(of_clocks)
        try:
            super().before_run(run_namespace)
        finally:
            if handler is not None:
                handler.removeFilter(of_clocks)


def _first_state(parameters: Parameters, groups: Mapping[str, NeuronGroup], seed: int) -> State:
    """Silent cells, and synapses drawn from their prior."""
    values = {
        f"{group}.{name}": np.zeros(len(groups[group])) for group, names in CELLS.items() for name in names
    }
    for each in connections_of(parameters):
        drawn = prior(each, parameters, len(groups[each.source]), len(groups[each.target]), seed)
        values |= {f"{each.name}.{name}": value for name, value in drawn.items()}
    return State(0, values)


@dataclass(frozen=True)
class _Clocks:
    """Ticks of bins and of presentations."""

    bin: Clock
    datum: Clock

    @classmethod
    def of(cls, parameters: Parameters) -> _Clocks:
        datum = parameters.bins_per_datum * parameters.time_bin
        return cls(
            Clock(parameters.time_bin, name="bin_clock"),
            Clock(datum, name="datum_clock"),
        )


def _gates(
    schedule: Schedule, examples: Examples, parameters: Parameters, clocks: _Clocks
) -> dict[str, TimedArray]:
    """Return what the schedule says, as functions of time; in the closing bin nothing goes on."""
    labels = np.where(schedule.clamped, examples.labels[schedule.datum], -1)
    values = {
        "shown_datum": np.append(schedule.datum, -1),
        "shown_label": np.append(labels, -1),
        "learns": np.append(schedule.learning, False),
        "feeds_back": np.append(schedule.feedback, False),
        "is_recorded": np.append(schedule.recorded, False),
        "proceeds": np.append(np.ones(len(schedule)), 0),
        "is_update": schedule.updates(parameters.data_per_update),
    }
    return {name: TimedArray(value.astype(float), dt=clocks.datum.dt) for name, value in values.items()}


def _inputs(
    coded: NDArray[np.uint8], parameters: Parameters, gates: Mapping[str, TimedArray], clocks: _Clocks
) -> NeuronGroup:
    group = NeuronGroup(
        coded.shape[1],
        equations.INPUT_CELL,
        threshold=equations.INPUT_SPIKE,
        reset="",
        events={"plastic_spike": equations.PLASTIC_INPUT_SPIKE, "redraw": equations.INPUT_REDRAW},
        clock=clocks.datum,
        namespace={
            "brightness": bytes_function("brightness", coded),
            "uniform": uniform,
            "input_stream": stream(Purpose.INPUT, 0),
            **gates,
        },
        name="inputs",
    )
    group.run_regularly(
        equations.INPUT[parameters.coding], clock=clocks.datum, when="start", order=INPUT, name="input_cells"
    )
    for event in ("spike", "plastic_spike"):
        group.set_event_schedule(event, when="start", order=INPUT_SPIKES)
    group.set_event_schedule("redraw", when="start", order=REDRAW)
    return group


def _cells(
    name: str, size: int, model: str, onset: str, index: int, gates: Mapping[str, TimedArray], clocks: _Clocks
) -> NeuronGroup:
    """Hidden or output cells, with what both do in a bin."""
    group = NeuronGroup(
        size,
        model,
        threshold=equations.SPIKE,
        reset="",
        events={
            "plastic_spike": equations.PLASTIC_SPIKE,
            "recorded_spike": equations.RECORDED_SPIKE,
            "redraw": equations.REDRAW,
        },
        clock=clocks.bin,
        namespace={
            "uniform": uniform,
            "cell_stream": stream(Purpose.CELL, index),
            "chosen_stream": stream(Purpose.CHOSEN_CELL, index),
            **gates,
        },
        name=name,
    )
    group.set_event_schedule("plastic_spike", when="after_synapses", order=PLASTIC_SPIKES)
    group.set_event_schedule("recorded_spike", when="after_synapses", order=PLASTIC_SPIKES)
    group.set_event_schedule("redraw", when="start", order=REDRAW)
    group.run_regularly(onset, clock=clocks.datum, when="start", order=ONSET, name=f"{name}_onset")
    group.run_regularly(
        equations.FORGET_SPIKES, clock=clocks.bin, when="before_synapses", name=f"{name}_forget_spikes"
    )
    return group


def _hidden(parameters: Parameters, gates: Mapping[str, TimedArray], clocks: _Clocks) -> NeuronGroup:
    group = _cells("hidden", parameters.n_hidden, equations.HIDDEN_CELL, equations.ONSET, 0, gates, clocks)
    group.run_regularly(equations.REDRAW_HIDDEN, clock=clocks.bin, when="groups", name="hidden_cells")
    group.run_regularly(
        equations.HIDDEN_RESIDUAL,
        clock=clocks.bin,
        when="after_synapses",
        order=RESIDUAL,
        name="hidden_residuals",
    )
    return group


def _outputs(
    size: int, parameters: Parameters, gates: Mapping[str, TimedArray], clocks: _Clocks
) -> NeuronGroup:
    group = _cells("outputs", size, equations.OUTPUT_CELL, equations.OUTPUT_ONSET, 1, gates, clocks)
    group.run_regularly(
        equations.REDRAW_OUTPUT, clock=clocks.bin, when="after_synapses", order=OUTPUT, name="output_cells"
    )
    group.run_regularly(
        equations.OUTPUT_RESIDUAL,
        clock=clocks.bin,
        when="after_synapses",
        order=RESIDUAL,
        name="output_residuals",
    )
    group.set_event_schedule("spike", when="after_synapses", order=PLASTIC_SPIKES)
    return group


def _set_shared(
    groups: Mapping[str, NeuronGroup], parameters: Parameters, schedule: Schedule, seed: int
) -> None:
    for group in groups.values():
        set_at_run_time(group, "master_seed", seed)
    set_at_run_time(groups["inputs"], "first_presentation", schedule.first)
    for name in ("hidden", "outputs"):
        set_at_run_time(groups[name], "first_bin", schedule.first * parameters.bins_per_datum)
        set_at_run_time(groups[name], "bins_per_datum", parameters.bins_per_datum)
        set_at_run_time(groups[name], "neuron_update_fraction", parameters.neuron_update_fraction)
    set_at_run_time(groups["hidden"], "feedback_rate", parameters.feedback_rate)


def _monitors(groups: Mapping[str, NeuronGroup], clocks: _Clocks) -> list[Any]:
    read_out = StateMonitor(
        groups["outputs"],
        ["probability", "probability_sum", "spike_count"],
        record=True,
        clock=clocks.datum,
        when="start",
        order=READ_OUT,
        name="read_out",
    )
    counts = [
        SpikeMonitor(groups[name], record=False, name=f"{name}_counts") for name in ("inputs", "hidden")
    ]
    return [
        read_out,
        *counts,
        EventMonitor(groups["hidden"], "recorded_spike", name="hidden_spikes"),
        EventMonitor(groups["outputs"], "recorded_spike", name="output_spikes"),
    ]


def _description(parameters: Parameters, examples: Examples, seed: int) -> Description:
    return Description(
        system="dual_sampling",
        parameters=parameters,
        seed=seed,
        populations=(
            Population("hidden", parameters.n_hidden, "hidden_spikes"),
            Population("outputs", examples.n_classes, "output_spikes"),
        ),
        # Spikes are recorded now and then: synaptic events are counted by `stage`.
        pathways={},
        summarise=lambda recording: {},
    )

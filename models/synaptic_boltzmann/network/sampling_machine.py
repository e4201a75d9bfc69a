"""The sampling machine in Brian2: integrate-and-fire cells whose only noise is in their synapses.

Two experiments share a network. Inputs that spike together, volley after volley, excite ``volley_cells``,
each of which answers a volley or not. Independent Poisson inputs excite ``rate_cells``, some of them without
their weakest synapses.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from brian2 import Clock, NeuronGroup, SpikeMonitor, Synapses, mV

from cortexnet.analysis.boltzmann.coupling import Array
from cortexnet.devices import mark_run_time_values, set_at_run_time
from cortexnet.draws import Purpose, checked_seed, stream, uniform
from cortexnet.models.synaptic_boltzmann import equations
from cortexnet.models.synaptic_boltzmann.normal import normal_numbers
from cortexnet.models.synaptic_boltzmann.parameters import Parameters
from cortexnet.network import Description, ModelNetwork, Population

_VOLLEY_EPSPS, _POISSON_EPSPS = 3, 4  # indices of their normal numbers

#: Shares of the weakest synapses that are removed; the others are scaled so that their sum stays.
PRUNED_SHARES = (0.0, 0.5, 0.75, 0.9)
MEMBRANE_CONSTANTS = ("leak_potential", "threshold_potential", "membrane_time_constant", "refractory_period")
#: Inputs -> cells.
TARGETS = {"volley_inputs": "volley_cells", "poisson_inputs": "rate_cells"}


def biases_mv(parameters: Parameters) -> Array:
    """Shifts of the resting potential at which cells are observed, in mV."""
    reach = float(parameters.bias_range / mV)
    return np.linspace(-reach, reach, parameters.n_biases)


def volley_epsps_mv(parameters: Parameters, seed: int) -> Array:
    """EPSPs of the inputs that spike together, in mV."""
    median = float(parameters.volley_epsp / mV)
    return _lognormal(seed, _VOLLEY_EPSPS, parameters.n_volley_inputs, median, parameters.epsp_log_sd)


def poisson_epsps_mv(parameters: Parameters, seed: int) -> Array:
    """EPSPs of the Poisson inputs in mV, shape (shares removed, inputs); 0 where a synapse is removed."""
    median = float(parameters.poisson_epsp / mV)
    full = _lognormal(seed, _POISSON_EPSPS, parameters.n_poisson_inputs, median, parameters.epsp_log_sd)
    weakest_first = np.argsort(full)
    rows = np.tile(full, (len(PRUNED_SHARES), 1))
    for row, share in zip(rows, PRUNED_SHARES, strict=True):
        row[weakest_first[: min(round(share * full.size), full.size - 1)]] = 0
        row *= full.sum() / row.sum()
    return rows


def build(parameters: Parameters | None = None, seed: int = 1) -> ModelNetwork:
    """Build inputs, cells and unreliable synapses.

    Parameters
    ----------
    parameters : Parameters, optional
        The defaults where none are given.
    seed : int
        Master seed of the EPSPs, the inputs and the masks, 0 to 2**31 - 1.

    Returns
    -------
    ModelNetwork
        With ``volley_inputs`` and ``volley_cells`` (bias after bias, ``n_copies`` of each),
        ``poisson_inputs`` and ``rate_cells`` (the same for every one of `PRUNED_SHARES`), the synapses
        ``volley_inputs_to_volley_cells`` and ``poisson_inputs_to_rate_cells``, and the spikes of all,
        ``volley_cells_spikes`` and so on.
    """
    parameters = Parameters() if parameters is None else parameters
    seed = checked_seed(seed)
    clock = Clock(dt=parameters.time_step, name="network_clock")
    shifts = np.repeat(biases_mv(parameters), parameters.n_copies)
    epsps = {
        "volley_cells": volley_epsps_mv(parameters, seed)[None],
        "rate_cells": poisson_epsps_mv(parameters, seed),
    }
    groups = {
        "volley_inputs": _volley_inputs(parameters, seed, clock),
        "poisson_inputs": _poisson_inputs(parameters, seed, clock),
    }
    groups |= {name: _cells(name, len(rows) * shifts.size, parameters, clock) for name, rows in epsps.items()}
    synapses = [_synapses(source, index, groups, clock) for index, source in enumerate(TARGETS)]
    mark_run_time_values()
    for pathway, (name, rows) in zip(synapses, epsps.items(), strict=True):
        groups[name].bias = np.tile(shifts, len(rows)) * mV
        groups[name].v = "leak_potential + bias"
        of_cells = np.repeat(rows, shifts.size, axis=0)
        cell, source = np.nonzero(of_cells)
        pathway.connect(i=source, j=cell)
        pathway.epsp = of_cells[cell, source] * mV
        set_at_run_time(pathway, "release_probability", parameters.release_probability)
    return ModelNetwork(
        *groups.values(),
        *synapses,
        *(SpikeMonitor(group, name=f"{name}_spikes") for name, group in groups.items()),
        description=Description(
            system="synaptic_boltzmann",
            parameters=parameters,
            seed=seed,
            populations=tuple(
                Population(name, len(group), f"{name}_spikes") for name, group in groups.items()
            ),
            pathways={pathway.name: source for pathway, source in zip(synapses, TARGETS, strict=True)},
            summarise=lambda recording: {},
        ),
    )


def _volley_inputs(parameters: Parameters, seed: int, clock: Clock) -> NeuronGroup:
    group = NeuronGroup(
        parameters.n_volley_inputs,
        equations.VOLLEY_INPUT,
        threshold=equations.VOLLEY,
        reset="",
        clock=clock,
        name="volley_inputs",
    )
    set_at_run_time(group, "volley_steps", round(float(parameters.volley_interval / parameters.time_step)))
    set_at_run_time(group, "master_seed", seed)
    return group


def _poisson_inputs(parameters: Parameters, seed: int, clock: Clock) -> NeuronGroup:
    group = NeuronGroup(
        parameters.n_poisson_inputs,
        equations.POISSON_INPUT,
        threshold=equations.POISSON,
        reset="",
        clock=clock,
        namespace={"uniform": uniform, "input_stream": stream(Purpose.INPUT, 0)},
        name="poisson_inputs",
    )
    set_at_run_time(group, "spike_probability", float(parameters.poisson_rate * parameters.time_step))
    set_at_run_time(group, "master_seed", seed)
    return group


def _cells(name: str, size: int, parameters: Parameters, clock: Clock) -> NeuronGroup:
    cells = NeuronGroup(
        size,
        equations.MEMBRANE,
        threshold=equations.THRESHOLD,
        reset=equations.RESET,
        refractory=equations.REFRACTORY,
        method="exact",
        clock=clock,
        name=name,
    )
    for constant in MEMBRANE_CONSTANTS:
        set_at_run_time(cells, constant, getattr(parameters, constant))
    return cells


def _synapses(source: str, index: int, groups: Mapping[str, NeuronGroup], clock: Clock) -> Synapses:
    return Synapses(
        groups[source],
        groups[TARGETS[source]],
        equations.UNRELIABLE_SYNAPSE,
        on_pre=equations.ON_SPIKE,
        clock=clock,
        namespace={"uniform": uniform, "release_stream": stream(Purpose.RELEASE, index)},
        name=f"{source}_to_{TARGETS[source]}",
    )


def _lognormal(seed: int, index: int, size: int, median_mv: float, log_sd: float) -> Array:
    exponent = log_sd * normal_numbers(seed, index, 0, np.arange(size), 0)
    return np.asarray(median_mv * np.exp(exponent), dtype=np.float64)

"""A model that uses what devices carry: run-time values, random connections, tables, monitors, two runs."""

from __future__ import annotations

import numpy as np
from brian2 import (
    Hz,
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    TimedArray,
    ms,
    second,
    seed,
)

from cortexnet.devices import mark_run_time_values, set_at_run_time

CELLS = """
dv/dt = (drive*table(t) - v)/time_constant + noise*xi*time_constant**-0.5 : 1
du/dt = growth*u : 1
drive : 1 (shared)
time_constant : second (shared)
growth : Hz (shared)
noise = 0.1 : 1
"""
VALUES = {"drive": 1.3, "time_constant": 10 * ms, "growth": 1 * Hz}
DURATION = 0.2 * second
ENDLESS = 1e6 * second


def build(
    duration=DURATION,
    brian2_seed=1,
    table=(1.0, 1.0),
    values_at_run_time=True,
    extra=lambda cells: (),
    **values,
) -> Network:
    """Build the model and run it: on a standalone device this only notes the runs.

    With `values_at_run_time` false the values are written into the program, as with Brian2 alone.
    """
    table = TimedArray(np.array(table, dtype=float), dt=100 * ms, name="table")
    cells = NeuronGroup(50, CELLS, threshold="v > 1", reset="v = 0", method="euler", name="cells",
                        namespace={"table": table})  # fmt: skip
    for name, value in (VALUES | values).items():
        if values_at_run_time:
            set_at_run_time(cells, name, value)
        else:
            setattr(cells, name, value)
    if values_at_run_time:
        mark_run_time_values()
    if brian2_seed is not None:
        seed(brian2_seed)
    cells.v = "rand()*drive"
    cells.u = 1
    synapses = Synapses(cells, cells, "w : 1", on_pre="v_post += w", name="synapses")
    synapses.connect(p=0.2)
    synapses.w = "0.01*rand()*drive"
    spikes = SpikeMonitor(cells, name="spikes")
    voltages = StateMonitor(cells, "v", record=[0, 7], dt=1 * ms, name="voltages")
    network = Network(cells, synapses, spikes, voltages, *extra(cells))
    network.run(0.25 * duration)
    network.run(0.75 * duration)
    return network


def arrays(network) -> dict[str, np.ndarray]:
    """Everything that a run leaves, as arrays."""
    spikes, synapses, voltages = network["spikes"], network["synapses"], network["voltages"]
    return {
        "spike_cells": np.asarray(spikes.i),
        "spike_times": np.asarray(spikes.t),
        "voltages": np.asarray(voltages.v),
        "voltage_times": np.asarray(voltages.t),
        "sources": np.asarray(synapses.i),
        "targets": np.asarray(synapses.j),
        "weights": np.asarray(synapses.w),
        "v": np.asarray(network["cells"].v),
        "u": np.asarray(network["cells"].u),
    }


def equal(first, second) -> bool:
    """Whether two runs left the same numbers, to the bit."""
    return all(np.array_equal(value, second[name]) for name, value in first.items())


def build_tiny(rate=1 * Hz) -> Network:
    """Build the least that can be compiled, in seconds: one cell whose v is the time times `rate`."""
    cells = NeuronGroup(1, "dv/dt = rate : 1\nrate : Hz (shared)", method="euler", name="cells")
    set_at_run_time(cells, "rate", rate)
    mark_run_time_values()
    network = Network(cells)
    network.run(1 * second)
    return network

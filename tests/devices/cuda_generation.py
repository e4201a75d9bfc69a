"""Run by a Python that has brian2cuda: generates a model with a draw of our own in ``on_pre``, prints facts.

Usage: cuda_generation.py FOLDER WHAT, where WHAT is "model", "second run" or "seed".
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from brian2 import (
    Clock,
    Function,
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    ms,
    prefs,
    seed,
)

import cortexnet as cn
from cortexnet.devices import execution_of, mark_run_time_values, set_at_run_time
from cortexnet.errors import CortexnetError, RunFailed

CODE = "inline double chance(int seed, int i) { return ((seed*7919 + i*104729) % 1000)/1000.0; }"


def a_function() -> Function:
    """Return a function that has implementations for C++ and CUDA."""
    chance = Function(
        lambda seed, i: ((seed * 7919 + i * 104729) % 1000) / 1000.0,
        arg_types=["integer", "integer"],
        return_type="float",
        arg_units=[1, 1],
        return_unit=1,
    )
    chance.implementations.add_implementation("cpp", CODE, name="chance")
    chance.implementations.add_implementation("cuda", f"__host__ __device__ {CODE}", name="chance")
    return chance


def build(runs: int = 1, seeded: bool = True) -> Network:
    """Build a network that uses what the package's models use."""
    clock = Clock(0.1 * ms, name="own_clock")  # brian2cuda's synapses know the default clock only
    cells = NeuronGroup(
        100,
        "dv/dt = (1.1 - v)/tau : 1\ntau : second (shared)\nmaster : integer (shared)",
        threshold="v > 1",
        reset="v = 0",
        method="euler",
        name="cells",
        clock=clock,
    )
    set_at_run_time(cells, "tau", 10 * ms)
    set_at_run_time(cells, "master", 3)
    mark_run_time_values()
    if seeded:
        seed(5)
    synapses = Synapses(
        cells,
        cells,
        "w : 1",
        on_pre="v_post += w*int(chance(master_pre, i_pre) > 0.5)",
        name="synapses",
        clock=clock,
        namespace={"chance": a_function()},
    )
    synapses.connect(p=0.1)
    synapses.w = "0.01*rand()"
    synapses.delay = "rand()*ms"
    spikes = SpikeMonitor(cells, name="spikes")
    voltages = StateMonitor(cells, "v", record=range(3), name="voltages", clock=clock)
    network = Network(cells, synapses, spikes, voltages)
    for _ in range(runs):
        network.run(100 * ms)
    return network


def main(folder: str, what: str) -> None:
    """Generate, and print as JSON what the test looks at."""
    prefs.codegen.cpp.include_dirs = [
        str(path) for path in Path(sys.prefix).glob("lib/*/site-packages/nvidia/*/include")
    ]
    before = {name: prefs[name] for name in prefs}
    facts = {}
    try:
        with cn.device("cuda_standalone", generate_only=folder) as execution:
            network = build(runs=2 if what == "second run" else 1, seeded=what != "seed")
        facts["status"] = execution.status
        facts["seeds"] = execution.seeds
        facts["run_time_values"] = execution.run_time_values
        facts["recorded"] = execution_of(network) is execution
        network["cells"].v[:]
    except (CortexnetError, RunFailed) as error:
        facts["error"] = str(error)
    facts["preferences_restored"] = all(prefs[name] == value for name, value in before.items())
    print(json.dumps(facts))


if __name__ == "__main__":
    main(*sys.argv[1:])

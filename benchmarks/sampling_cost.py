"""What a synapse costs in a time bin: collapsed and explicit in C++, the NumPy reference, and the memory.

All in one process, one thread each, on the digits. An event is a spike at a connection: it adds the weight to
the drive and, at the end of a datum that is learnt, its share to the eligibility. Run it with
``python -m benchmarks.sampling_cost``.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.runs import keep
from cortexnet.models.dual_sampling import presets
from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.data import Dataset, Source
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.reference import Reference
from cortexnet.models.dual_sampling.schedule import Schedule, Shuffle
from cortexnet.models.dual_sampling.stage import run_stage

NAME = "sampling_cost"
REPEATS = 3
#: Of a compiled network, an event moves weight (8 bytes) and eligibility (4, read and written), and at both
#: times the drive or the residual of a cell (8, in the cache).
BYTES_PER_EVENT = 8 + 2 * 4
COPIED_BYTES = 400_000_000


def spiking(
    name: str, parameters: Parameters, dataset: Dataset, presentations: int, learns: bool = True
) -> dict[str, Any]:
    """Time a compiled network while it learns or is tested; the shortest of three runs."""
    examples = Examples(dataset.images, dataset.labels, len(dataset.classes), len(dataset.labels))
    shown = Shuffle(len(dataset.labels), 1).part(0, presentations)
    schedule = Schedule.training(shown) if learns else Schedule.test(shown)
    runs = [
        run_stage(parameters, examples, schedule, progress=False).recording.summary for _ in range(REPEATS)
    ]
    seconds = min(float(run["simulation_cpu_seconds"]) for run in runs)
    n_inputs = dataset.images.shape[1] * (3 if parameters.coding == "thermometer" else 1) + 1
    connections = parameters.n_hidden * (n_inputs + len(dataset.classes)) + len(dataset.classes)
    rows = connections * (
        parameters.synapses_per_connection if parameters.representation == "explicit" else 1
    )
    return _row(
        name,
        seconds,
        connections=connections,
        synapses=connections * parameters.synapses_per_connection,
        rows=rows,
        bins=presentations * parameters.bins_per_datum,
        events=int(runs[0]["synaptic_events"]),
    )


def reference(parameters: Parameters, dataset: Dataset, sweeps: int) -> dict[str, Any]:
    """Time the NumPy engine with all data in parallel: a sweep is one bin of every datum."""
    inputs = firing_probabilities(dataset.images, parameters.coding)
    n_data = len(dataset.labels)
    engine = Reference(
        parameters.replace(data_per_update=n_data, trace_rate=1.0),
        inputs,
        dataset.labels,
        n_outputs=len(dataset.classes),
        seed=1,
    )
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        for _ in range(sweeps):
            engine.sweep()
        times.append(time.process_time() - started)
    connections = parameters.n_hidden * (inputs.shape[1] + len(dataset.classes)) + len(dataset.classes)
    return _row(
        "NumPy reference",
        min(times),
        connections=connections,
        synapses=connections * parameters.synapses_per_connection,
        rows=connections,
        bins=sweeps * n_data,
    )


def _row(
    name: str, seconds: float, *, connections: int, synapses: int, rows: int, bins: int, events: int = 0
) -> dict[str, Any]:
    return {
        "program": name,
        "connections": connections,
        "rows": rows,
        "bins": bins,
        "cpu_seconds": seconds,
        "ns_per_connection_and_bin": 1e9 * seconds / (connections * bins),
        "ns_per_row_and_bin": 1e9 * seconds / (rows * bins),
        "ns_per_synapse_and_bin": 1e9 * seconds / (synapses * bins),
        "ns_per_event": 1e9 * seconds / events if events else np.nan,
    }


def nanoseconds_per_byte() -> float:
    """Time a copy that no cache holds; every byte is read and written."""
    source = np.ones(COPIED_BYTES // 8)
    target = np.zeros_like(source)
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        np.copyto(target, source)
        times.append(time.process_time() - started)
    return 1e9 * min(times) / (2 * COPIED_BYTES)


def main() -> None:
    """Measure all of them."""
    dataset = Source(seed=1).load()
    usual = presets.for_data(dataset)
    few = usual.replace(synapses_per_connection=20, amplitude=0.18)
    rows = [
        spiking("collapsed, C++, K = 1600", usual, dataset, 12_970),
        spiking("the same, not learning", usual, dataset, 12_970, learns=False),
        spiking("collapsed, C++, K = 20", few, dataset, 12_970),
        spiking("explicit, C++, K = 20", few.replace(representation="explicit"), dataset, 2_590),
        reference(usual, dataset, 20),
    ]
    table = pd.DataFrame(rows)
    table["bandwidth_limit_ns_per_event"] = BYTES_PER_EVENT * nanoseconds_per_byte()
    keep(table, NAME)


if __name__ == "__main__":
    main()

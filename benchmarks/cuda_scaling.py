"""The published network at three sizes on a card: our delivery, brian2cuda's, and the processor.

``python -m benchmarks.cuda_scaling`` writes ``tables/cuda_scaling.csv`` and ``figures/cuda_scaling.png``.
Every cell receives 1,000 synapses from either type at every size, and the kick stays on, so that all networks
live. Needs an NVIDIA card and brian2cuda; without a card it ends with exit code 2.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import seaborn as sns
from brian2 import get_device, second

import cortexnet as cn
from benchmarks.runs import FIGURES, keep
from benchmarks.speed_programs import Task
from cortexnet.errors import CortexnetError
from cortexnet.models import spontaneous_activity as sa

EXCITATORY_CELLS = (10_000, 100_000, 400_000)  # with a fifth as many inhibitory ones
DURATION_S = 1.0
SEED = 1
NAME = "cuda_scaling"
PROGRAMS = {
    "card, ranges": ("cuda_standalone", {"delivery": "auto"}),
    "card, ranges, single": ("cuda_standalone", {"delivery": "auto", "precision": "single"}),
    "card, brian2cuda": ("cuda_standalone", {"delivery": "brian2"}),
    "processor, ranges": ("cpp_standalone", {"delivery": "auto", "results": "recorded"}),
}
POLL_S = 0.2


def memory_in_use() -> float:
    """Bytes in use on the first card, by whatever runs there."""
    query = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "--id=0"]
    return float(subprocess.run(query, capture_output=True, text=True, check=True).stdout) * 2**20


@contextmanager
def watched_card() -> Iterator[list[float]]:
    """Yield a list that holds, afterwards, how much more memory was in use than before, now and then."""
    before, more, done = memory_in_use(), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(POLL_S):
            more.append(memory_in_use() - before)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield more
    finally:
        done.set()
        thread.join()


def measured(task: Task, device: str, options: dict[str, str]) -> dict[str, float | str]:
    """Simulate one network with one program; a reason in place of numbers where it cannot be."""
    try:
        with watched_card() as more, cn.device(device, progress=False, **options) as execution:
            network = sa.build(task.parameters(), seed=task.seed)
            network.run(task.duration_s * second)
            model = get_device()
    except CortexnetError as error:
        return {"refused": str(error)}
    recording = cn.Recording.of(network, warmup=0 * second)
    events = recording.summary["synaptic_events"]
    found: dict[str, float | str] = {
        "real_time_factor": execution.simulation_wall_seconds / task.duration_s,
        "ns_per_event": 1e9 * execution.simulation_wall_seconds / events,
        "events": events,
        "rate_excitatory_hz": recording.summary["rate_excitatory_hz"],
        "host_peak_mb": execution.peak_memory_mb or float("nan"),
        "build_s": execution.build_seconds,
    }
    if device == "cuda_standalone":
        from cortexnet.devices.cuda.memory import card_bytes  # of brian2cuda's machine alone

        needed = sum(card_bytes(model, task.duration_s).values())
        found |= {"card_mb": max(more) / 1e6, "card_mb_predicted": needed / 1e6}
    return found


def draw(table: pd.DataFrame) -> None:
    """Plot the real-time factor against the size."""
    grid = sns.relplot(
        table.dropna(subset="real_time_factor"),
        x="cells",
        y="real_time_factor",
        hue="program",
        kind="line",
        marker="o",
        height=4,
        aspect=1.3,
    )
    grid.set(xscale="log", yscale="log", xlabel="Cells", ylabel="Wall time / biological time")
    grid.refline(y=1, color="0.6", lw=1)
    grid.savefig(FIGURES / f"{NAME}.png", dpi=150)


def main() -> int:
    """Measure every program at every size, the programs of one size one after the other."""
    if shutil.which("nvidia-smi") is None:
        print(
            "there is no NVIDIA card here (nvidia-smi was not found): nothing was measured", file=sys.stderr
        )
        return 2
    rows = []
    for n_excitatory in EXCITATORY_CELLS:
        task = Task(n_excitatory, SEED, DURATION_S, kick_s=2 * DURATION_S)
        for program, (device, options) in PROGRAMS.items():
            cells = n_excitatory + task.n_inhibitory
            rows.append({"cells": cells, "program": program, **measured(task, device, options)})
            keep(pd.DataFrame(rows), NAME)
    draw(pd.DataFrame(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())

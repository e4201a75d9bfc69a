"""Processor seconds from a script to its first result: the published network for one biological second.

``python -m benchmarks.first_result`` builds its program in an empty cache, once with all code objects as one
unit and once with Brian2's own files, and runs the former again. It writes ``tables/first_result.csv``:
medians over the repeats. All processes count, user and system time. Python's bytecode is there, as after an
installation; ccache is not used.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.runs import keep

REPEATS = 3
ONE_UNIT, SEPARATE, AGAIN = "one unit", "Brian2's files", "one unit, in the cache"


def child_seconds() -> float:
    """Processor time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def first_result(way: str, folder: Path) -> None:
    """Simulate, save, and print what took how long: one process of its own."""
    from brian2 import second

    from cortexnet.devices import compilation, cpp_device, standalone_run
    from cortexnet.models.spontaneous_activity import Parameters
    from cortexnet.models.spontaneous_activity.experiment import simulate

    make = {"files": 0, "make_cpu_s": 0.0, "make_wall_s": 0.0}

    def timed(folder: Path, units: int, *arguments: Any) -> None:
        started, before = time.perf_counter(), child_seconds()
        compilation.compile_program(folder, units, *arguments)
        make.update(
            files=units,
            make_cpu_s=child_seconds() - before,
            make_wall_s=time.perf_counter() - started,
        )

    standalone_run.compile_program = timed
    if way == SEPARATE:
        cpp_device.join_sources = lambda folder, names: names
    recording = simulate(Parameters(), seed=1, duration=1 * second, warmup=0.2 * second, progress=False)
    recording.save(folder)
    python = time.process_time()
    program = child_seconds() - make["make_cpu_s"]
    print(json.dumps({**make, "python_cpu_s": python, "program_cpu_s": program,
                      "rate_excitatory_hz": recording.summary["rate_excitatory_hz"]}))  # fmt: skip


def measured(way: str, scratch: Path, repeat: int) -> dict[str, Any]:
    """Start that process and read what it printed."""
    cache = scratch / f"cache of {ONE_UNIT if way == AGAIN else way} {repeat}"
    environment = os.environ | {
        "CORTEXNET_CACHE_DIR": str(cache),
        "PYTHONPYCACHEPREFIX": str(scratch / "bytecode"),
        "PYTHONDONTWRITEBYTECODE": "",
        "CCACHE_DISABLE": "1",
    }
    command = [sys.executable, "-m", __spec__.name, way, str(scratch / f"run of {way} {repeat}")]
    started = time.perf_counter()
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    row = {"way": way, **json.loads(answer), "wall_s": time.perf_counter() - started}
    row["all_cpu_s"] = row["make_cpu_s"] + row["python_cpu_s"] + row["program_cpu_s"]
    return row


def main() -> None:
    """Measure in turn, so that what else the machine does meets all alike; the first is thrown away."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        measured(ONE_UNIT, scratch, -1)
        rows = [
            measured(way, scratch, repeat) for repeat in range(REPEATS) for way in (ONE_UNIT, AGAIN, SEPARATE)
        ]
    table = pd.DataFrame(rows).groupby("way", sort=False).median().reset_index()
    keep(table, "first_result")


if __name__ == "__main__":
    first_result(sys.argv[1], Path(sys.argv[2])) if len(sys.argv) > 1 else main()

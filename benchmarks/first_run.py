"""From an empty machine to the finished figure: ``make run`` in a fresh clone, caches empty, then once more.

``python -m benchmarks.first_run`` writes ``tables/first_run.csv``: wall seconds of each part. Needs git,
make, g++ and a package index.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.runs import keep

ROOT = Path(__file__).parents[1]


def timed(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """Wall seconds of a command that has to succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return time.perf_counter() - started


def environment_with_empty_caches(folder: Path) -> dict[str, str]:
    """Point the caches of the package installers, of the compiler and of this package to a new folder."""
    caches = {
        name: str(folder / name.lower())
        for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "CCACHE_DIR", "CORTEXNET_CACHE_DIR", "XDG_CACHE_HOME")
    }
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    return inherited | caches


def parts(total: float, clone: Path) -> dict[str, float]:
    """Seconds of building and running that the run itself reports; the rest is Python, theory and drawing."""
    summary = json.loads((clone / "comparison" / "summary.json").read_text())
    return {
        "build": summary["build_seconds"],
        "time loop (CPU)": summary["simulation_cpu_seconds"],
        "all of make run": total,
    }


def main() -> None:
    """Clone, run twice, write the table."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        environment = environment_with_empty_caches(Path(scratch) / "caches")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        install = timed(["make", "--silent", ".venv/run.stamp"], clone, environment)
        first = parts(timed(["make", "--silent", "run"], clone, environment), clone)
        second = parts(timed(["make", "--silent", "run"], clone, environment), clone)
    generate = second["build"]
    rows = [
        ("install", install, 0.0),
        ("generate", generate, generate),
        ("compile", first["build"] - generate, 0.0),
        ("time loop (CPU)", first["time loop (CPU)"], second["time loop (CPU)"]),
        (
            "start, connect, theory, tables, figure",
            *(run["all of make run"] - run["build"] - run["time loop (CPU)"] for run in (first, second)),
        ),
        ("all", install + first["all of make run"], second["all of make run"]),
    ]
    keep(pd.DataFrame(rows, columns=["part", "empty_machine_s", "warm_caches_s"]), "first_run")


if __name__ == "__main__":
    main()

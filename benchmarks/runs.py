"""Runs that several commands share: simulated once, kept as folders, taken up again when interrupted."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.models.spontaneous_activity.experiment import simulate
from cortexnet.recording import Recording

HERE = Path(__file__).parent
TABLES = HERE / "tables"
FIGURES = HERE / "figures"
RUNS = HERE / "runs"  # not kept in the repository


def kept(folder: Path, parameters: Parameters, simulation: dict[str, Any]) -> Recording | None:
    """Return the run in a folder if it is whole, complete, and the one that is asked for."""
    if not Recording.check(folder).good:
        return None
    recording = Recording.load(folder)
    asked = {
        "status": "complete",
        "parameters": {
            name: value if isinstance(value, dict) else {"value": value, "unit": ""}
            for name, value in parameters.to_plain().items()
        },
        "seed": simulation["seed"],
        "trial": simulation.get("trial", 0),
        "device": simulation.get("device", "cpp_standalone"),
        "duration_s": float(simulation["duration"]),
    }
    return recording if {name: recording.manifest.get(name) for name in asked} == asked else None


def recorded(name: str, parameters: Parameters, **simulation: Any) -> Recording:
    """Return the run of this name, simulating it unless it is there, complete and the same.

    An interrupted run is not kept, and ends the command.
    """
    folder = RUNS / name
    if (recording := kept(folder, parameters, simulation)) is not None:
        return recording
    folder.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    recording = simulate(parameters, progress=False, **simulation)
    if recording.manifest["status"] != "complete":
        raise KeyboardInterrupt
    recording.save(folder, overwrite=folder.exists())
    gc.collect()  # a finished program's scratch files go with its model
    show(f"{name}: {summary_line(recording)}, {time.perf_counter() - started:.0f} s")
    return recording


def first_seconds(recording: Recording, duration_s: float) -> Recording:
    """Return what a run would have recorded had it been this short."""
    spikes, voltages = (
        table[table["time_s"] < duration_s] for table in (recording.spikes, recording.voltages)
    )
    manifest = recording.manifest | {"duration_s": duration_s}
    return replace(recording, spikes=spikes, voltages=voltages, manifest=manifest)


def summary_line(recording: Recording) -> str:
    """Rates and survival in a few words."""
    summary = recording.summary
    rates = " / ".join(
        "-" if (rate := summary[f"rate_{population}_hz"]) is None else f"{rate:.3g}"
        for population in recording.sizes
    )
    return f"{rates} Hz, " + ("alive" if summary["survived"] else f"dead at {summary['lifetime_s']:.2f} s")


def summaries(recordings: Iterable[tuple[dict[str, Any], Recording]]) -> pd.DataFrame:
    """Tabulate runs, one a row: what tells it from the others, then its summary."""
    return pd.DataFrame([label | recording.summary for label, recording in recordings])


def keep(table: pd.DataFrame, name: str) -> None:
    """Write a table that belongs to the repository, to six digits, and show it."""
    TABLES.mkdir(exist_ok=True)
    table.to_csv(TABLES / f"{name}.csv", index=False, float_format="%.6g")
    show(table.to_string(index=False))


def show(text: str) -> None:
    """Print at once, also into a file."""
    print(text, flush=True)

"""How fast spikes are delivered, beside Brian2's queue, a plain script, and a program written by hand.

``python -m benchmarks.speed [HANDWRITTEN.cpp]`` writes ``tables/speed_runs.csv`` (every run),
``tables/speed.csv`` (medians and ratios) and ``figures/speed.png``. The programs take turns, so that all meet
the same machine; times are CPU seconds of the time loop, one thread, by synaptic event. Runs of the published
size whose excitatory rate after the kick is not 1.4 to 2.2 Hz are left out of the medians, and kept in the
list: another rate is another mixture of synapses. Other sizes have as many synapses onto each cell; the
smallest, which would not live, is kicked all the time. At half the size, inhibitory cells reach every cell.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks.runs import FIGURES, keep, show
from benchmarks.speed_figure import draw
from benchmarks.speed_programs import Task, compiled, hand_written, ours, plain

Program = Callable[[Task], dict[str, float]]

PUBLISHED = 10_000
SIZES = (5_000, 10_000, 20_000, 40_000)
RATES_HZ = (1.4, 2.2)
REPEATS, REPEATS_OF_SIZES = 5, 3
DURATION_S, DURATION_OF_SIZES_S = 2.0, 0.8
STOCK, FAST, SINGLE = "stock", "ranges", "ranges, single"


def programs(handwritten: Path | None) -> dict[str, Program]:
    """Return the programs by their names."""
    known: dict[str, Program] = {
        "plain script": plain,
        STOCK: partial(ours, delivery="brian2"),
        FAST: partial(ours, delivery="auto"),
        SINGLE: partial(ours, delivery="auto", precision="single", results="recorded"),
    }
    return known | ({"by hand": hand_written(handwritten)} if handwritten else {})


def tasks() -> list[tuple[str, Task]]:
    """Return what is run, and for which part of the table; equal parts take turns."""
    repeated = [("programs", Task(PUBLISHED, seed, DURATION_S)) for seed in range(1, REPEATS + 1)]
    sizes = [
        ("sizes", Task(size, seed, DURATION_OF_SIZES_S, *([10.0] if size < PUBLISHED else [])))
        for seed in range(1, REPEATS_OF_SIZES + 1)
        for size in SIZES
    ]
    return repeated + sizes


def runs(known: dict[str, Program]) -> Iterable[dict[str, object]]:
    """Run everything."""
    for part, task in tasks():
        for name, program in known.items():
            if part == "sizes" and name == "plain script":
                continue
            row = {
                "part": part,
                "program": name,
                "cells": task.n_excitatory + task.n_inhibitory,
                "seed": task.seed,
                **program(task),
            }
            row["ns_per_event"] = 1e9 * row["cpu_s"] / row["events"]
            row["peak_bytes_per_synapse"] = 1e6 * row.get("peak_mb", float("nan")) / task.n_synapses
            show(f"{name}, {row['cells']} cells, seed {task.seed}: {row['ns_per_event']:.2f} ns an event")
            yield row


def medians(table: pd.DataFrame) -> pd.DataFrame:
    """Medians and ranges of the runs that count, and the ratios within a part and size."""
    is_usual = table["rate_e_hz"].between(*RATES_HZ)
    counted = table[is_usual | (table["part"] == "sizes")]
    groups = counted.groupby(["part", "cells", "program"], sort=False)
    summary = groups["ns_per_event"].agg(["median", "min", "max"]).add_prefix("ns_per_event_")
    summary["runs"] = groups.size()
    summary["left_out"] = table.groupby(["part", "cells", "program"], sort=False).size() - summary["runs"]
    for column in ("construction_cpu_s", "final_mb", "peak_mb", "peak_bytes_per_synapse"):
        summary[column] = groups[column].median()
    summary = summary.reset_index()
    for program, ratio in ((STOCK, "stock_over_this"), ("by hand", "this_over_by_hand")):
        reference = summary[summary["program"] == program].set_index(["part", "cells"])["ns_per_event_median"]
        beside = summary.set_index(["part", "cells"]).index.map(reference).to_numpy(float)
        own = summary["ns_per_event_median"].to_numpy()
        summary[ratio] = beside / own if program == STOCK else own / beside
    return summary


def main(handwritten: Path | None) -> None:
    """Run all, write the tables, draw the figure."""
    with tempfile.TemporaryDirectory() as scratch:
        program = compiled(handwritten, Path(scratch)) if handwritten else None
        known = programs(program)
        for run in known.values():  # compiled, and the machine warm, before anything counts
            run(Task(PUBLISHED, 1, 1.0))
        table = pd.DataFrame(runs(known))
    keep(table, "speed_runs")
    summary = medians(table)
    keep(summary, "speed")
    draw(summary, FIGURES / "speed.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

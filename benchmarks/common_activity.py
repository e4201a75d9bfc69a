"""What single-cell theory misses: cells that are given the network's own population rates, or not.

``python -m benchmarks.common_activity`` writes ``tables/common_activity.csv``. Cells with quenched input take
their partners' trains and their mean rates from one simulated network of ``benchmarks.off_published``. Once
both population rates fluctuate around them as in that network, once cells are independent.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.off_published import SETS, run_of
from benchmarks.runs import keep
from cortexnet.analysis.meanfield.heterogeneous.common_activity import (
    TRANSIENT,
    activity_of_populations,
    independent_activity,
)
from cortexnet.analysis.meanfield.heterogeneous.one_step import CELL_TYPES
from cortexnet.analysis.meanfield.heterogeneous.quenched_cells import QuenchedCells
from cortexnet.analysis.meanfield.heterogeneous.spike_library import SpikeLibrary, relative_variance
from cortexnet.analysis.recordings import trains_of
from cortexnet.models.spontaneous_activity import Parameters

CHOSEN = ("published", "I to E 0.0018", "I to I 0.003", "wider EPSPs")
SEED = 1
CELLS = {"excitatory": 2048, "inhibitory": 1024}
STRETCHES = 4


def rows(name: str) -> list[dict[str, Any]]:
    """Rates of single cells of one set."""
    si = Parameters.from_text(SETS[name]).as_si()
    recording = run_of(SETS[name], SEED)
    trains = {cell_type: trains_of(recording, cell_type) for cell_type in CELL_TYPES}
    span = trains["excitatory"].stop_s - trains["excitatory"].start_s
    steps = round(span / si["time_step"])
    counts = np.array(
        [
            np.bincount(
                np.round((each.time_s - each.start_s) / si["time_step"]).astype(np.int64), minlength=steps
            )[:steps]
            for each in trains.values()
        ],
        dtype=np.float64,
    )
    sizes = np.array([si["n_excitatory"], si["n_inhibitory"]])
    rates = counts.sum(1) / sizes / span
    partners = trains["excitatory"]
    library = SpikeLibrary.of(partners.time_s - partners.start_s, partners.neuron, partners.size, span)
    inhibitory = np.bincount(trains["inhibitory"].neuron, minlength=si["n_inhibitory"])
    length = steps + round(TRANSIENT / si["time_step"])
    generator = np.random.default_rng(SEED)
    surroundings = {
        "population rates of the network": [
            activity_of_populations(si, counts, library, rates, length, generator) for _ in range(STRETCHES)
        ],
        "independent": [
            independent_activity(si, library, rates, length, generator) for _ in range(STRETCHES)
        ],
    }
    found = []
    for cells, stretches in surroundings.items():
        for cell_type, simulated in zip(CELL_TYPES, rates, strict=True):
            sample = QuenchedCells(si, cell_type).simulate(
                stretches, rates[1], relative_variance(inhibitory), CELLS[cell_type], generator
            )
            rate, error = sample.rate
            found.append(
                {
                    "set": name,
                    "cells": cells,
                    "population": cell_type,
                    "simulated_hz": simulated,
                    "single_cells_hz": rate,
                    "sampling_error_hz": error,
                    "difference_percent": 100 * (rate / simulated - 1),
                }
            )
    return found


def main() -> None:
    """Simulate cells of every chosen set, and write the table."""
    keep(pd.DataFrame([row for name in CHOSEN for row in rows(name)]), "common_activity")


if __name__ == "__main__":
    main()

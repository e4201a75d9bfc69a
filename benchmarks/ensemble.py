"""Twenty networks, 10 s each: how much one differs from another, and the reference of the tests.

``python -m benchmarks.ensemble`` writes ``tables/ensemble.csv`` (a row a network),
``tables/ensemble_spread.csv`` (median and range) and, for the tests, ``tests/reference/ensemble_*.parquet``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from brian2 import second

from benchmarks.runs import first_seconds, keep, recorded, summaries
from cortexnet.analysis.summary import summary_numbers
from cortexnet.analysis.tables import cell_table
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.recording import Recording
from cortexnet.survival import run_survival

SEEDS = range(1, 21)
DURATION = 10 * second
REFERENCE = Path(__file__).parents[1] / "tests" / "reference"

#: Runs of tests are this long; their scatter is that of the ensemble's first seconds.
SHORT_S = 3.0

#: An excitatory cell this fast belongs to a reverberating group; a usual network has one or none.
FAST_HZ = 20
GROUP_SIZE = 10


def run_of(seed: int) -> Recording:
    """One network of the published set."""
    return recorded(f"published_seed{seed}", Parameters(), seed=seed, duration=DURATION)


def cells_of(seed: int, recording: Recording) -> pd.DataFrame:
    """Rate and irregularity of every cell, in few bytes."""
    cells = cell_table(recording)[["population", "neuron", "rate_hz", "cv_isi"]]
    cells.insert(0, "seed", seed)
    types = {
        "seed": "int16",
        "population": "category",
        "neuron": "int32",
        "rate_hz": "float32",
        "cv_isi": "float32",
    }
    return cells.astype(types)


def short_summary(recording: Recording) -> dict[str, Any]:
    """Return the numbers that the first `SHORT_S` seconds alone would have given."""
    short = first_seconds(recording, SHORT_S)
    return summary_numbers(short) | {"survived": run_survival(short.spikes["time_s"], SHORT_S).survived}


def with_outliers(runs: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Mark networks that died or hold a group of fast excitatory cells."""
    excitatory = cells[cells["population"] == "excitatory"]
    by_seed = excitatory.groupby("seed")["rate_hz"]
    fast = by_seed.apply(lambda rate: int((rate > FAST_HZ).sum()))
    runs = runs.assign(
        fast_excitatory_cells=runs["seed"].map(fast),
        fastest_excitatory_cell_hz=runs["seed"].map(by_seed.max()),
    )
    reverberates = runs["fast_excitatory_cells"] >= GROUP_SIZE
    remark = (
        pd.Series("", index=runs.index)
        .mask(reverberates, "reverberating group")
        .mask(~runs["survived"], "died")
    )
    return runs.assign(remark=remark)


def spread(runs: pd.DataFrame) -> pd.DataFrame:
    """Median, SD and range of every number over the networks that were alive at the end."""
    alive = runs[runs["survived"]]
    numbers = alive.drop(columns=["seed", "remark", "survived", "lifetime_s"]).astype(float)
    table = numbers.agg(["median", "mean", "std", "min", "max"]).T.rename_axis("quantity").reset_index()
    table.insert(1, "networks", len(alive))
    return table


def main() -> None:
    """Simulate what is missing, then write the tables."""
    recordings = {seed: run_of(seed) for seed in SEEDS}
    cells = pd.concat(
        [cells_of(seed, recording) for seed, recording in recordings.items()], ignore_index=True
    )
    runs = with_outliers(
        summaries(({"seed": seed}, recording) for seed, recording in recordings.items()), cells
    )
    REFERENCE.mkdir(parents=True, exist_ok=True)
    cells.to_parquet(REFERENCE / "ensemble_cells.parquet", index=False, compression="zstd")
    runs.to_parquet(REFERENCE / "ensemble_runs.parquet", index=False)
    short = [{"seed": seed} | short_summary(recording) for seed, recording in recordings.items()]
    pd.DataFrame(short).to_parquet(REFERENCE / "ensemble_short_runs.parquet", index=False)
    keep(runs, "ensemble")
    keep(spread(runs), "ensemble_spread")


if __name__ == "__main__":
    main()

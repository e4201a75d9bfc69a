"""All ten digits in spikes: accuracy of the network of each preset after training, C++ standalone, one core.

Run it with ``python -m benchmarks.digits``. Trainings that are in the table are not repeated.
"""

from __future__ import annotations

import time
from typing import Any

import pandas as pd

from benchmarks.runs import TABLES, keep, show
from cortexnet.models.dual_sampling import presets
from cortexnet.models.dual_sampling.data import Source
from cortexnet.models.dual_sampling.experiment import learning

NAME = "digits"
SEEDS = {"default": 5, "stochastic": 3, "recurrent": 3, "printed_rule": 3}
KEPT = (
    "accuracy_test_posterior_average",
    "accuracy_test_spike_counts",
    "accuracy_test_single_sample",
    "accuracy_train_posterior_average",
    "training_seconds",
    "simulation_cpu_seconds",
    "synaptic_events",
    "peak_memory_mb",
)


def trained(preset: str, seed: int) -> dict[str, Any]:
    """Train one network; the seed also chooses the test set."""
    dataset = Source(seed=seed).load()
    started = time.perf_counter()
    outcome = learning.run(presets.for_data(dataset, preset), dataset=dataset, seed=seed, progress=False)
    outcome.forget()
    numbers = outcome.recording.summary | dict(outcome.numbers)
    row = {"preset": preset, "seed": seed} | {name: numbers[name] for name in KEPT}
    show(
        f"{preset} {seed}: test {row[KEPT[0]]:.3f}, spikes {row[KEPT[1]]:.3f}, single {row[KEPT[2]]:.3f},"
        f" train {row[KEPT[3]]:.3f}, {time.perf_counter() - started:.0f} s"
    )
    return row


def main() -> None:
    """Train what is not in the table yet."""
    path = TABLES / f"{NAME}.csv"
    table = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=["preset", "seed"])
    for preset, seeds in SEEDS.items():
        for seed in range(1, seeds + 1):
            if not ((table["preset"] == preset) & (table["seed"] == seed)).any():
                row = pd.DataFrame([trained(preset, seed)])
                table = row if table.empty else pd.concat([table, row], ignore_index=True)
                keep(table, NAME)
    show(table.groupby("preset")[list(KEPT[:5])].agg(["mean", "min", "max"]).round(3).T.to_string())


if __name__ == "__main__":
    main()

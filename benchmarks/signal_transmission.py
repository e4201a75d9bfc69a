"""What strong and weak synapses do for single cells and for sequences of spikes, in three networks.

``python -m benchmarks.signal_transmission`` writes ``tables/signal_transmission.csv``,
``tables/weak_synapses_removed.csv`` and ``tables/spike_sequences.csv`` (the tables of the experiments, one
network after the other), ``tables/experiments.csv`` (their main numbers) and, of the first network, figures
in ``docs/figures``. A run: ``cortexnet run spontaneous_activity --experiment NAME --seed SEED``.
"""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pandas as pd
from brian2 import second

from benchmarks.runs import HERE, RUNS, keep, kept, show
from cortexnet.models import system
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.recording import Recording

NAMES = ("signal_transmission", "weak_synapses_removed", "spike_sequences")
SEEDS = (1, 2, 3)
DURATION, WARMUP = 10 * second, 1 * second
DOCS_FIGURES = HERE.parent / "docs" / "figures"


def folder_of(name: str, seed: int) -> Path:
    """Return the folder of an experiment on a network, running it unless it is there and whole."""
    folder, parameters = RUNS / f"{name}_seed{seed}", Parameters()
    if kept(folder, parameters, {"seed": seed, "duration": DURATION}) is None:
        experiment = system("spontaneous_activity").find_experiment(name)
        outcome = experiment.run(parameters, seed=seed, duration=DURATION, warmup=WARMUP, progress=False)
        if outcome.recording.manifest["status"] != "complete":
            raise KeyboardInterrupt
        RUNS.mkdir(exist_ok=True)
        outcome.recording.save(folder, overwrite=folder.exists(), attachments=outcome.attachments)
        show(f"{name}, seed {seed}: done")
        del outcome
        gc.collect()  # a finished program's scratch files go with its model
    return folder


def main_numbers(name: str, seed: int, usual: set[str]) -> pd.DataFrame:
    """Tabulate what an experiment adds to the summary of a run."""
    summary = Recording.load(folder_of(name, seed)).summary
    rows = [(name, seed, quantity, value) for quantity, value in summary.items() if quantity not in usual]
    return pd.DataFrame(rows, columns=["experiment", "seed", "quantity", "value"])


def main() -> None:
    """Simulate what is missing, then write tables and figures."""
    for name in NAMES:
        folders = {seed: folder_of(name, seed) for seed in SEEDS}
        tables = {seed: pd.read_csv(folder / f"{name}.csv") for seed, folder in folders.items()}
        keep(pd.concat(tables, names=["seed"]).reset_index("seed"), name)
        shutil.copy(folders[SEEDS[0]] / "figure.png", DOCS_FIGURES / f"{name}.png")
    summaries = [set(Recording.load(folder_of(name, SEEDS[0])).summary) for name in NAMES]
    usual = set.intersection(*summaries)
    numbers = [main_numbers(name, seed, usual) for name in NAMES for seed in SEEDS]
    keep(pd.concat(numbers, ignore_index=True), "experiments")


if __name__ == "__main__":
    main()

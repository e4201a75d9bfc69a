"""MNIST in spikes: 60,000 images learnt and the 10,000 others tested, C++ standalone, beside two baselines.

Run it with ``python -m benchmarks.mnist TRAIN.npz TEST.npz``, files as ``cortexnet run dual_sampling --data``
takes them. An interrupted training goes on where it was; what is in the table is not repeated.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import pandas as pd

from benchmarks.runs import TABLES, keep, show
from cortexnet.models.dual_sampling import presets
from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.data import Dataset, Source
from cortexnet.models.dual_sampling.experiment import learning

NAME = "mnist"
SPIKING = "dual sampling in spikes"
COLUMNS = {
    "accuracy_test_posterior_average": "test",
    "accuracy_test_spike_counts": "test_spike_counts",
    "accuracy_test_single_sample": "test_single_sample",
    "accuracy_train_posterior_average": "train",
    "simulation_cpu_seconds": "cpu_seconds",
    "training_seconds": "training_seconds",
    "peak_memory_mb": "peak_memory_mb",
}


def spiking(dataset: Dataset) -> dict[str, Any]:
    """Train the spiking network as the command line does by default."""
    parameters = presets.for_data(dataset)
    outcome = learning.run(parameters, dataset=dataset, seed=1)
    outcome.forget()
    numbers = outcome.recording.summary | dict(outcome.numbers)
    outcome.tables["learning.csv"].to_csv(TABLES / f"{NAME}_learning.csv", index=False, float_format="%.6g")
    return {"model": SPIKING, "n_hidden": parameters.n_hidden} | {
        column: numbers[name] for name, column in COLUMNS.items()
    }


def baseline(dataset: Dataset, n_hidden: int) -> dict[str, Any]:
    """Fit logistic regression (no hidden cells) or an MLP of the same size on the same coding."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    coding = presets.for_data(dataset).coding
    train, test = (firing_probabilities(images, coding) for images in (dataset.images, dataset.test_images))
    model = (
        MLPClassifier((n_hidden,), max_iter=30, early_stopping=True, random_state=1)
        if n_hidden
        else LogisticRegression(max_iter=100)
    )
    started = time.process_time()
    model.fit(train, dataset.labels)
    return {
        "model": f"MLP of {n_hidden}" if n_hidden else "logistic regression",
        "n_hidden": n_hidden,
        "test": model.score(test, dataset.test_labels),
        "train": model.score(train, dataset.labels),
        "cpu_seconds": time.process_time() - started,
    }


def main() -> None:
    """Train what is not in the table yet."""
    if len(sys.argv) != 3:
        sys.exit("usage: python -m benchmarks.mnist TRAIN.npz TEST.npz")
    dataset = Source(data=sys.argv[1], test_data=sys.argv[2]).load()
    n_hidden = presets.for_data(dataset).n_hidden
    path = TABLES / f"{NAME}.csv"
    table = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=["model"])
    jobs = {
        SPIKING: lambda: spiking(dataset),
        "logistic regression": lambda: baseline(dataset, 0),
        f"MLP of {n_hidden}": lambda: baseline(dataset, n_hidden),
    }
    for name, job in jobs.items():
        if name not in set(table["model"]):
            row = pd.DataFrame([job()])
            table = row if table.empty else pd.concat([table, row], ignore_index=True)
            keep(table, NAME)
    show("done")


if __name__ == "__main__":
    main()

"""Handwritten digits, learnt by the NumPy reference: codings and rules, beside regression and a perceptron.

``python -m benchmarks.reference_digits`` writes ``tables/reference_digits.csv``, a row a network and seed of
the split (1297 training and 500 test data), and ``tables/reference_digits_summary.csv``, means and standard
deviations over the seeds. It takes about ten minutes on one core.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from benchmarks.runs import keep, show
from cortexnet.analysis.sampling.accuracy import accuracy_table
from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.data import Dataset, load
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.reference import Reference, Shown

SEEDS = (0, 1, 2)
CELLS = 50
#: Answers are samples so many sweeps apart, from the end of learning on.
SAMPLES, APART = 60, 5
ALL_DATA = 1297

#: What all networks have in common: all data act on every synaptic update, as printed.
COMMON = {
    "n_hidden": CELLS,
    "synapses_per_connection": 100,
    "amplitude": 0.1,
    "amplitude_recurrent": 0.03,
    "gain": 10.0,
    "trace_rate": 1.0,
    "synapse_update_fraction": 5e-4,
    "data_per_update": ALL_DATA,
}
#: Name -> sweeps of learning, and what is different.
NETWORKS: Mapping[str, tuple[int, dict[str, Any]]] = {
    "thermometer": (1500, {"coding": "thermometer"}),
    "stochastic": (1500, {"coding": "stochastic", "synapse_update_fraction": 1e-3}),
    "recurrent": (
        1000,
        {"coding": "thermometer", "hidden_connections": "all", "neuron_update_fraction": 0.5},
    ),
    "printed rule": (3000, {"coding": "thermometer", "gain": 1.0, "synapse_update_fraction": 3e-4}),
    "printed rule, binary": (
        1500,
        {
            "coding": "binary",
            "gain": 1.0,
            "synapses_per_connection": 20,
            "amplitude": 0.2,
            "synapse_update_fraction": 1e-3,
        },
    ),
    "grey": (
        1500,
        {
            "coding": "grey",
            "gain": 100.0,
            "amplitude": 0.02,
            "synapse_update_fraction": 1.0,
            "trace_rate": 1e-3,
            "feedback_rate": 0.1,
        },
    ),
    "exact cells": (
        1500,
        {
            "coding": "binary",
            "gain": 1.0,
            "synapses_per_connection": 20,
            "amplitude": 0.2,
            "synapse_update_fraction": 1e-3,
            "neuron_conditional": "exact",
        },
    ),
}
BASELINES = {
    "logistic regression": lambda seed: LogisticRegression(max_iter=2000),
    f"perceptron of {CELLS} hidden cells": lambda seed: MLPClassifier(
        (CELLS,), max_iter=500, random_state=seed
    ),
}


def main() -> None:
    """Learn, and write the tables."""
    rows = [learnt(name, seed) for name in NETWORKS for seed in SEEDS]
    rows += [fitted(name, coding, seed) for name in BASELINES for coding in CODINGS for seed in SEEDS]
    table = pd.DataFrame(rows)
    keep(table, "reference_digits")
    keep(over_seeds(table), "reference_digits_summary")


CODINGS = ("binary", "thermometer", "grey")


def learnt(name: str, seed: int) -> dict[str, object]:
    """Learn with one of the networks and return a row of the table."""
    sweeps, changes = NETWORKS[name]
    parameters, dataset = Parameters(**(COMMON | changes)), load(seed=seed)
    inputs, test_inputs = (
        firing_probabilities(images.astype(float), parameters.coding)
        for images in (dataset.images, dataset.test_images)
    )
    started = time.process_time()
    reference = Reference(parameters, inputs, dataset.labels, len(dataset.classes), seed)
    for _ in range(sweeps):
        reference.sweep()
    tests: list[Shown] = []
    trained = np.zeros((len(inputs), len(dataset.classes)))
    for _ in range(SAMPLES):
        for _ in range(APART):
            reference.sweep()
        tests.append(reference.show(test_inputs))
        trained += reference.output_probabilities(inputs)
    return row(name, parameters.coding, seed, sweeps, time.process_time() - started) | accuracies(
        dataset, tests, trained
    )


def accuracies(dataset: Dataset, tests: list[Shown], trained: np.ndarray) -> dict[str, float]:
    """Return the accuracies of all readouts of the test set, and of the training data."""
    table = accuracy_table(
        dataset.test_labels,
        [shown.probability for shown in tests],
        [shown.spike_count for shown in tests],
        [shown.one_sample for shown in tests],
    ).set_index("readout")["accuracy"]
    of_training = accuracy_table(dataset.labels, trained[None], trained[None]).set_index("readout")[
        "accuracy"
    ]
    return {
        "posterior_average": table["posterior_average"],
        "spike_counts": table["spike_counts"],
        "single_sample": table["single_sample"],
        "training_data": of_training["posterior_average"],
    }


def fitted(name: str, coding: str, seed: int) -> dict[str, object]:
    """Fit a usual classifier to the same code and return a row of the table."""
    dataset = load(seed=seed)
    inputs, test_inputs = (
        firing_probabilities(images.astype(float), coding) for images in (dataset.images, dataset.test_images)
    )
    started = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier = BASELINES[name](seed).fit(inputs, dataset.labels)
    return row(name, coding, seed, 0, time.process_time() - started) | {
        "posterior_average": classifier.score(test_inputs, dataset.test_labels),
        "training_data": classifier.score(inputs, dataset.labels),
    }


def row(name: str, coding: str, seed: int, sweeps: int, seconds: float) -> dict[str, object]:
    """Return what every row begins with, and say that it is done."""
    show(f"{name}, {coding}, seed {seed}: {seconds:.0f} s")
    return {"network": name, "coding": coding, "seed": seed, "sweeps": sweeps, "cpu_seconds": seconds}


def over_seeds(table: pd.DataFrame) -> pd.DataFrame:
    """Tabulate means and standard deviations over the seeds."""
    groups = table.groupby(["network", "coding"], sort=False)
    columns = ["posterior_average", "spike_counts", "single_sample", "training_data", "cpu_seconds"]
    means, deviations = groups[columns].mean(), groups[columns].std().add_suffix("_sd")
    ordered = [column for name in columns for column in (name, f"{name}_sd")]
    return pd.concat(
        [groups.size().rename("seeds"), pd.concat([means, deviations], axis=1)[ordered]], axis=1
    ).reset_index()


if __name__ == "__main__":
    main()

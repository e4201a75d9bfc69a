"""From a first sketch of the network to the one that learns digits: what each change is worth.

The sketch has few, large synapses, and reaches 0.75-0.8. Each row changes one thing more. Run it with
``python -m benchmarks.digits_gap``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from benchmarks.runs import keep, show
from cortexnet.models.dual_sampling.data import Dataset, Source
from cortexnet.models.dual_sampling.experiment import learning
from cortexnet.models.dual_sampling.parameters import Parameters

NAME = "digits_gap"
SEEDS = (1, 2, 3)

#: What changes, from row to row; `window` is the number of data that traces average over.
SKETCH: Mapping[str, Any] = {
    "n_hidden": 50,
    "synapses_per_connection": 20,
    "amplitude": 0.2,
    "gain": 1.0,
    "coding": "stochastic",
    "bins_per_datum": 3,
    "step": 0.05,
    "window": 500,
    "epochs": 15,
}
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "sketch": {},
    "two bins a datum": {"bins_per_datum": 2},
    "four times the epochs": {"epochs": 60},
    "finer synapses": {"synapses_per_connection": 1600, "amplitude": 0.02},
    "smaller steps, longer traces": {"step": 0.03, "window": 1000},
    "gain 10": {"gain": 10.0},
    "thermometer coding": {"coding": "thermometer"},
    "100 hidden cells": {"n_hidden": 100},
}


def accuracies(setting: Mapping[str, Any], dataset: Dataset, seed: int) -> dict[str, float]:
    """Train a network and return its accuracies."""
    values = dict(setting)
    step, window, epochs = (values.pop(name) for name in ("step", "window", "epochs"))
    per_update = 10
    variance = values["synapses_per_connection"] * values["amplitude"] ** 2 / 4
    parameters = Parameters(
        **values,
        data_per_update=per_update,
        trace_rate=per_update / window,
        synapse_update_fraction=step * per_update / (variance * values["gain"] * len(dataset.labels)),
    )
    outcome = learning.run(parameters, dataset=dataset, epochs=epochs, seed=seed, progress=False)
    outcome.forget()
    curve = outcome.tables["learning.csv"]
    last = curve[(curve["epoch"] == epochs) & (curve["data"] == "test")].set_index("readout")["accuracy"]
    return last.to_dict()


def main() -> None:
    """Train all rows, three seeds each."""
    setting = dict(SKETCH)
    rows = []
    for change, values in CHANGES.items():
        setting |= values
        for seed in SEEDS:
            rows.append(
                {"change": change, "seed": seed} | accuracies(setting, Source(seed=seed).load(), seed)
            )
            show(str(rows[-1]))
    keep(pd.DataFrame(rows), NAME)
    show(pd.DataFrame(rows).groupby("change", sort=False).mean().round(3).to_string())


if __name__ == "__main__":
    main()

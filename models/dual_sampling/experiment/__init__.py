"""The experiment on dual sampling: a network learns labelled images and is tested; listing it is light.

`learning` trains in stages whose `course` says what is shown when, keeps them in a `checkpoint`, and pools
the `answers`. What it leaves is `learnt`: `recall` tests it again without training.
"""

from __future__ import annotations

from cortexnet.models.experiments import SIMULATION, Experiment

__all__ = ["EXPERIMENTS"]

EXPERIMENTS = (
    Experiment(
        "learning",
        "learning to classify images, all of them or digits, by sampling cells and synapses (the default)",
        f"{__name__}.learning",
        options=(*SIMULATION, "data", "test_data", "test_fraction", "epochs", "state"),
    ),
)

"""The experiments on forgetting; listing them loads nothing heavy."""

from __future__ import annotations

from cortexnet.models.experiments import SIMULATION, Experiment

__all__ = ["EXPERIMENTS"]

EXPERIMENTS = (
    Experiment(
        "forgetting",
        "learning handwritten digits, then the decay of the memory without clamps (the default)",
        f"{__name__}.course",
        options=(),
    ),
    Experiment(
        "in_spikes",
        "the same with the network in spikes; preset in_spikes takes a minute",
        f"{__name__}.in_spikes",
        options=SIMULATION,
    ),
)

"""The experiment on forgetting; listing it loads nothing heavy."""

from __future__ import annotations

from cortexnet.models.experiments import Experiment

__all__ = ["EXPERIMENTS"]

EXPERIMENTS = (
    Experiment(
        "forgetting",
        "learning handwritten digits, then the decay of the memory without clamps (the default)",
        f"{__name__}.course",
        options=(),
    ),
)

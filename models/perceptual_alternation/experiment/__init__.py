"""The experiment on perceptual alternation; listing it loads nothing heavy."""

from __future__ import annotations

from cortexnet.models.experiments import Experiment

__all__ = ["EXPERIMENTS"]

EXPERIMENTS = (
    Experiment(
        "perceptual_alternation",
        "percepts of a Necker cube and their dwell times, after learning its two readings (the default)",
        f"{__name__}.alternation",
        options=(),
    ),
)

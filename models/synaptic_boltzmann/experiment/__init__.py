"""Experiments on the three models; `EXPERIMENTS` lists them, the default first."""

from __future__ import annotations

from cortexnet.models.experiments import Experiment

EXPERIMENTS = tuple(
    Experiment(name, shows, f"{__name__}.{name}")
    for name, shows in {
        "joint_machine": "cells and synapses that fluctuate together, against enumeration (the default)",
        "synaptic_posterior": "binary synapses inferred from data: overlap with planted ones, against theory",
        "sampling_machine": "spiking cells whose only noise are failing synapses: activation and rates",
    }.items()
)

"""Experiments on the network: by itself, and what its strong and its weak synapses do.

`EXPERIMENTS` lists them, the default first; listing them loads nothing heavy. In Python, `simulate` runs the
network by itself, and `compare` holds it against the paper and the theories.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cortexnet.models.experiments import Experiment

if TYPE_CHECKING:
    from cortexnet.models.spontaneous_activity.experiment.activity import simulate
    from cortexnet.models.spontaneous_activity.experiment.prediction import (
        PUBLISHED,
        compare,
        predicted_densities,
    )

__all__ = ["EXPERIMENTS", "PUBLISHED", "compare", "predicted_densities", "simulate"]

EXPERIMENTS = tuple(
    Experiment(name, shows, f"{__name__}.{name}")
    for name, shows in {
        "activity": "the network by itself: spikes, rates and membrane potentials (the default)",
        "signal_transmission": "correlation of strong inputs and output against the mean potential",
        "weak_synapses_removed": "membrane potential of cells that lose their weak synapses",
        "spike_sequences": "sequences of spikes along strong synapses, against surrogates",
    }.items()
)

_HOME = {
    "simulate": "activity",
    "compare": "prediction",
    "predicted_densities": "prediction",
    "PUBLISHED": "prediction",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

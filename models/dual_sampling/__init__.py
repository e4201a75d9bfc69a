"""Dual sampling: a network of stochastic cells and stochastic synapses that learns by sampling.

Every cell and every synapse is a random binary variable, redrawn by a rule that is local; what they sample is
the posterior distribution given the data, and nothing is optimised (Teramae & Tsubo 2022). `Parameters`
holds the constants of the network, `build` makes the Brian2 network, `presets` names sets, and `Reference`
is the same model in NumPy with all data in parallel.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import cortexnet.models.dual_sampling.presets as presets

    from cortexnet.models.dual_sampling.network import build
    from cortexnet.models.dual_sampling.parameters import Parameters
    from cortexnet.models.dual_sampling.reference import Reference
    from cortexnet.models.dual_sampling.schedule import Schedule
    from cortexnet.models.dual_sampling.state import State

__all__ = ["Parameters", "Reference", "Schedule", "State", "build", "presets"]

_HOME = {
    "Parameters": "parameters",
    "Reference": "reference",
    "Schedule": "schedule",
    "State": "state",
    "build": "network",
    "presets": "presets",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME[name]}")
    return module if name == _HOME[name] else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)

"""Spontaneous activity of the strong-sparse and weak-dense network (Teramae, Tsubo & Fukai 2012).

A network of excitatory and inhibitory cells with lognormally distributed excitatory synapses keeps itself
active at about 1 Hz without any input. `Parameters` holds the published set, `build` makes the Brian2 network
of it, and `presets` names the published variants and the ablations.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import cortexnet.models.spontaneous_activity.presets as presets
    from cortexnet.models.spontaneous_activity.network import build
    from cortexnet.models.spontaneous_activity.parameters import Parameters

__all__ = ["Parameters", "build", "presets"]

_HOME = {"Parameters": "parameters", "build": "network", "presets": "presets"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME[name]}")
    return module if name == _HOME[name] else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)

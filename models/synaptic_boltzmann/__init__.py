"""Boltzmann machines with random synapses, and cells whose only noise is in their synapses: our own models.

Only titles and a summary of the work that these models follow are public (Yamamoto & Teramae, meetings of the
Physical Society of Japan, 2021); no equation of it is known. What the models are, and what limits them, says
`cortexnet.analysis.boltzmann`, where their theory is.

`Parameters` holds the values, `presets` names some sets, and `build` makes the joint machine of cells and
synapses as a Brian2 network; the networks of the other two experiments are in `network`, and `machine` draws
the couplings of a joint machine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import cortexnet.models.synaptic_boltzmann.presets as presets
    from cortexnet.models.synaptic_boltzmann.network.joint_machine import build
    from cortexnet.models.synaptic_boltzmann.parameters import Parameters

__all__ = ["Parameters", "build", "presets"]

_HOME = {"Parameters": "parameters", "build": "network.joint_machine", "presets": "presets"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME[name]}")
    return module if name == _HOME[name] else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)

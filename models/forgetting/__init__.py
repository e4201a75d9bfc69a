"""Forgetting: a dual sampling network learns, its clamps are released, and the memory decays.

Synapses that are sampled never come to rest. While data are clamped they sample the posterior; once nothing
is clamped they return to the prior, and what was learned fades. How long both take is `theory`, exactly for
one connection and by mean field for the slow rule, and the experiment for the whole network.

The lecture notes of J. Teramae report a decay that is markedly slower than the acquisition, without protocol
or numbers; task, sizes and what is released are chosen here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import cortexnet.models.forgetting.presets as presets
    from cortexnet.models.forgetting.parameters import Parameters

__all__ = ["Parameters", "presets"]

_HOME = {"Parameters": "parameters", "presets": "presets"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME[name]}")
    return module if name == _HOME[name] else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)

"""Perceptual alternation: a dual sampling network that has learned two cubes views a Necker cube.

The network learns the two unambiguous drawings of `stimuli`. Shown the ambiguous one, with its outputs free
and the feedback on, it samples what that could be, now one cube and now the other. `viewing` reads this from
its outputs; what slower variables such as adaptation do to the dwell times is the experiment.

The lecture notes of J. Teramae report alternation that emerges with learning, and dwell times that a gamma
distribution describes, without protocol or numbers; images, sizes and readout are chosen here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import cortexnet.models.perceptual_alternation.presets as presets
    from cortexnet.models.perceptual_alternation.parameters import Parameters

__all__ = ["Parameters", "presets"]

_HOME = {"Parameters": "parameters", "presets": "presets"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME[name]}")
    return module if name == _HOME[name] else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)

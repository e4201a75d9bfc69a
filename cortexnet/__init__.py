"""Models of spontaneous cortical activity and of learning as sampling in Brian2, each beside its theory.

Importing this package costs next to nothing: Brian2 and pandas come with the first name that needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cortexnet.devices import device
    from cortexnet.recording import Recording

__version__ = "0.1.0"
__all__ = ["Recording", "__version__", "device"]

_HOME = {"device": "cortexnet.devices", "Recording": "cortexnet.recording"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

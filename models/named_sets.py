"""What the named parameter sets of all systems share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from cortexnet.errors import ParameterError


@dataclass(frozen=True)
class Preset:
    """What a preset changes of the default parameters, and why.

    Attributes
    ----------
    description : str
        What it is.
    changes : mapping of str to str
        Name of a parameter -> its value, as text.
    """

    description: str
    changes: Mapping[str, str] = field(default_factory=dict)


Chosen = TypeVar("Chosen", bound=Preset)


def find(name: str, presets: Mapping[str, Chosen]) -> Chosen:
    """Return a preset by its name.

    Raises
    ------
    ParameterError
        If there is none of this name.
    """
    if name not in presets:
        close = get_close_matches(name, presets, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(presets)}"
        raise ParameterError(f"{name[:60]!r} is not a preset: {hint}")
    return presets[name]

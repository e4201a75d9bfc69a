"""Named parameter sets of the alternation experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cortexnet.errors import ParameterError

if TYPE_CHECKING:
    from cortexnet.models.perceptual_alternation.parameters import Parameters


@dataclass(frozen=True)
class Preset:
    """What a preset changes of the default parameters, as text, and why."""

    description: str
    changes: Mapping[str, str] = field(default_factory=dict)


PRESETS: Mapping[str, Preset] = {
    "default": Preset("the defaults, with adaptation; no values are published"),
    "without_adaptation": Preset("the network of the source: no adaptation", {"adaptation_strength": "0"}),
    "instantaneous": Preset(
        "no adaptation, and percepts read from every single bin",
        {"adaptation_strength": "0", "readout_rate": "1"},
    ),
    "untrained": Preset("before learning", {"learning_sweeps": "0"}),
    "feedforward": Preset("no connections among hidden cells", {"hidden_connections": "none"}),
    "without_feedback": Preset("the outputs say nothing to the hidden cells", {"feedback_strength": "0"}),
}


def preset(name: str) -> Parameters:
    """Return the parameters of a preset.

    Raises
    ------
    ParameterError
        If there is no preset of this name.
    """
    if name not in PRESETS:
        close = get_close_matches(name, PRESETS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(PRESETS)}"
        raise ParameterError(f"{name[:60]!r} is not a preset: {hint}")
    from cortexnet.models.perceptual_alternation.parameters import Parameters

    return Parameters.from_text(PRESETS[name].changes)

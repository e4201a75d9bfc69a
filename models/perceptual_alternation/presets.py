"""Named parameter sets of the alternation experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cortexnet.models.named_sets import Preset, find

if TYPE_CHECKING:
    from cortexnet.models.perceptual_alternation.parameters import Parameters


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
    from cortexnet.models.perceptual_alternation.parameters import Parameters

    return Parameters.from_text(find(name, PRESETS).changes)

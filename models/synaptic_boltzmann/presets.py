"""Named parameter sets of the models with random synapses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cortexnet.errors import ParameterError

if TYPE_CHECKING:
    from cortexnet.models.synaptic_boltzmann.parameters import Parameters


@dataclass(frozen=True)
class Preset:
    """What a preset changes of the default parameters, as text, and why."""

    description: str
    changes: Mapping[str, str] = field(default_factory=dict)


PRESETS: Mapping[str, Preset] = {
    "default": Preset("all values are chosen here, since nothing is published"),
    "single_synapses": Preset("a joint machine without parallel synapses", {"synapses_per_pair": "1"}),
    "below_threshold": Preset(
        "half of the data from which on planted synapses can be found", {"relative_load": "0.5"}
    ),
    "strong_feature": Preset("data that depend more strongly on the synapses", {"feature_strength": "1.5"}),
    "equal_epsps": Preset("a sampling machine whose synapses are all equal", {"epsp_log_sd": "0"}),
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
    from cortexnet.models.synaptic_boltzmann.parameters import Parameters

    return Parameters.from_text(PRESETS[name].changes)

"""Named parameter sets of the models with random synapses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cortexnet.models.named_sets import Preset, find

if TYPE_CHECKING:
    from cortexnet.models.synaptic_boltzmann.parameters import Parameters


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
    from cortexnet.models.synaptic_boltzmann.parameters import Parameters

    return Parameters.from_text(find(name, PRESETS).changes)

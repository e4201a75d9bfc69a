"""Named parameter sets of the forgetting experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cortexnet.models.named_sets import Preset, find

if TYPE_CHECKING:
    from cortexnet.models.forgetting.parameters import Parameters


PRESETS: Mapping[str, Preset] = {
    "default": Preset("the defaults: few synapses redrawn at a time; no values are published"),
    "teacher_released": Preset("the same, but the inputs stay clamped", {"released": "teacher"}),
    "in_spikes": Preset(
        "less data and fewer sweeps, for the experiment in spikes",
        {
            "n_data": "300",
            "learning_sweeps": "200",
            "forgetting_sweeps": "500",
            "released": "teacher",
            "neuron_update_fraction": "1",
            "synapses_per_connection": "400",
            "amplitude": "0.05",
        },
    ),
    "slow_traces": Preset(
        "all synapses redrawn at once from slow traces",
        {
            "synapse_update_fraction": "1",
            "trace_rate": "0.001",
            "amplitude": "0.02",
            "gain": "100",
            "learning_sweeps": "600",
        },
    ),
}


def preset(name: str) -> Parameters:
    """Return the parameters of a preset.

    Raises
    ------
    ParameterError
        If there is no preset of this name.
    """
    from cortexnet.models.forgetting.parameters import Parameters

    return Parameters.from_text(find(name, PRESETS).changes)

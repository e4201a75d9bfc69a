"""Named parameter sets: the published one, a published variant, and ablations of the excitatory synapses.

Listing them computes nothing and imports nothing heavy; `preset` makes the parameters of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cortexnet.models.named_sets import Preset, find

if TYPE_CHECKING:
    from cortexnet.models.spontaneous_activity.parameters import Parameters


@dataclass(frozen=True)
class NetworkPreset(Preset):
    """A preset that may scale what remains of the synapses, so that their mean conductance is restored."""

    restores_mean_conductance: bool = False


WITHOUT_STRONG = {"epsp_removed_above": "3*mV"}
WITHOUT_WEAK = {"epsp_removed_below": "1*mV"}
RESTORED = "the others scaled so that the mean released conductance is the published one"

PRESETS: Mapping[str, NetworkPreset] = {
    "published": NetworkPreset("the parameters of Teramae, Tsubo & Fukai (2012)"),
    "hiratani_2013": NetworkPreset(
        "weaker synapses on inhibitory cells, weaker inhibition and more failures (Hiratani et al. 2013)",
        {
            "conductance_excitatory_to_inhibitory": "0.017/ms",
            "conductance_inhibitory_to_excitatory": "0.0018/ms",
            "conductance_inhibitory_to_inhibitory": "0.0025/ms",
            "release_failure_epsp": "0.3*mV",
        },
    ),
    "strong_removed": NetworkPreset("without the strong synapses, EPSP of 3 mV or more", WITHOUT_STRONG),
    "strong_removed_rescaled": NetworkPreset(
        f"without the strong synapses, {RESTORED}", WITHOUT_STRONG, True
    ),
    "weak_removed": NetworkPreset("without the weak synapses, EPSP below 1 mV", WITHOUT_WEAK),
    "weak_removed_rescaled": NetworkPreset(f"without the weak synapses, {RESTORED}", WITHOUT_WEAK, True),
    "weakest_removed": NetworkPreset(
        "without the weakest synapses, EPSP below 0.5 mV", {"epsp_removed_below": "0.5*mV"}
    ),
    "gaussian_epsps": NetworkPreset(
        "normally distributed EPSPs of the published mean, none of them strong",
        {"epsp_distribution": "normal"},
    ),
}


def preset(name: str) -> Parameters:
    """Return the parameters of a preset.

    Raises
    ------
    ParameterError
        If there is no preset of this name.
    """
    chosen = find(name, PRESETS)
    from cortexnet.models.spontaneous_activity.parameters import Parameters
    from cortexnet.models.spontaneous_activity.released_conductance import restored_scale

    parameters = Parameters.from_text(chosen.changes)
    if chosen.restores_mean_conductance:
        return parameters.replace(epsp_scale=restored_scale(parameters, Parameters()))
    return parameters

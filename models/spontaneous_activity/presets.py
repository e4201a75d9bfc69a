"""Named parameter sets: the published one, a published variant, and ablations of the excitatory synapses.

Listing them computes nothing and imports nothing heavy; `preset` makes the parameters of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cortexnet.errors import ParameterError

if TYPE_CHECKING:
    from cortexnet.models.spontaneous_activity.parameters import Parameters


@dataclass(frozen=True)
class Preset:
    """What a preset changes of the published parameters, as text, and why."""

    description: str
    changes: Mapping[str, str] = field(default_factory=dict)
    restores_mean_conductance: bool = False


WITHOUT_STRONG = {"epsp_removed_above": "3*mV"}
WITHOUT_WEAK = {"epsp_removed_below": "1*mV"}
RESTORED = "the others scaled so that the mean released conductance is the published one"

PRESETS: Mapping[str, Preset] = {
    "published": Preset("the parameters of Teramae, Tsubo & Fukai (2012)"),
    "hiratani_2013": Preset(
        "weaker synapses on inhibitory cells, weaker inhibition and more failures (Hiratani et al. 2013)",
        {
            "conductance_excitatory_to_inhibitory": "0.017/ms",
            "conductance_inhibitory_to_excitatory": "0.0018/ms",
            "conductance_inhibitory_to_inhibitory": "0.0025/ms",
            "release_failure_epsp": "0.3*mV",
        },
    ),
    "strong_removed": Preset("without the strong synapses, EPSP of 3 mV or more", WITHOUT_STRONG),
    "strong_removed_rescaled": Preset(f"without the strong synapses, {RESTORED}", WITHOUT_STRONG, True),
    "weak_removed": Preset("without the weak synapses, EPSP below 1 mV", WITHOUT_WEAK),
    "weak_removed_rescaled": Preset(f"without the weak synapses, {RESTORED}", WITHOUT_WEAK, True),
    "weakest_removed": Preset(
        "without the weakest synapses, EPSP below 0.5 mV", {"epsp_removed_below": "0.5*mV"}
    ),
    "gaussian_epsps": Preset(
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
    try:
        chosen = PRESETS[name]
    except KeyError:
        close = get_close_matches(name, PRESETS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(PRESETS)}"
        raise ParameterError(f"{name[:60]!r} is not a preset: {hint}") from None

    from cortexnet.models.spontaneous_activity.parameters import Parameters
    from cortexnet.models.spontaneous_activity.released_conductance import restored_scale

    parameters = Parameters.from_text(chosen.changes)
    if chosen.restores_mean_conductance:
        return parameters.replace(epsp_scale=restored_scale(parameters, Parameters()))
    return parameters

"""What is put right in units that brian2cuda has generated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brian2 import Synapses

from cortexnet.devices.execution import RANGES

_COUNTING_PAIRS = re.compile(r"(source_target_count;\s*for \(int _i=0; _i<)newsize")
CONNECTING = ("synapses_create_generator", "synapses_create_array")


def correct(unit: Any, path: Path, deliveries: Mapping[str, str]) -> None:
    """Correct the source file of a unit, where there is something to correct.

    brian2cuda takes for granted that synapses live on the default clock; and it counts the synapses of every
    pair in a map, whether somebody asks or not.
    """
    text = path.read_text()
    if unit.template_name == "synapses":
        text = text.replace("defaultclock.timestep", f"{unit.owner.clock.name}.timestep")
    elif unit.template_name in CONNECTING and not pairs_matter(unit.owner, deliveries):
        text = _COUNTING_PAIRS.sub(r"\g<1>0", text)
    path.write_text(text)


def pairs_matter(synapses: Synapses, deliveries: Mapping[str, str]) -> bool:
    """Tell whether anybody asks how many synapses a pair has: its index, or brian2cuda's own delivery."""
    over_ranges = (deliveries.get(pathway.name) == RANGES for pathway in synapses._pathways)
    return synapses.multisynaptic_index is not None or not all(over_ranges)

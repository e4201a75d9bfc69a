"""When the synapses of a pathway are sorted: as soon as they are made, before others are.

Where values of synapses are given up once they have been copied, the most memory is then needed for one
pathway at a time instead of for all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from brian2.core.variables import ArrayVariable

PREPARING = ("push_spikes_in_ranges", "synapses_in_ranges")
Entry = tuple[str, Any]  # of the queue from which Brian2 writes the main program: what is done, and with what


def prepared_early(queue: list[Entry], arrays: Mapping[ArrayVariable, str]) -> list[Entry]:
    """Return a main program that prepares each pathway right after the last that was done to its synapses."""
    result = list(queue)
    for entry in queue:
        if entry[0] == "before_run_code_object" and entry[1][0].template_name in PREPARING:
            (code_object,) = entry[1]
            synapses = getattr(code_object.owner, "synapses", code_object.owner)
            delays = {pathway.variables["delay"] for pathway in synapses._pathways}  # one for all is no value
            values = synapses._registered_variables | delays
            time_steps = {v for name, v in code_object.variables.items() if name == "_source_dt"}
            names = [arrays[variable] for variable in values | time_steps]
            place = result.index(entry)
            last = max(n for n in range(place) if n == 0 or _touches(result[n], values, names))
            result.insert(last + 1, result.pop(place))
    return result


def _touches(entry: Entry, values: Collection[ArrayVariable], names: Collection[str]) -> bool:
    """Tell whether an entry may change values of synapses, or arrays of some names."""
    kind, arguments = entry
    if kind.endswith("run_code_object"):
        return any(variable in values for variable in arguments[0].variables.values())
    if kind.startswith("set_"):
        return any(name in arguments[0] for name in names)
    return True

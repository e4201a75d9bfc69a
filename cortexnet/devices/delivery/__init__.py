"""How spikes reach synapses in a C++ program: over ranges of sorted synapses instead of Brian2's queue.

- `range_delivery.h`: the sorted order, the spikes under way, what arrives in a step.
- `statement`: what a spike does to its synapses, as a loop over ranges.
- `code_objects`: which templates a program uses instead of Brian2's, and where it cannot.
"""

from cortexnet.devices.delivery.code_objects import (
    RangeCodeObject,
    headers,
    require_known_brian2,
    template_for,
)
from cortexnet.devices.delivery.statement import fill_in

__all__ = ["RangeCodeObject", "fill_in", "headers", "require_known_brian2", "template_for"]

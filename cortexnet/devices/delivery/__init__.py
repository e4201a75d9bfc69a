"""How spikes reach synapses in a C++ program: over ranges of sorted synapses instead of Brian2's queue.

- `range_delivery.h`: the sorted order, the spikes under way, what arrives in a step.
- `statement`: what a spike does to its synapses, as a loop over ranges.
- `code_objects`: which templates a program uses instead of Brian2's, and where it cannot.
- `device`: the device that puts them together.
"""

from cortexnet.devices.delivery.code_objects import require_known_brian2
from cortexnet.devices.delivery.device import RangeDevice

__all__ = ["RangeDevice", "require_known_brian2"]

"""What a run is known to need before it starts, and whether the machine has it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import psutil
from brian2 import Network, StateMonitor

from cortexnet.errors import CortexnetError


def refuse_what_cannot_fit(network: Network, duration_s: float, folder: Path | None = None) -> None:
    """Raise `CortexnetError` if the state monitors of a run need more memory or disk than is free.

    Disk counts where a `folder` is given.

    Their samples are the one large thing whose size is known beforehand; that of synapses and spikes is not.
    """
    sizes = {monitor: _recorded_bytes(monitor, duration_s) for monitor in _state_monitors(network)}
    needed = sum(sizes.values())
    places = [("memory", float(psutil.virtual_memory().available))]
    if folder is not None:
        places.append((f"disk in {folder}", float(shutil.disk_usage(folder).free)))
    for place, free in places:
        if needed > free:
            largest = max(sizes, key=lambda monitor: sizes[monitor])
            raise CortexnetError(
                f"the state monitors need {needed / 1e9:.3g} GB and {free / 1e9:.3g} GB of {place} are free: "
                f"let {largest.name!r} ({len(largest.record)} cells) record fewer cells or less often (dt)"
            )


def _recorded_bytes(monitor: StateMonitor, duration_s: float) -> float:
    itemsize = sum(np.dtype(monitor.variables[name].dtype).itemsize for name in monitor.record_variables)
    samples = duration_s / float(monitor.clock.dt)
    return float(samples * (len(monitor.record) * itemsize + 8))


def _state_monitors(network: Network) -> list[StateMonitor]:
    return [obj for obj in network.sorted_objects if isinstance(obj, StateMonitor)]

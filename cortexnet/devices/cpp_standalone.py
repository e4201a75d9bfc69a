"""The C++ standalone device: the whole model becomes one compiled program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cortexnet.devices import tools
from cortexnet.devices.cpp_device import CppDevice
from cortexnet.devices.delivery import RangeDevice, require_known_brian2
from cortexnet.devices.execution import Execution
from cortexnet.devices.progress import Progress, choose_progress
from cortexnet.devices.scope import (
    DELIVERIES,
    active_device,
    float_type,
    fresh_names,
    preferences,
    require_one_of,
)
from cortexnet.devices.standalone_run import StandaloneRun
from cortexnet.folders import cache_directory

RESULTS = ("all", "recorded")


@contextmanager
def cpp_standalone(
    *,
    progress: bool | Progress = True,
    timeout: float | None = None,
    precision: str = "double",
    delivery: str = "auto",
    results: str = "all",
) -> Iterator[Execution]:
    """Compile the model of the block to one C++ program and run it on leaving the block.

    Parameters
    ----------
    progress, timeout, precision
        As for every device.
    delivery : {"auto", "brian2"}
        How spikes reach synapses: over ranges of sorted synapses where a pathway allows it, or by Brian2's
        queue. In double precision both give the same results to the last bit; in single precision the
        state updates of "auto" keep to it throughout, where Brian2's use doubles in between.
    results : {"all", "recorded"}
        What can be read after the run: everything, or all but the values of single synapses, which are by
        far the most and then take neither disk nor, where nothing else needs them, memory.
    """
    require_one_of("delivery", delivery, DELIVERIES)
    require_one_of("results", results, RESULTS)
    if delivery == "auto":
        require_known_brian2()
    chosen = float_type(precision)
    tools.require_compiler()
    cache_directory()
    execution = Execution(device="cpp_standalone", codegen_target="cpp", precision=precision)
    make = RangeDevice if delivery == "auto" else CppDevice
    device = make(execution, keeps_synapses=results == "all")
    with preferences(chosen), fresh_names(), active_device(device):
        with device.building():
            yield execution
        if device.networks:
            StandaloneRun(device, choose_progress(progress), timeout).carry_out()

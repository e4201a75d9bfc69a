"""What a device block changes and puts back: active device, time step, preferences, names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from brian2 import defaultclock, get_device, prefs, set_device
from brian2.core.tracking import InstanceTrackerSet, Trackable
from brian2.devices.device import Device, previous_devices, reset_device

from cortexnet.errors import CortexnetError


@contextmanager
def active_device(device: Device) -> Iterator[None]:
    """Make `device` Brian2's device, starting at the present time step; afterwards all is as before."""
    outer_time_step = defaultclock.dt
    outer_stack = list(previous_devices)
    outer_device = get_device()
    set_device(device, build_on_run=False)
    stack_inside = list(previous_devices)
    try:
        yield
    finally:
        previous_devices[:] = stack_inside  # whatever the block did to it
        reset_device()
        previous_devices[:] = outer_stack
        if outer_device.defaultclock is not None and defaultclock.dt != outer_time_step:
            defaultclock.dt = outer_time_step


@contextmanager
def preferences(values: dict[str, Any]) -> Iterator[None]:
    """Set Brian2 preferences, given by full name, for the duration of a block."""
    outer = {name: prefs[name] for name in values}
    _assign(values)
    try:
        yield
    finally:
        _assign(outer)


def _assign(values: dict[str, Any]) -> None:
    for name, value in values.items():
        prefs[name] = value


def require_one_of(option: str, value: str, allowed: Iterable[str]) -> None:
    """Raise `CortexnetError` unless the value of an option is one of those allowed."""
    if value not in allowed:
        raise CortexnetError(f"{option} is {value!r}; allowed: {', '.join(allowed)}")


DELIVERIES = ("auto", "brian2")
PRECISIONS: dict[str, type[np.floating[Any]]] = {"double": np.float64, "single": np.float32}


def float_type(precision: str) -> dict[str, Any]:
    """Return the preference by which Brian2 takes variables to be of a precision, "double" or "single"."""
    require_one_of("precision", precision, PRECISIONS)
    return {"core.default_float_dtype": PRECISIONS[precision]}


@contextmanager
def fresh_names() -> Iterator[None]:
    """Let Brian2 choose names as in a new process.

    Brian2 numbers names ("excitatory_thresholder_1") past those of all living objects. The second network
    of a process would then be generated as another program than the first, and compiled again.
    """
    follower = Trackable.__instancefollower__
    outer = follower.instance_sets
    follower.instance_sets = defaultdict(InstanceTrackerSet)
    try:
        yield
    finally:
        follower.instance_sets = outer

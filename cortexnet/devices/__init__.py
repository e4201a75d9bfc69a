"""Where a model is simulated: inside this process, as a compiled C++ program, or on a graphics card.

::

    with cn.device("cpp_standalone") as execution:
        network = build(parameters, seed=1)
        network.run(5 * second)
    network["excitatory_spikes"].t  # the results are there when the block has been left
    execution.simulation_cpu_seconds
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from inspect import signature
from typing import Any

from cortexnet.devices.execution import Execution, execution_of
from cortexnet.devices.progress import Progress
from cortexnet.devices.run_time_values import mark_run_time_values, set_at_run_time
from cortexnet.errors import CortexnetError

__all__ = [
    "DEVICES",
    "Execution",
    "Progress",
    "device",
    "execution_of",
    "mark_run_time_values",
    "set_at_run_time",
]


DEVICES = ("runtime", "cpp_standalone", "cuda_standalone")  # each a module here with a function of that name


def device(name: str, **options: Any) -> AbstractContextManager[Execution]:
    """Choose where the models built and run inside a ``with`` block are simulated.

    Parameters
    ----------
    name : str
        "runtime", "cpp_standalone" or "cuda_standalone".
    progress : bool or Progress
        True: bars in a terminal or notebook; False: nothing; or an object of one's own.
    timeout : float, optional
        Seconds of real time after which a run is ended.
    precision : str, optional
        "double" or "single", of all variables of the model but times.
    delivery : str, optional
        How spikes reach synapses: "auto", in the fastest way that the device has for a pathway, or "brian2",
        by Brian2's queue. In double precision the results are the same. "runtime" has that queue alone.
    results : str, optional
        Of "cpp_standalone" alone, see there.
    codegen_target : str, optional
        Of "runtime" alone: "numpy" or "cython".
    generate_only, compute_capability : optional
        Of "cuda_standalone" alone, see there.

    Returns
    -------
    context manager
        Yields the `Execution` that keeps account of the run. A standalone program is built and run when the
        block is left; Brian2's device, time step and preferences are then as they were before.

    Raises
    ------
    ToolMissing
        On entering the block, if a compiler or another tool is missing.
    RunFailed
        On leaving it, if the run left no whole and finite results; its status tells why.
    """
    if name not in DEVICES:
        raise CortexnetError(f"device is {name!r}; allowed: {', '.join(DEVICES)}")
    make = getattr(import_module(f"{__package__}.{name}"), name)
    allowed = list(signature(make).parameters)
    for option in options:
        if option not in allowed:
            raise CortexnetError(
                f"the device {name!r} has no option {option!r}; allowed: {', '.join(allowed)}"
            )
    context: AbstractContextManager[Execution] = make(**options)
    return context

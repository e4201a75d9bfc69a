"""Where a model is simulated: inside this process, as a compiled C++ program, or on a graphics card.

::

    with cn.device("cpp_standalone") as execution:
        network = build(parameters, seed=1)
        network.run(5 * second)
    network["excitatory_spikes"].t  # the results are there when the block has been left
    execution.simulation_cpu_seconds
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from cortexnet.devices.cpp_standalone import cpp_standalone
from cortexnet.devices.execution import Execution, execution_of
from cortexnet.devices.progress import Progress
from cortexnet.devices.run_time_values import mark_run_time_values, set_at_run_time
from cortexnet.devices.runtime import runtime
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


@contextmanager
def _cuda_standalone(**options: Any) -> Iterator[Execution]:
    from cortexnet.devices.cuda_standalone import cuda_standalone  # brings in brian2cuda

    with cuda_standalone(**options) as execution:
        yield execution


DEVICES = {"runtime": runtime, "cpp_standalone": cpp_standalone, "cuda_standalone": _cuda_standalone}


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
    codegen_target : str
        Of "runtime" alone: "numpy" or "cython".

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
    return DEVICES[name](**options)

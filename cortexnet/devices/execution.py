"""What is known about one run of a network: the record that a device leaves beside the network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from brian2 import Network

RANGES = "ranges"  # how spikes reach synapses, if not by Brian2's queue

NOT_RUN = "not run"
GENERATED = "generated"
COMPLETE = "complete"
INTERRUPTED = "interrupted"
TIMEOUT = "timeout"
DIVERGED = "diverged"
FAILED = "failed"
OUT_OF_DEVICE_MEMORY = "out of device memory"


@dataclass
class Execution:
    """One run from build to result, filled in while it happens.

    Attributes
    ----------
    device : str
        "runtime", "cpp_standalone" or "cuda_standalone".
    codegen_target : str
        What Brian2 generated: "numpy", "cython", "cpp" or "cuda".
    precision : str
        Of the model's variables: "double" or "single". Times are always double.
    status : str
        "not run", "generated" (sources only), "complete", "interrupted" (results up to ``duration_s`` are
        there), or why there are no results: "timeout", "diverged", "failed", "out of device memory" or
        "killed (signal 9, out of memory?)".
    requested_durations_s : list of float
        Simulated time asked for in each run of the block, in seconds.
    requested_duration_s, duration_s : float
        Simulated time asked for and completed, summed over all runs of the block, in seconds.
    time_step_s : float or None
        The smallest time step of the networks that were run, in seconds.
    compiled : bool
        Whether anything was compiled, or a program of an earlier run served again.
    build_seconds : float
        Wall time of generating and compiling.
    simulation_cpu_seconds, simulation_wall_seconds : float
        Time spent in the time loop alone: setting up and writing are left out.
    peak_memory_mb : float or None
        Largest resident set of the process that simulated, in 10^6 bytes.
    seeds : list of int
        The seeds of Brian2's own random numbers, in the order in which they took effect.
    run_time_values : dict of str to (float or int or bool)
        The values given by `set_at_run_time`, in SI units, by "group.variable".
    build_key : str or None
        What names the compiled program in the cache.
    construction_cpu_seconds, final_memory_mb : float or None
        Of a C++ or CUDA program: CPU time before the first time step, and resident set after the last.
    delivery : dict of str to str
        How the spikes of each synaptic pathway of a C++ program were delivered: "ranges", or why by Brian2's
        queue.
    """

    device: str
    codegen_target: str
    precision: str = "double"
    status: str = NOT_RUN
    requested_durations_s: list[float] = field(default_factory=list)
    duration_s: float = 0.0
    time_step_s: float | None = None
    compiled: bool = False
    build_seconds: float = 0.0
    simulation_cpu_seconds: float = 0.0
    simulation_wall_seconds: float = 0.0
    peak_memory_mb: float | None = None
    seeds: list[int] = field(default_factory=list)
    run_time_values: dict[str, float | int | bool] = field(default_factory=dict)
    build_key: str | None = None
    delivery: dict[str, str] = field(default_factory=dict)
    construction_cpu_seconds: float | None = None
    final_memory_mb: float | None = None

    @property
    def requested_duration_s(self) -> float:
        """Simulated time asked for in all runs together, in seconds."""
        return sum(self.requested_durations_s)

    def record(self, network: Network, duration_s: float) -> None:
        """Note that `network` is asked to run for `duration_s` seconds as part of this execution."""
        self.requested_durations_s.append(duration_s)
        steps = [float(clock.dt) for clock in {obj.clock for obj in network.sorted_objects}]
        known = [] if self.time_step_s is None else [self.time_step_s]
        self.time_step_s = min([*steps, *known], default=None)
        _EXECUTIONS[network] = self


_EXECUTIONS: WeakKeyDictionary[Network, Execution] = WeakKeyDictionary()


def execution_of(network: Network) -> Execution | None:
    """Return the execution that ran `network`, or None if it was run under plain ``set_device``."""
    return _EXECUTIONS.get(network)

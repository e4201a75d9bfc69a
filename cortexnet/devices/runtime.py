"""The runtime device: Brian2 simulates inside this process, step by step."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from brian2 import Network, Quantity, second
from brian2.core.network import TextReport
from brian2.devices.device import RuntimeDevice

from cortexnet.devices import tools
from cortexnet.devices.execution import COMPLETE, DIVERGED, FAILED, INTERRUPTED, TIMEOUT, Execution
from cortexnet.devices.memory import peak_memory_mb
from cortexnet.devices.progress import Progress, choose_progress
from cortexnet.devices.requirements import refuse_what_cannot_fit
from cortexnet.devices.results import non_finite_variable
from cortexnet.devices.scope import DELIVERIES, active_device, float_type, preferences, require_one_of
from cortexnet.devices.seeds import checked_seed
from cortexnet.errors import CortexnetError, RunFailed

CODEGEN_TARGETS = ("numpy", "cython")
Report = Callable[[Quantity, float, Quantity, Quantity], None]


@contextmanager
def runtime(
    *,
    codegen_target: str = "numpy",
    progress: bool | Progress = True,
    timeout: float | None = None,
    precision: str = "double",
    delivery: str = "auto",
) -> Iterator[Execution]:
    """Simulate in this process with the code generation target "numpy" or "cython"."""
    require_one_of("codegen_target", codegen_target, CODEGEN_TARGETS)
    require_one_of("delivery", delivery, DELIVERIES)
    if codegen_target == "cython":
        tools.require_compiler()
    chosen = {"codegen.target": codegen_target, **float_type(precision)}
    execution = Execution(device="runtime", codegen_target=codegen_target, precision=precision)
    device = ObservedRuntimeDevice(execution, choose_progress(progress), timeout)
    with preferences(chosen), active_device(device):
        yield execution


class ObservedRuntimeDevice(RuntimeDevice):
    """Brian2's runtime device, which keeps an account of every run."""

    def __init__(self, execution: Execution, progress: Progress, timeout: float | None) -> None:
        super().__init__()
        self.execution = execution
        self.progress = progress
        self.timeout = timeout

    def seed(self, seed: int | None = None) -> None:
        """Seed NumPy's generator; without a seed, with one from the system that is noted."""
        value = checked_seed(seed)
        self.execution.seeds.append(value)
        super().seed(value)

    def network_run(
        self,
        network: Network,
        duration: Quantity,
        report: Report | str | None = None,
        report_period: Quantity = 10 * second,
        namespace: dict[str, Any] | None = None,
        profile: bool | None = None,
        level: int = 0,
    ) -> None:
        """Run `network` as `Network.run` does; once a run was interrupted, further ones return at once."""
        execution = self.execution
        if execution.status == INTERRUPTED:
            return
        start_s = float(network.t)
        refuse_what_cannot_fit(network, float(duration))
        execution.record(network, float(duration))
        self._set_maximum_run_time(self.timeout)
        if report is None:
            report, report_period = self._show_progress, 0.1 * second
        watch = _LoopWatch(execution, report)
        self.progress.begin("simulate", float(duration), "s")
        try:
            # level: Brian2 looks for the caller's variables, and this function lies between
            with _single_precision_allowed():
                Network.run.original_function(
                    network,
                    duration,
                    watch,
                    report_period,
                    namespace=namespace,
                    profile=profile,
                    level=level + 1,
                )
        except BaseException as error:
            execution.status = FAILED if isinstance(error, Exception) else INTERRUPTED
            raise
        finally:
            self.progress.end()
            execution.duration_s += float(network.t) - start_s
            execution.peak_memory_mb = peak_memory_mb()
        self._judge(network)

    def _show_progress(
        self, elapsed: Quantity, completed: float, start: Quantity, duration: Quantity
    ) -> None:
        self.progress.advance_to(completed * float(duration))

    def _judge(self, network: Network) -> None:
        execution = self.execution
        problem = non_finite_variable(network)
        if problem is not None:
            execution.status = DIVERGED
            raise RunFailed(f"the simulation diverged: {problem}")
        if execution.duration_s > execution.requested_duration_s - 0.5 * (execution.time_step_s or 0.0):
            execution.status = COMPLETE
        elif self.timeout is not None and self._last_run_time > self.timeout:
            execution.status = TIMEOUT
            raise RunFailed(f"timeout of {self.timeout:g} s: {execution.duration_s:g} s were simulated")
        else:
            execution.status = INTERRUPTED


@contextmanager
def _single_precision_allowed() -> Iterator[None]:
    """Silence NumPy where Brian2 looks for values above 1e50, which single precision does not have."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "overflow encountered in cast", RuntimeWarning, r"brian2\.groups\.group"
        )
        yield


class _LoopWatch:
    """A report function that measures the time loop alone: Brian2 calls it just before and just after."""

    def __init__(self, execution: Execution, report: Report | str) -> None:
        self.execution = execution
        self.report = _report_function(report)
        self.created = time.perf_counter()
        self.started: tuple[float, float] | None = None

    def __call__(self, elapsed: Quantity, completed: float, start: Quantity, duration: Quantity) -> None:
        self.report(elapsed, completed, start, duration)
        now = time.perf_counter(), time.process_time()
        if self.started is None:
            self.execution.build_seconds += now[0] - self.created
        else:
            self.execution.simulation_wall_seconds += now[0] - self.started[0]
            self.execution.simulation_cpu_seconds += now[1] - self.started[1]
        self.started = now


def _report_function(report: Report | str) -> Report:
    if callable(report):
        return report
    streams = {"text": sys.stdout, "stdout": sys.stdout, "stderr": sys.stderr}
    if report not in streams:
        raise CortexnetError(f"report is {report!r}; allowed: {', '.join(streams)} or a function")
    show: Report = TextReport(streams[report])
    return show

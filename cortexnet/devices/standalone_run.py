"""One run of a standalone program, from the generated sources to numbers that can be read."""

from __future__ import annotations

import gc
import re
import signal
import sys
import time
import weakref
from pathlib import Path

from brian2 import prefs

from cortexnet import folders
from cortexnet.devices import build_cache
from cortexnet.devices.child_process import Outcome, watch
from cortexnet.devices.compilation import compile_program
from cortexnet.devices.execution import (
    COMPLETE,
    DIVERGED,
    FAILED,
    INTERRUPTED,
    NOT_RUN,
    OUT_OF_DEVICE_MEMORY,
    TIMEOUT,
)
from cortexnet.devices.progress import Progress, Stage
from cortexnet.devices.results import check_files, non_finite_variable
from cortexnet.devices.standalone import StandaloneDevice
from cortexnet.errors import RunFailed

LOG = "run.log"
TABLES = "static_arrays"  # Brian2's name for the numbers that a program reads when it starts
RESULTS = "results"
REFUSED_RANGES = re.compile(r"cortexnet: (?P<pathway>\S+) keeps Brian2's queue: (?P<reason>.*)")
COMPLAINTS = ("Error opening", "Error reading", "Error writing", "Could not read", "Cannot set unknown")


class StandaloneRun:
    """Builds, runs and publishes the model of a device.

    Everything happens in a scratch folder of its own. It goes when the model is no longer used; after a
    failure it stays, and the model has no values.
    """

    def __init__(self, device: StandaloneDevice, progress: Progress, timeout: float | None) -> None:
        self.device = device
        self.execution = device.execution
        self.progress = progress
        self.timeout = timeout
        gc.collect()  # the results of models that nobody uses any more go first
        self.scratch = folders.new_scratch()
        self.reports: dict[str, float] = {}

    def carry_out(self) -> None:
        """Do it all; raise `RunFailed`, or `KeyboardInterrupt` where an interrupted run left nothing."""
        try:
            self._generate()
            self._judge(self._simulate())
            check_files(self.scratch / RESULTS, self._announced_sizes())
            self._account()
            self.device.publish(self.scratch / RESULTS)
            self._refuse_non_finite()
        except BaseException as error:
            self._give_up(error)
            raise
        weakref.finalize(self.device, folders.remove, self.scratch)

    # -- build --

    def _generate(self) -> None:
        started = time.perf_counter()
        self.sources = folders.own(self.scratch / "sources")
        self.device.generate(self.sources)
        (self.sources / TABLES).rename(self.scratch / TABLES)
        check_files(
            self.scratch / TABLES, {name: table.nbytes for name, table in self.device.static_arrays.items()}
        )
        (self.scratch / RESULTS).mkdir()
        self.key = build_cache.build_key(self.sources, self.device.compiler(), self.device.toolchain())
        self.execution.build_key = self.key
        self.execution.build_seconds += time.perf_counter() - started

    def _program(self) -> Path:
        started = time.perf_counter()
        program, compiled = build_cache.obtain(self.key, self.sources, self._compile)
        self.execution.compiled |= compiled
        self.execution.build_seconds += time.perf_counter() - started
        return program

    def _compile(self, folder: Path) -> None:
        units = len(self.device.writer.source_files)
        compile_program(folder, units, self.device.compiler(), self.progress)

    # -- run --

    def _simulate(self) -> Outcome:
        program = self._program()
        try:
            return self._start(program)
        except FileNotFoundError:
            if program.exists():
                raise
            return self._start(self._program())  # it vanished from the cache: once more

    def _start(self, program: Path) -> Outcome:
        values = [f"{name}={value!r}" for name, value in self.execution.run_time_values.items()]
        environment = {
            **prefs["devices.cpp_standalone.run_environment_variables"],
            **self.device.run_environment_variables,
            "CORTEXNET_SEEDS": ",".join(map(str, self.execution.seeds)),
            "CORTEXNET_DURATIONS": ",".join(map(repr, self.execution.requested_durations_s)),
        }
        with Stage(self.progress, "simulate", self.execution.requested_duration_s, "s") as stage:
            return watch(
                [str(program), "--results_dir", f"{RESULTS}/", *values],
                folder=self.scratch,
                environment=environment,
                log=self.scratch / LOG,
                on_line=self._note_report,
                on_start=stage.begin,
                report_variable="CORTEXNET_REPORT",
                timeout=self.timeout,
            )

    def _note_report(self, line: str) -> None:
        name, _, value = line.rpartition(" ")
        self.reports[name] = float(value)
        if name == "simulated_seconds":
            self.progress.advance_to(float(value))

    # -- judge --

    def _judge(self, outcome: Outcome) -> None:
        """Set the status of the execution; raise unless the program left whole results."""
        complaint = self._complaint()
        finished = "finished" in self.reports and outcome.returncode == 0 and complaint is None
        if outcome.timed_out:
            self.execution.status = TIMEOUT
            simulated = self.reports.get("simulated_seconds", 0.0)
            raise RunFailed(f"timeout of {self.timeout:g} s: {simulated:g} s were simulated")
        if outcome.interrupted and not finished:
            self.execution.status = INTERRUPTED
            raise KeyboardInterrupt
        if outcome.returncode < 0:
            memory = ", out of memory?" if outcome.returncode == -signal.SIGKILL else ""
            self.execution.status = f"killed (signal {-outcome.returncode}{memory})"
            raise RunFailed(f"the program was {self.execution.status}")
        if not finished:
            card_is_full = any("out of memory" in line for line in self._log_lines())
            self.execution.status = OUT_OF_DEVICE_MEMORY if card_is_full else FAILED
            reason = complaint or self._last_words()
            raise RunFailed(f"the program failed with exit status {outcome.returncode}: {reason}")
        self.execution.status = INTERRUPTED if outcome.interrupted else COMPLETE

    def _account(self) -> None:
        self.execution.duration_s = self.reports["simulated_seconds"]
        self.execution.simulation_cpu_seconds = self.reports["cpu_seconds"]
        self.execution.simulation_wall_seconds = self.reports["wall_seconds"]
        self.execution.peak_memory_mb = self.reports["peak_memory_bytes"] / 1e6
        self.execution.construction_cpu_seconds = self.reports["construction_cpu_seconds"]
        self.execution.final_memory_mb = self.reports["final_memory_bytes"] / 1e6
        self._note_delivery()
        half_a_step = 0.5 * (self.execution.time_step_s or 0.0)
        if self.execution.duration_s > self.execution.requested_duration_s - half_a_step:
            self.execution.status = COMPLETE  # the interruption came too late to matter

    def _note_delivery(self) -> None:
        """Keep, and tell the user, what the program said about pathways that do not deliver over ranges."""
        self.execution.delivery = self.device.planned_delivery()
        for line in self._log_lines():
            if refused := REFUSED_RANGES.fullmatch(line):
                self.execution.delivery[refused["pathway"]] = refused["reason"]
                print(line, file=sys.stderr)

    def _announced_sizes(self) -> dict[str, float]:
        announced = {name: size for name, size in self.reports.items() if name.startswith("file:")}
        return {name.removeprefix("file:"): size for name, size in announced.items()}

    def _refuse_non_finite(self) -> None:
        for network in self.device.networks:
            problem = non_finite_variable(network)
            if problem is not None:
                self.execution.status = DIVERGED
                raise RunFailed(f"the simulation diverged: {problem}")

    def _log_lines(self) -> list[str]:
        log = self.scratch / LOG
        return log.read_text(errors="replace").splitlines() if log.exists() else []

    def _complaint(self) -> str | None:
        """Return what the program complained about: it does so in words only, and then goes on."""
        return next((line for line in self._log_lines() if line.startswith(COMPLAINTS)), None)

    def _last_words(self) -> str:
        return next((line for line in reversed(self._log_lines()) if line.strip()), "it said nothing")

    def _give_up(self, error: BaseException) -> None:
        self.device.has_been_run = False
        self.device.failure = str(error) or "the run was interrupted before it left results"
        if self.execution.status in (NOT_RUN, COMPLETE):
            self.execution.status = FAILED if isinstance(error, Exception) else INTERRUPTED
        if isinstance(error, RunFailed):
            folders.keep(self.scratch)
            error.args = (f"{error} (files kept in {self.scratch})",)
        else:
            folders.remove(self.scratch)

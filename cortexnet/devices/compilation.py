"""Compiling a generated program with make."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path

import psutil

from cortexnet.devices import tools
from cortexnet.devices.child_process import watch
from cortexnet.devices.progress import Progress, Stage
from cortexnet.errors import RunFailed

LOG = "build.log"
ENVIRONMENT = {"MAKEFLAGS": "", "MAKELEVEL": "", "LC_ALL": "C"}  # of a make that may have started us: nothing
MEMORY_OF_ONE_COMPILER = 0.7e9


def compile_program(folder: Path, units: int, compiler: list[str], progress: Progress) -> None:
    """Make the program in `folder` from its sources, of which there are `units` to compile."""
    # Brian2's makefile first looks for what every source depends on, for the sake of later changes: there
    # are none
    (folder / "make.deps").touch()
    command = [*tools.make_command(), f"-j{parallel_compilers()}", f"CXX={shlex.join(compiler)}"]
    with Stage(progress, "compile", units, "units") as stage:
        outcome = watch(
            command,
            folder=folder,
            environment=ENVIRONMENT,
            log=folder / LOG,
            on_line=_Counter(folder / LOG, progress),
            on_start=stage.begin,
            first_signal=signal.SIGTERM,
        )
        if outcome.returncode == 0:
            progress.advance_to(units)
    if outcome.interrupted:
        raise KeyboardInterrupt
    if outcome.returncode != 0:
        log = folder / LOG
        raise RunFailed(f"the program could not be compiled: {_first_error(log)} (all of it: {log})")


class _Counter:
    """Logs what make says, and counts the units: make names each when it starts to compile it."""

    def __init__(self, log: Path, progress: Progress) -> None:
        self.log = log
        self.progress = progress
        self.started = 0

    def __call__(self, line: str) -> None:
        with open(self.log, "a") as log:
            log.write(f"{line}\n")
        if line.rstrip().endswith(".o"):
            self.progress.advance_to(self.started)
            self.started += 1


def parallel_compilers() -> int:
    """Return how many compilers to run at a time: one a processor, fewer where memory is short."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, int(psutil.virtual_memory().available / MEMORY_OF_ONE_COMPILER)))


def _first_error(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["the compiler said nothing"])[0]

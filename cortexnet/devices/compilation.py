"""Compiling a generated program with make."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path

import psutil

from cortexnet.devices import tools
from cortexnet.devices.child_process import watch
from cortexnet.devices.progress import Progress
from cortexnet.errors import RunFailed

LOG = "build.log"
MEMORY_OF_ONE_COMPILER = 0.7e9


def compile_program(folder: Path, units: int, progress: Progress, compiler: list[str]) -> None:
    """Make the program in `folder` from its sources; `units` is how many there are to compile."""
    started = 0

    def count(line: str) -> None:
        nonlocal started
        with open(folder / LOG, "a") as log:
            log.write(line + "\n")
        if line.rstrip().endswith(".o"):
            started += 1
            progress.advance_to(started - 1)

    # Brian2's makefile first asks the compiler for the dependencies of every source, for the sake of later changes.
    # Nothing changes here: a folder is compiled once.
    (folder / "make.deps").write_text("")
    progress.begin("compile", units, "units")
    try:
        outcome = watch(
            [*tools.make_command(), f"-j{parallel_compilers()}", f"CXX={shlex.join(compiler)}"],
            folder=folder, environment={}, log=folder / LOG, on_line=count, end_signal=signal.SIGTERM,
        )  # fmt: skip
        progress.advance_to(units)
    finally:
        progress.end()
    if outcome.interrupted:
        raise KeyboardInterrupt
    if outcome.returncode != 0:
        raise RunFailed(f"the program could not be compiled: {_first_error(folder / LOG)} (all of it: {folder / LOG})")


def parallel_compilers() -> int:
    """As many as this process may use processors, fewer where memory is short."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, int(psutil.virtual_memory().available / MEMORY_OF_ONE_COMPILER)))


def _first_error(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["the compiler said nothing"])[0]

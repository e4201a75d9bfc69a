"""Programs that run side by side: no more at a time than are wanted and than memory holds."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from signal import SIGKILL
from typing import IO

import psutil

from cortexnet.devices.child_process import die_with_parent

#: A run alone on its processor is faster than threads that wait for each other.
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA", "VECLIB_MAXIMUM")
}
#: What a run is taken to need before the first has shown it: that of the full network is 1.2 GB.
FIRST_GUESS_BYTES = 1.5e9
LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Job:
    """A program to be run: its name here, and its command."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Ending:
    """How a job ended.

    Attributes
    ----------
    name : str
        Of the job.
    returncode : int
        Exit status; if negative, the signal that ended it.
    last_words : str
        The last line that it wrote to standard error.
    seconds : float
        Wall time.
    """

    name: str
    returncode: int
    last_words: str
    seconds: float


@dataclass
class _Running:
    """A job at work."""

    name: str
    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    started: float = field(default_factory=time.monotonic)

    def family(self) -> list[psutil.Process]:
        """Return the process and all that it started."""
        try:
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def bytes_in_memory(self) -> int:
        """Return what they occupy now."""
        total = 0
        for member in self.family():
            with suppress(psutil.Error):
                total += member.memory_info().rss
        return total

    def ending(self) -> Ending | None:
        """Return how it ended, or None while it is at work."""
        returncode = self.process.poll()
        if returncode is None:
            return None
        self.errors.seek(0)
        lines = [line for line in self.errors.read().decode(errors="replace").splitlines() if line.strip()]
        self.errors.close()
        return Ending(self.name, returncode, lines[-1] if lines else "", time.monotonic() - self.started)

    def kill(self) -> None:
        """End it and all that it started, at once: nothing half done is saved."""
        for member in self.family():
            with suppress(psutil.Error):
                member.send_signal(SIGKILL)
        self.process.wait()
        self.errors.close()


class _Memory:
    """What a run needs, learnt from those that are at work."""

    def __init__(self) -> None:
        self.largest = 0
        self.known = False

    def look(self, running: Iterable[_Running]) -> None:
        """Note what the runs occupy."""
        self.largest = max([self.largest, *(run.bytes_in_memory() for run in running)])

    def holds_another(self, running: list[_Running]) -> bool:
        """Whether one more fits beside those at work, once these have taken all they need."""
        needed = self.largest if self.known else max(self.largest, FIRST_GUESS_BYTES)
        to_come = sum(max(0, needed - run.bytes_in_memory()) for run in running)
        return not running or psutil.virtual_memory().available - to_come >= needed


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_side_by_side(jobs: Iterable[Job], workers: int, on_end: Callable[[Ending], object]) -> None:
    """Run all jobs, each in a process and session of its own, and report each when it ends.

    Whatever ends this, Ctrl-C above all, kills those that are at work.

    Parameters
    ----------
    jobs : iterable of Job
        In the order in which they start.
    workers : int
        How many run at a time, at most; fewer where memory would not hold them.
    on_end : callable
        Is called with every `Ending`.
    """
    waiting, running, memory = list(jobs), list[_Running](), _Memory()
    try:
        while waiting or running:
            memory.look(running)
            if waiting and len(running) < workers and memory.holds_another(running):
                running.append(_start(waiting.pop(0)))
                continue
            time.sleep(LOOK_EVERY_S)
            for run in list(running):
                if (ending := run.ending()) is not None:
                    running.remove(run)
                    memory.known = True
                    on_end(ending)
    finally:
        for run in running:
            run.kill()


def _start(job: Job) -> _Running:
    errors = tempfile.TemporaryFile()  # noqa: SIM115, closed at its end
    process = subprocess.Popen(
        job.command,
        env={**os.environ, **ONE_THREAD},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
        preexec_fn=die_with_parent(SIGKILL),
    )
    return _Running(job.name, process, errors)

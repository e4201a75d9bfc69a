"""Programs that we start: watched, limited in time, interruptible, and never left behind."""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import BinaryIO

PR_SET_PDEATHSIG = 1  # of Linux
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes
    ----------
    returncode : int
        Its exit status; if negative, the signal that ended it.
    interrupted : bool
        Whether Ctrl-C asked it to stop.
    timed_out : bool
        Whether it was killed because its time was over.
    """

    returncode: int
    interrupted: bool
    timed_out: bool


def watch(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    on_line: Callable[[str], None],
    on_start: Callable[[], None] = lambda: None,
    report_variable: str | None = None,
    first_signal: int = signal.SIGINT,
    timeout: float | None = None,
) -> Outcome:
    """Run a program in a session and working directory of its own until it ends.

    Should this process die, however it dies, Linux ends the program too: with SIGTERM, which make passes on
    to its compilers, or with SIGKILL if it reports on a pipe and so may write results.

    Parameters
    ----------
    command, folder, environment
        What is started, where, with which additions to the environment.
    log : Path
        Receives standard error, and standard output unless `on_line` reads that.
    on_line : callable
        Gets every line of the program's standard output; or, with `report_variable`, of a pipe of its own
        whose number the program finds in that environment variable.
    on_start : callable
        Is called once the program has started. Until then the calling program should start no threads: what
        one holds at the fork, such as a lock, would be held in the child for ever.
    first_signal : int
        What the program gets at the first Ctrl-C; the second one kills it.
    timeout : float or None
        Seconds after which the program and all it started are killed.
    """
    reading, writing = os.pipe()
    reports = {report_variable: str(writing)} if report_variable else {}
    with open(log, "ab") as log_file, open(reading, "rb", buffering=0) as channel:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **environment, **reports},
                stdin=subprocess.DEVNULL,
                stdout=log_file if reports else writing,
                stderr=log_file,
                pass_fds=[writing] if reports else [],
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL if reports else signal.SIGTERM),
            )
        finally:
            os.close(writing)
        with _interrupts_passed_to(process, first_signal) as interruptions:
            on_start()
            timed_out = _read_to_the_end(process, channel, on_line, timeout)
    return Outcome(process.returncode, bool(interruptions), timed_out)


def _read_to_the_end(
    process: subprocess.Popen[bytes], channel: BinaryIO, on_line: Callable[[str], None], timeout: float | None
) -> bool:
    """Hand on lines until the program has ended; tell whether it had to be killed for its time."""
    deadline = time.monotonic() + timeout if timeout is not None else float("inf")
    timed_out, channel_is_open, rest = False, True, b""
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        while channel_is_open or process.poll() is None:
            if time.monotonic() > deadline and not timed_out:
                timed_out = True
                _kill(process)
            if not channel_is_open:
                time.sleep(0.01)
            elif selector.select(timeout=0.2):
                received = os.read(channel.fileno(), 65536)
                channel_is_open = bool(received)
                *lines, rest = (rest + received).split(b"\n")
                for line in lines:
                    on_line(line.decode(errors="replace"))
    return timed_out


@contextmanager
def _interrupts_passed_to(process: subprocess.Popen[bytes], first_signal: int) -> Iterator[list[int]]:
    """Pass Ctrl-C on to the program, whose session does not hear it; whatever else happens here kills it."""
    interruptions: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        interruptions.append(number)
        if len(interruptions) == 1:
            process.send_signal(first_signal)
        else:
            _kill(process)

    in_main_thread = threading.current_thread() is threading.main_thread()  # the only one that hears signals
    outer = signal.signal(signal.SIGINT, pass_on) if in_main_thread else None
    try:
        yield interruptions
    except BaseException:
        _kill(process)
        process.wait()
        raise
    finally:
        if in_main_thread:
            signal.signal(signal.SIGINT, outer)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def die_with_parent(number: int) -> Callable[[], None] | None:
    """Return what a child does before it becomes the program: ask Linux for a signal when its parent dies.

    Returns
    -------
    callable or None
        The ``preexec_fn`` of `subprocess.Popen`; None where there is no Linux to ask.
    """
    if _libc is None:
        return None
    parent, prctl = os.getpid(), _libc.prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask

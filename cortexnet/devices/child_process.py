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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes
    ----------
    returncode : int
        Its exit status; negative: the signal that ended it.
    interrupted, timed_out : bool
        Whether it was asked to stop by Ctrl-C, or ended by us because its time was over.
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
    report_variable: str | None = None,
    end_signal: int = signal.SIGINT,
    timeout: float | None = None,
) -> Outcome:
    """Run `command` in its own session and working directory until it ends.

    Parameters
    ----------
    command, folder, environment
        What is started, where, with which additions to the environment.
    log : Path
        Receives standard error, and standard output where that is not what `on_line` reads.
    on_line : callable
        Gets every line of standard output; or, with `report_variable`, of a pipe of its own whose number the program
        finds in that environment variable.
    end_signal : int
        Sent to the program at Ctrl-C (a second Ctrl-C kills it) and, by the system, should this process die.
        A program that cannot be stopped half way by it dies of it.
    timeout : float or None
        Seconds after which the whole process group is killed.
    """
    reading, writing = os.pipe()
    with open(log, "ab") as log_file, open(reading, "rb", buffering=0) as channel:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment, **({report_variable: str(writing)} if report_variable else {})},
            stdin=subprocess.DEVNULL,
            stdout=log_file if report_variable else writing,
            stderr=log_file,
            pass_fds=(writing,) if report_variable else (),
            start_new_session=True,
            preexec_fn=_die_with(os.getpid(), signal.SIGTERM if report_variable is None else signal.SIGKILL),
        )
        os.close(writing)
        with _interrupts_passed_to(process, end_signal) as interruptions:
            timed_out = _read_until_end(process, channel, on_line, timeout)
    return Outcome(process.returncode, bool(interruptions), timed_out)


def _read_until_end(
    process: subprocess.Popen[bytes], channel: object, on_line: Callable[[str], None], timeout: float | None
) -> bool:
    """Hand on lines until the program has ended; whether it had to be killed for its time."""
    deadline = None if timeout is None else time.monotonic() + timeout
    timed_out, open_channel, rest = False, True, b""
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)  # type: ignore[arg-type]
        while open_channel or process.poll() is None:
            if deadline is not None and time.monotonic() > deadline and not timed_out:
                timed_out = True
                _kill_group(process)
            if not open_channel:
                time.sleep(0.01)
            elif selector.select(timeout=0.2):
                received = os.read(channel.fileno(), 65536)  # type: ignore[attr-defined]
                open_channel = bool(received)
                *lines, rest = (rest + received).split(b"\n")
                for line in lines:
                    on_line(line.decode(errors="replace"))
    return timed_out


@contextmanager
def _interrupts_passed_to(process: subprocess.Popen[bytes], first_signal: int) -> Iterator[list[int]]:
    """Ctrl-C goes to the program, which lives in a session of its own; the second one kills it."""
    interruptions: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        interruptions.append(number)
        if len(interruptions) == 1:
            process.send_signal(first_signal)
        else:
            _kill_group(process)

    if threading.current_thread() is not threading.main_thread():
        yield interruptions
        return
    outer = signal.signal(signal.SIGINT, pass_on)
    try:
        yield interruptions
    except BaseException:
        _kill_group(process)
        process.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, outer)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _die_with(parent: int, number: int) -> Callable[[], None] | None:
    """What the child does before it becomes the program: ask Linux to end it when its parent dies, however that dies."""
    if _libc is None:
        return None
    libc = _libc

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask

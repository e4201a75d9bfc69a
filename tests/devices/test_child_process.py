"""Programs that we start: what they say is heard, their time is limited, and nothing of them stays."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from cortexnet.devices.child_process import Outcome, watch

REPORTING = "import os; os.write(int(os.environ['PIPE']), b'one\\ntwo\\n'); print('out'); os._exit(3)"


def run_python(script: str, folder: Path, **options) -> tuple[Outcome, list[str]]:
    lines: list[str] = []
    outcome = watch(
        [sys.executable, "-c", script],
        folder=folder,
        environment={},
        log=folder / "log",
        on_line=lines.append,
        **options,
    )
    return outcome, lines


def test_lines_of_standard_output_are_handed_on_and_errors_logged(tmp_path: Path) -> None:
    script = "import sys; print('one', flush=True); print('trouble', file=sys.stderr); print('two')"
    outcome, lines = run_python(script, tmp_path)
    assert outcome == Outcome(returncode=0, interrupted=False, timed_out=False)
    assert lines == ["one", "two"]
    assert (tmp_path / "log").read_text() == "trouble\n"


def test_reports_come_through_a_pipe_of_their_own(tmp_path: Path) -> None:
    outcome, lines = run_python(REPORTING, tmp_path, report_variable="PIPE")
    assert outcome.returncode == 3
    assert lines == ["one", "two"]


def test_a_program_is_at_home_in_its_folder(tmp_path: Path) -> None:
    _, lines = run_python("import os; print(os.getcwd()); print(os.getsid(0) == os.getpid())", tmp_path)
    assert lines == [str(tmp_path), "True"]


def test_the_caller_hears_of_the_start_when_the_program_runs(tmp_path: Path) -> None:
    def note_start() -> None:
        running.extend(child.ppid() for child in psutil.Process().children())

    running: list[int] = []
    run_python("print(1)", tmp_path, on_start=note_start)
    assert running == [os.getpid()]


def test_the_caller_hears_of_no_start_where_there_was_none(tmp_path: Path) -> None:
    started: list[str] = []
    with pytest.raises(FileNotFoundError):
        watch(
            ["no-such-program"],
            folder=tmp_path,
            environment={},
            log=tmp_path / "log",
            on_line=print,
            on_start=lambda: started.append("yes"),
        )
    assert started == []


def test_a_signal_is_reported_as_such(tmp_path: Path) -> None:
    outcome, _ = run_python("import os; os.kill(os.getpid(), 11)", tmp_path)
    assert outcome.returncode == -11


def test_a_program_that_cannot_be_found_leaves_no_open_files(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    with pytest.raises(FileNotFoundError):
        watch(["no-such-program"], folder=tmp_path, environment={}, log=tmp_path / "log", on_line=print)
    assert not before or len(os.listdir("/proc/self/fd")) == before


def test_a_timeout_kills_what_the_program_started_too(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\ntime.sleep(60)"
    )
    started = time.monotonic()
    outcome, lines = run_python(script, tmp_path, timeout=2.0)
    assert outcome.timed_out
    assert outcome.returncode == -signal.SIGKILL
    assert time.monotonic() - started < 20
    assert gone(int(lines[0]))


def test_an_error_of_ours_does_not_leave_the_program_behind(tmp_path: Path) -> None:
    pids: list[int] = []

    def fail(line: str) -> None:
        pids.append(int(line))
        raise ZeroDivisionError

    script = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with pytest.raises(ZeroDivisionError):
        watch(
            [sys.executable, "-c", script],
            folder=tmp_path,
            environment={},
            log=tmp_path / "log",
            on_line=fail,
        )
    assert gone(pids[0])


def gone(pid: int) -> bool:
    """Whether a process has ended, within some seconds."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False

"""A sweep of compiled programs: two at a time, interrupted, taken up again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import psutil
import pytest

from cortexnet.recording import Recording
from tests.faults.simulations import ROOT, wait_until

SWEEP = (
    *(sys.executable, "-W", "ignore", "-m", "cortexnet", "sweep", "spontaneous_activity"),
    *("--set", "n_excitatory=200", "--set", "n_inhibitory=50", "--device", "cpp_standalone"),
    *("--duration", "100s", "--warmup", "100ms", "--workers", "2"),
)


def started(out: Path, time_steps_ms: str, *options: str) -> subprocess.Popen[str]:
    """Start a sweep over the time step: the smaller, the longer a run takes."""
    vary = ",".join(f"{step}*ms" for step in time_steps_ms.split())
    return subprocess.Popen(
        [*SWEEP, "--vary", f"time_step={vary}", "--out", str(out), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def programs(sweep: psutil.Process) -> list[psutil.Process]:
    """Return the compiled programs that a sweep has at work."""
    return [child for child in sweep.children(recursive=True) if child.name() == "main"]


@pytest.mark.standalone
def test_two_runs_at_a_time_interrupted_and_taken_up_again(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    out = tmp_path / "sweep"
    process = started(out, "0.1 0.001 0.002")  # the last two would take minutes
    request.addfinalizer(process.kill)
    sweep = psutil.Process(process.pid)
    finished = out / "runs" / "time_step=0.1,seed=1"
    assert wait_until(lambda: finished.exists() and len(programs(sweep)) == 2, 300), process.poll()
    family = sweep.children(recursive=True)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert wait_until(lambda: not any(member.is_running() for member in family), 10)
    assert pd.read_csv(out / "sweep.csv")["status"].tolist() == ["complete", "not run", "not run"]
    assert [path.name for path in (out / "runs").iterdir()] == [finished.name]
    before = finished.stat().st_mtime_ns

    process = started(out, "0.1 0.2", "--resume", "--json")
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert finished.stat().st_mtime_ns == before
    rows = json.loads(output)["rows"]
    assert [row["status"] for row in rows] == ["complete"] * 2
    for row in rows:
        recording = Recording.load(out / "runs" / row["run"])
        assert recording.manifest["parameters"]["time_step"]["value"] == row["time_step"]
        assert recording.summary["rate_excitatory_hz"] == row["rate_excitatory_hz"]

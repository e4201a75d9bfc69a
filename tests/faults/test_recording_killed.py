"""A run folder appears whole or not at all, and is replaced in one step, wherever the process is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cortexnet.errors import RecordingError
from cortexnet.recording import Recording, manifest, publication
from tests.recordings import NEW, OLD, recording, system_of

KILLED_AT_EVERY_STEP = """
import json, os, signal, sys
from pathlib import Path
from cortexnet.recording import Recording
from tests.recordings import recording

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.listdir", "ctypes.dlsym"}
folder, overwrite = Path(sys.argv[1]), sys.argv[2] == "overwrite"

def child(work):  # a process of its own, so that no thread of Parquet's is alive at the next fork
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, json.dumps(work()).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        answer = pipe.read()
    return os.waitpid(pid, 0)[1], answer and json.loads(answer)

def save(path, step):
    left = step
    def hook(event, arguments):
        nonlocal left
        if event in STEPS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    recording(system="new").save(path, overwrite=overwrite)

def state(path):
    if not path.exists():
        return "absent"
    check = Recording.check(path)
    return Recording.load(path).manifest["system"] if check.good else check.reason

for step in range(1, 1000):
    path = folder / str(step) / "run"
    path.parent.mkdir()
    if overwrite:
        child(lambda: recording(system="old").save(path) and None)
    status, _ = child(lambda: save(path, step))
    _, found = child(lambda: state(path))
    print(json.dumps([step, -status if os.WIFSIGNALED(status) else status, found]), flush=True)
    if status == 0:
        break
"""


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a folder is replaced in two steps")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["anew", pytest.param("overwrite", marks=ON_LINUX)])
def test_killed_at_every_step_of_saving(mode: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EVERY_STEP, str(tmp_path), mode],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    *killed, finished = outcomes
    assert finished[1:] == [0, NEW]
    assert {status for _, status, _ in killed} == {-signal.SIGKILL}
    before = OLD if mode == "overwrite" else "absent"
    found = [state for _, _, state in outcomes]
    n_before = found.index(NEW)
    assert found == [before] * n_before + [NEW] * (len(found) - n_before)  # one step changes it
    assert n_before > 10
    if mode == "overwrite":
        assert len(found) - n_before > 3  # the predecessor was also being deleted when the process was killed


KILLED_WHILE_WRITING = """
import os, signal, sys
from tests.recordings import recording

def write_half(path):
    path.write_bytes(b"half a fig")
    os.kill(os.getpid(), signal.SIGKILL)

recording(system="new").save(sys.argv[1], overwrite=True, attachments={"figure.png": write_half})
"""


def test_killed_while_a_file_is_written(tmp_path: Path) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    command = [sys.executable, "-c", KILLED_WHILE_WRITING, str(run)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -signal.SIGKILL
    assert system_of(run) == OLD
    (left,) = tmp_path.glob(".*")
    assert (left / "figure.png").read_bytes() == b"half a fig"
    check = Recording.check(left)
    assert not check.good
    assert "never finished" in check.reason


def test_what_a_killed_process_left_is_removed_after_a_day(tmp_path: Path) -> None:
    ages_h = {
        manifest.UNFINISHED_PREFIX + "a": 25,
        manifest.UNFINISHED_PREFIX + "b": 23,
        ".other": 99,
        "runs": 99,
    }
    for name, hours in ages_h.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "spikes.parquet").touch()
        os.utime(tmp_path / name, times=(time.time() - 3600 * hours,) * 2)
    recording().save(tmp_path / "run")
    assert {path.name for path in tmp_path.iterdir()} == {*list(ages_h)[1:], "run"}


def test_replacing_in_two_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "_exchanged", lambda *folders: False)
    run = recording(system=OLD).save(tmp_path / "run")
    recording(system=NEW).save(run, overwrite=True)
    assert system_of(run) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_replacing_in_two_steps_of_which_the_second_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "_exchanged", lambda *folders: False)
    run = recording(system=OLD).save(tmp_path / "run")
    rename = Path.rename

    def rename_but_not_in(self: Path, target: Path) -> Any:
        if self.name.startswith(manifest.UNFINISHED_PREFIX):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", rename_but_not_in)
    with pytest.raises(RecordingError, match=r"Input/output error$"):
        recording(system=NEW).save(run, overwrite=True)
    assert system_of(run) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["run"]

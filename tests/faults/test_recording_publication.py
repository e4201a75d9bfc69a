"""A run folder appears whole or not at all, whatever happens; nothing but a run folder is ever replaced."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cortexnet.errors import RecordingError
from cortexnet.recording import Recording, manifest, publication, require_writable
from cortexnet.recording.tables import Samples, spike_table
from tests.recordings import SIZES, recording

OLD, NEW = "old", "new"


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return everything below a folder: relative path -> content, None for a folder."""
    paths = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in paths}


def system_of(run: Path) -> str:
    assert Recording.check(run).good
    return str(Recording.load(run).manifest["system"])


def large_recording() -> Recording:
    """Return a recording of some 4 MB that do not compress."""
    rng = np.random.default_rng(1)
    spikes = Samples(rng.integers(0, 2**31, 400_000, dtype=np.int32), rng.random(400_000))
    nothing = Samples(np.empty(0, np.int32), np.empty(0))
    table = spike_table({name: spikes if name == "excitatory" else nothing for name in SIZES})
    return Recording(table, None, {}, recording().manifest)


# -- killed --

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


# -- disks --


@contextmanager
def disk(folder: Path, *options: str) -> Iterator[None]:
    """Mount a disk in memory, where the user may."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("needs the right to mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def largest_file(n_bytes: int) -> Iterator[None]:
    """Let writing fail beyond a size, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("n_bytes", [0, 1000, 1_000_000])
def test_a_disk_that_fills_up(overwrite: bool, n_bytes: int, tmp_path: Path) -> None:
    run = tmp_path / "run"
    if overwrite:
        recording(system=OLD).save(run)
    before = tree(tmp_path)
    with largest_file(n_bytes), pytest.raises(RecordingError, match=rf"^cannot write {run}: ") as caught:
        large_recording().save(run, overwrite=overwrite)
    assert "\n" not in str(caught.value)
    assert tree(tmp_path) == before


def test_a_disk_that_is_too_full_from_the_start(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "size=2m"):
        with pytest.raises(RecordingError, match=r"run needs about \d+ bytes, but .* has \d+ bytes free"):
            large_recording().save(tmp_path / "disk" / "run")
        assert tree(tmp_path / "disk") == {}


def test_a_disk_that_is_full_before_the_figure_is_written(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "size=2m"):
        run = recording(system=OLD).save(tmp_path / "disk" / "run")
        before = tree(tmp_path / "disk")
        figure = {"figure.png": lambda path: path.write_bytes(b"p" * 3_000_000)}
        with pytest.raises(RecordingError, match=r"^cannot write .*/run: No space left on device$"):
            recording(system=NEW).save(run, overwrite=True, attachments=figure)
        assert tree(tmp_path / "disk") == before


def test_a_read_only_disk(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "ro"), pytest.raises(RecordingError, match=r"Read-only file system$"):
        recording().save(tmp_path / "disk" / "run")


@contextmanager
def powerless() -> Iterator[None]:
    """Give up the rights of root for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize("attempt", [lambda run: require_writable(run), lambda run: recording().save(run)])
def test_a_read_only_folder(
    attempt: Callable[[Path], object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("readable")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    folder.chmod(0o555)
    with powerless(), pytest.raises(RecordingError, match=r"^cannot write .*/run: Permission denied$"):
        attempt(folder / "run")
    assert tree(folder) == {}


def test_what_is_expected_is_what_is_needed_at_most(tmp_path: Path) -> None:
    expected = 400_000 * (1 + 4 + 8)
    run = large_recording().save(tmp_path / "run")
    assert 0.9 * expected < sum(path.stat().st_size for path in run.iterdir()) < expected + 1_000_000


# -- places --


def test_the_place_can_be_checked_before_a_long_run(tmp_path: Path) -> None:
    assert require_writable(tmp_path / "run") == tmp_path / "run"
    assert tree(tmp_path) == {}
    with pytest.raises(
        RecordingError, match=rf"^{tmp_path}/run needs about {10**18} bytes, but {tmp_path} has"
    ):
        require_writable(tmp_path / "run", expected_bytes=10**18)
    with pytest.raises(
        RecordingError, match=rf"^cannot write {tmp_path}/missing/run: {tmp_path}/missing is no folder$"
    ):
        require_writable(tmp_path / "missing" / "run")


def make_file(path: Path) -> None:
    path.write_text("my thesis")


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "thesis.txt").write_text("my thesis")


def make_foreign_manifest(path: Path) -> None:
    make_folder(path)
    (path / "manifest.json").write_text('{"name": "web app", "schema_version": 1}')


def make_run_with_additions(path: Path) -> None:
    recording().save(path)
    (path / "thesis.txt").write_text("my thesis")


def make_run_with_added_folder(path: Path) -> None:
    recording().save(path)
    make_folder(path / "thesis")


NO_RUNS = (
    make_file,
    Path.mkdir,
    make_folder,
    make_foreign_manifest,
    make_run_with_additions,
    make_run_with_added_folder,
)


@pytest.mark.parametrize("make", NO_RUNS)
def test_what_is_no_run_folder_is_never_replaced(make: Callable[[Path], None], tmp_path: Path) -> None:
    run = tmp_path / "run"
    make(run)
    before = tree(tmp_path)
    for check in (require_writable, recording().save):
        with pytest.raises(RecordingError, match=rf"^{run} exists"):
            check(run)
        with pytest.raises(RecordingError, match=rf"^{run} is not replaced, since it "):
            check(run, overwrite=True)
    assert tree(tmp_path) == before


def test_a_run_folder_is_replaced_only_if_asked_for(tmp_path: Path) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    before = tree(tmp_path)
    with pytest.raises(RecordingError, match=rf"^{run} exists: choose another folder, or allow overwriting$"):
        recording(system=NEW).save(run)
    assert tree(tmp_path) == before
    recording(system=NEW).save(run, overwrite=True)
    assert system_of(run) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["spikes.parquet", "summary.json"])
def test_a_damaged_run_can_be_replaced(name: str, tmp_path: Path) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    (run / name).write_bytes(b"")
    recording(system=NEW).save(run, overwrite=True)
    assert system_of(run) == NEW


def test_a_run_of_another_version_can_be_replaced(tmp_path: Path) -> None:
    run = recording(system=OLD, schema_version=2).save(tmp_path / "run")
    assert not Recording.check(run).good
    recording(system=NEW).save(run, overwrite=True)
    assert system_of(run) == NEW


@pytest.mark.parametrize("path", [".", "..", "../..", "/", "~", "../run", "../run/inside/.."])
def test_places_that_hold_the_user_are_never_replaced(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = recording().save(tmp_path / "run", attachments={"inside": Path.touch})
    monkeypatch.setenv("HOME", str(run))
    monkeypatch.chdir(run)
    before = tree(tmp_path)
    for overwrite in (False, True):
        with pytest.raises(RecordingError, match=r"cannot become a run folder: name a new folder$"):
            recording().save(path, overwrite=overwrite)
    assert tree(tmp_path) == before


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    (tmp_path / "latest").symlink_to("run")
    recording(system=NEW).save(tmp_path / "latest", overwrite=True)
    assert (tmp_path / "latest").readlink() == Path("run")
    assert system_of(run) == NEW


@pytest.mark.parametrize(
    "name",
    [
        "a;touch hacked",
        "$(touch hacked)",
        "`touch hacked`",
        "a b",
        "Größe",
        "-rf",
        "*",
        "n" * 255,
        "a\nb",
        "%s",
    ],
)
def test_a_name_is_nothing_but_a_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for system in (OLD, NEW):
        recording(system=system).save(name, overwrite=system == NEW)
    assert system_of(tmp_path / name) == NEW
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("path", ["n" * 256, "a\0b", "~nobody-of-this-name/run", "", "loop/run"])
def test_what_is_no_path_is_refused_before_anything_is_written(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    for check in (require_writable, recording().save):
        with pytest.raises(RecordingError) as caught:
            check(path)
        assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_a_path_is_taken_from_where_the_user_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(tmp_path / "work"))
    assert recording().save("../beside") == tmp_path / "beside"
    assert recording().save("~/within") == tmp_path / "work" / "within"
    assert Recording.check("~/within").good


# -- attachments and races --


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "/tmp/evil.png",
        "folder/evil.png",
        "",
        ".",
        "..",
        ".hidden",
        "a\0b",
        "spikes.parquet",
        "manifest.json",
    ],
)
def test_an_attachment_stays_in_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"^attachment .*: must be a file name"):
        recording().save(tmp_path / "run", attachments={name: Path.touch})
    assert tree(tmp_path) == {}


class UserError(Exception):
    pass


def fail(path: Path) -> None:
    path.write_text("half")
    raise UserError


def interrupt(path: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("attach", "error"), [(fail, UserError), (interrupt, KeyboardInterrupt), (Path.mkdir, RecordingError)]
)
def test_an_attachment_that_fails_leaves_nothing(
    attach: Callable[[Path], None], error: type[BaseException], tmp_path: Path
) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    before = tree(tmp_path)
    for path in (tmp_path / "other", run):
        with pytest.raises(error):
            recording(system=NEW).save(path, overwrite=True, attachments={"figure.png": attach})
    assert tree(tmp_path) == before


@pytest.mark.parametrize("make", [*NO_RUNS, lambda path: recording(system=OLD).save(path)])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_place_that_is_taken_while_the_run_is_written(
    make: Callable[[Path], None], overwrite: bool, tmp_path: Path
) -> None:
    run = tmp_path / "run"

    def take(path: Path) -> None:
        path.touch()
        make(run)

    with suppress(RecordingError):
        recording(system=NEW).save(run, overwrite=overwrite, attachments={"figure.png": take})
    replaced = overwrite and make not in NO_RUNS
    (tmp_path / "reference").mkdir()
    make(tmp_path / "reference" / "run")
    if replaced:
        assert system_of(run) == NEW
    elif run.is_file():
        assert run.read_text() == "my thesis"
    else:
        assert {path.name for path in run.rglob("*")} == {
            path.name for path in (tmp_path / "reference/run").rglob("*")
        }
    assert {path.name for path in tmp_path.iterdir()} == {"run", "reference"}


# -- file systems that cannot exchange two folders --


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

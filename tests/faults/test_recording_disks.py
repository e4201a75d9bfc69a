"""A disk that is full, fills up or cannot be written to: one line, and nothing has changed."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from cortexnet.errors import RecordingError
from cortexnet.recording import Recording, require_writable
from cortexnet.recording.tables import Samples, spike_table
from tests.recordings import NEW, OLD, SIZES, recording, tree


def large_recording() -> Recording:
    """Return a recording of some 4 MB that do not compress."""
    rng = np.random.default_rng(1)
    spikes = Samples(rng.integers(0, 2**31, 400_000, dtype=np.int32), rng.random(400_000))
    nothing = Samples(np.empty(0, np.int32), np.empty(0))
    table = spike_table({name: spikes if name == "excitatory" else nothing for name in SIZES})
    return Recording(table, None, {}, recording().manifest)


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

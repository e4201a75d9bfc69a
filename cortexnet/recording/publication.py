"""A folder that appears complete or not at all, and replaces its predecessor in one step.

The files are written into a hidden sibling and synchronised with the disk; then the sibling is renamed. What
is killed in between leaves a hidden folder that no reader accepts; a later run nearby removes it after a day.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cortexnet.errors import RecordingError
from cortexnet.home import home_folder
from cortexnet.recording import integrity, manifest

REPLACED_PREFIX = ".cortexnet-replaced-"
_DAY_S = 86400
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def require_writable(
    path: str | os.PathLike[str], *, overwrite: bool = False, expected_bytes: int = 0
) -> Path:
    """Return where a run folder will be written, if it can be: to be called before a long computation.

    Parameters
    ----------
    path : path
        The run folder, in a folder that exists. ``~`` is the home folder.
    overwrite : bool
        Whether it may replace an earlier run folder. Nothing else is ever replaced.
    expected_bytes : int
        How much will be written.

    Raises
    ------
    RecordingError
        Where the place is taken, unsuitable, missing or read-only, or the disk is too full.
    """
    with _one_line_errors(path):
        target = _accepted(path, overwrite)
        free = shutil.disk_usage(target.parent).free
        if free < expected_bytes:
            raise RecordingError(
                f"{target} needs about {expected_bytes} bytes, but {target.parent} has {free} bytes free:"
                " free some, or choose another folder"
            )
        _unfinished_sibling(target).rmdir()
        return target


def absolute(path: str | os.PathLike[str]) -> Path:
    """Return the absolute path, with ``~`` as the home folder and without links.

    Raises
    ------
    RecordingError
        For a text that is no path.
    """
    try:
        return Path(path).expanduser().resolve()
    except (ValueError, RuntimeError, OSError) as error:  # a null character, an unknown user, a loop of links
        raise RecordingError(f"{os.fspath(path)!r} is no path: {error}") from None


@contextmanager
def publication(path: str | os.PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Give a new hidden folder to write into, and publish it as `path` where the block ends without an error.

    Raises
    ------
    RecordingError
        As `require_writable`, and where writing fails: `path` is as it was, and nothing is left beside it.
    """
    with _one_line_errors(path):
        target = _accepted(path, overwrite)
        _remove_abandoned(target.parent)
        unfinished = _unfinished_sibling(target)
        try:
            yield unfinished
            for file in unfinished.iterdir():
                _synchronise(file)
            _synchronise(unfinished)
            _publish(unfinished, _accepted(path, overwrite))  # the place may have been taken in the meantime
            _synchronise(target.parent)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)  # after an exchange, it holds the predecessor


@contextmanager
def _one_line_errors(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RecordingError(f"cannot write {os.fspath(path)}: {error.strerror or error}") from error


def _accepted(path: str | os.PathLike[str], overwrite: bool) -> Path:
    target = absolute(path)
    if any(absolute(place).is_relative_to(target) for place in (".", home_folder() or ".")):
        raise RecordingError(f"{target} cannot become a run folder: name a new folder")
    if not target.parent.is_dir():
        raise RecordingError(f"cannot write {target}: {target.parent} is no folder")
    if _exists(target):
        if not overwrite:
            raise RecordingError(f"{target} exists: choose another folder, or allow overwriting")
        _require_replaceable(target)
    return target


def _exists(path: Path) -> bool:
    try:
        os.lstat(path)
    except FileNotFoundError:  # and no other error, such as a name that is too long
        return False
    return True


def _require_replaceable(target: Path) -> None:
    """Raise an error where a folder is not wholly the work of an earlier `publication`."""
    try:
        listed = manifest.read_any_version(target)["files"]
    except RecordingError as error:
        raise RecordingError(f"{target} is not replaced, since it is no run folder: {error}") from None
    if strangers := integrity.strangers(target, listed):
        raise RecordingError(f"{target} is not replaced, since it holds {strangers[0]!r}, which no run wrote")


def _unfinished_sibling(target: Path) -> Path:
    folder = target.with_name(manifest.UNFINISHED_PREFIX + uuid.uuid4().hex)
    folder.mkdir()
    return folder


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{manifest.UNFINISHED_PREFIX}*"):
        with suppress(FileNotFoundError):  # another process is removing it
            if time.time() - folder.stat().st_mtime > _DAY_S:
                shutil.rmtree(folder, ignore_errors=True)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(unfinished: Path, target: Path) -> None:
    if not _exists(target):
        unfinished.rename(target)
    elif not _exchanged(unfinished, target):
        _replaced(unfinished, target)


def _exchanged(first: Path, second: Path) -> bool:
    """Exchange two folders in one step, where the operating system and the file system can."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    return rename is not None and not rename(
        _AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE
    )


def _replaced(unfinished: Path, target: Path) -> None:
    """Replace a folder in two steps; if killed between them, the predecessor is left under a hidden name."""
    aside = target.with_name(REPLACED_PREFIX + uuid.uuid4().hex)
    target.rename(aside)
    try:
        unfinished.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)

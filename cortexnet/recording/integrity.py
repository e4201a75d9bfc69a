"""Whether the files of a folder are those that were written: sizes and SHA-256 hashes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cortexnet.errors import RecordingError
from cortexnet.recording import manifest

FileList = dict[str, dict[str, Any]]


def file_list(folder: Path) -> FileList:
    """Return, for every file of a folder, its name with ``bytes`` and ``sha256``."""
    return {
        file.name: {"bytes": file.stat().st_size, "sha256": _sha256(file)}
        for file in sorted(folder.iterdir())
    }


def is_file_name(name: str) -> bool:
    """Tell whether a name stays inside the folder: no path, no parent, nothing hidden."""
    return bool(name) and name == os.path.basename(name) and not name.startswith(".") and "\0" not in name


def strangers(folder: Path, listed: Mapping[str, object]) -> list[str]:
    """Return the names in a folder that its manifest does not list."""
    return sorted(set(os.listdir(folder)) - set(listed) - {manifest.FILE_NAME})


def read(folder: Path, name: str, listed: FileList) -> bytes:
    """Return the content of a listed file: the very bytes that were compared with its size and hash.

    Raises
    ------
    RecordingError
        Where the file is missing, not listed, or not what was written.
    """
    if name not in listed:
        raise RecordingError(f"{folder / manifest.FILE_NAME} does not list {name}")
    _require_size(folder, name, listed)
    with manifest.readable(folder / name):
        data = (folder / name).read_bytes()
    _require_hash(folder / name, listed[name], hashlib.sha256(data).hexdigest())
    return data


def verify(folder: Path, listed: FileList) -> None:
    """Compare all files of a folder with the list of its manifest, in both directions.

    Raises
    ------
    RecordingError
        Names the first file that is missing, changed or not listed.
    """
    for name, entry in listed.items():
        _require_size(folder, name, listed)
        with manifest.readable(folder / name):
            found = _sha256(folder / name)
        _require_hash(folder / name, entry, found)
    if unknown := strangers(folder, listed):
        raise RecordingError(f"{folder / unknown[0]} is no file of this run: the manifest does not list it")


def _require_size(folder: Path, name: str, listed: FileList) -> None:
    file, entry = folder / name, listed[name]
    if not is_file_name(name) or not isinstance(entry, dict):
        raise RecordingError(f"{folder / manifest.FILE_NAME} is damaged: {name!r} is no entry for a file")
    with manifest.readable(file):
        status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise RecordingError(f"{file} is damaged: not a regular file")
    if status.st_size != entry.get("bytes"):
        raise RecordingError(
            f"{file} is damaged: expected {entry.get('bytes')} bytes, found {status.st_size}"
        )


def _require_hash(file: Path, entry: Mapping[str, Any], found: str) -> None:
    if found != entry.get("sha256"):
        raise RecordingError(f"{file} is damaged: expected SHA-256 {entry.get('sha256')}, found {found}")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

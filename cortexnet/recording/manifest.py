"""The manifest of a run folder: what was run, with what, and which files hold the result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cortexnet.errors import RecordingError

SCHEMA_VERSION = 1
FILE_NAME = "manifest.json"
UNFINISHED_PREFIX = ".cortexnet-unfinished-"
LARGEST_BYTES = 10_000_000
_OWN_HASH = "manifest_sha256"


def write(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest, with a hash of itself."""
    (folder / FILE_NAME).write_text(to_json({**content, _OWN_HASH: _hash(content)}), encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run folder.

    Raises
    ------
    RecordingError
        Where the folder is missing or was never finished, or the manifest is damaged or has another schema
        version.
    """
    if folder.name.startswith(UNFINISHED_PREFIX):
        raise RecordingError(f"{folder} is what is left of a run that was never finished")
    content = read_any_version(folder)
    file = folder / FILE_NAME
    if content["schema_version"] != SCHEMA_VERSION:
        found = content["schema_version"]
        raise RecordingError(
            f"{file} has schema version {found}: this cortexnet reads version {SCHEMA_VERSION}"
        )
    expected = content.pop(_OWN_HASH, None)
    if expected != _hash(content):
        raise RecordingError(f"{file} is damaged: expected SHA-256 {expected}, found {_hash(content)}")
    return content


def read_any_version(folder: Path) -> dict[str, Any]:
    """Return a manifest that is only certain to hold a schema version, a run id and a list of files.

    Raises
    ------
    RecordingError
        Where there is no such manifest.
    """
    file = folder / FILE_NAME
    with readable(folder):
        if not folder.is_dir():
            raise RecordingError(
                f"{folder} is not a folder" if folder.exists() else f"{folder} does not exist"
            )
        if not file.exists():
            raise RecordingError(f"{folder} is no finished run: it has no {FILE_NAME}")
        if not file.is_file() or file.stat().st_size > LARGEST_BYTES:
            raise RecordingError(f"{file} is damaged: expected a file of at most {LARGEST_BYTES} bytes")
        content = from_json(file.read_bytes(), file)
    for name, kind in {"schema_version": int, "run_id": str, "files": dict}.items():
        if not isinstance(content.get(name), kind):
            raise RecordingError(f"{file} is damaged: expected {name} to be of type {kind.__name__}")
    return content


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Turn an error of the operating system in reading a file into one line."""
    try:
        yield
    except OSError as error:
        raise RecordingError(f"{file} cannot be read: {error.strerror}") from None


def to_json(content: Mapping[str, Any]) -> str:
    """Return JSON text; NaN and infinity, which JSON does not have, are an error."""
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def from_json(data: bytes, file: Path) -> dict[str, Any]:
    """Return the object that a file holds as JSON.

    Raises
    ------
    RecordingError
        For anything but one object.
    """
    try:
        content = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"{file} is damaged: expected JSON ({error})") from None
    if not isinstance(content, dict):
        raise RecordingError(f"{file} is damaged: expected a JSON object, found {type(content).__name__}")
    return content


def _hash(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

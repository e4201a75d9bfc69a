"""A folder with results that were computed, not simulated: files and a manifest that lists them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cortexnet import __version__
from cortexnet.recording import integrity, manifest
from cortexnet.recording.folder import Attachments
from cortexnet.recording.provenance import command_line
from cortexnet.recording.publication import publication


def write_results(
    path: str | os.PathLike[str], files: Attachments, about: Mapping[str, Any], *, overwrite: bool = False
) -> None:
    """Write a folder, which appears complete or not at all; only one of its kind or a run folder is replaced.

    Parameters
    ----------
    path : path
        The folder, in one that exists.
    files : mapping of str to callable
        File name -> function that writes it to the path that it is given.
    about : mapping
        What the manifest says besides the time, the command line and the version.
    overwrite : bool
        Whether to replace an earlier folder.

    Raises
    ------
    RecordingError
        Where the place is taken or unsuitable, the disk full or read-only; then nothing has changed.
    """
    with publication(path, overwrite=overwrite) as folder:
        for name, write in files.items():
            write(folder / name)
        content = {
            "schema_version": manifest.SCHEMA_VERSION,
            "run_id": uuid.uuid4().hex,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "command_line": command_line(),
            **about,
            "versions": {"cortexnet": __version__},
            "files": integrity.file_list(folder),
        }
        manifest.write(folder, content)

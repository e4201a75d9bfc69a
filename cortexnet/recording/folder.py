"""The run folder: which files hold what."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from cortexnet.errors import RecordingError
from cortexnet.parameter_text import shown
from cortexnet.recording import integrity, manifest, parquet
from cortexnet.recording.publication import publication, require_writable
from cortexnet.recording.summary import Value

SPIKES, VOLTAGES, SUMMARY = "spikes.parquet", "voltages.parquet", "summary.json"
_OWN_FILES = (SPIKES, VOLTAGES, SUMMARY, manifest.FILE_NAME)
_SMALL_FILES_BYTES = 1_000_000  # summary, manifest and a figure

Attachments = Mapping[str, Callable[[Path], object]]


class Contents(NamedTuple):
    """What a run folder holds."""

    spikes: pd.DataFrame
    voltages: pd.DataFrame | None
    summary: dict[str, Value]
    manifest: dict[str, Any]


def write(
    contents: Contents, path: str | os.PathLike[str], *, overwrite: bool, attachments: Attachments
) -> Path:
    """Write a run folder, the manifest last; see `Recording.save`."""
    for name in attachments:
        if not integrity.is_file_name(name) or name in _OWN_FILES:
            raise RecordingError(
                f"attachment {shown(name)}: must be a file name, without a folder, not taken"
            )
    tables = {SPIKES: contents.spikes}
    if contents.voltages is not None:
        tables[VOLTAGES] = contents.voltages
    expected_bytes = _SMALL_FILES_BYTES + sum(parquet.bytes_at_most(table) for table in tables.values())
    target = require_writable(path, overwrite=overwrite, expected_bytes=expected_bytes)
    with publication(target, overwrite=overwrite) as folder:
        for name, table in tables.items():
            parquet.write(table, folder / name)
        (folder / SUMMARY).write_text(manifest.to_json(contents.summary), encoding="utf-8")
        for name, attach in attachments.items():
            attach(folder / name)
        manifest.write(folder, {**contents.manifest, "files": integrity.file_list(folder)})
    return target


def read(folder: Path) -> Contents:
    """Read a run folder; see `Recording.load`."""
    content = manifest.read(folder)
    if "populations" not in content:
        raise RecordingError(f"{folder} holds no recording of a simulation")
    listed, names = content.pop("files"), list(content["populations"])

    def table(name: str, schema: pa.Schema) -> pd.DataFrame:
        return parquet.read(integrity.read(folder, name, listed), folder / name, schema, names)

    return Contents(
        spikes=table(SPIKES, parquet.SPIKES),
        voltages=table(VOLTAGES, parquet.VOLTAGES) if VOLTAGES in listed else None,
        summary=manifest.from_json(integrity.read(folder, SUMMARY, listed), folder / SUMMARY),
        manifest=content,
    )


def verify(folder: Path) -> None:
    """Read a folder of a run or of other results, and require all its files and no other in it."""
    content = manifest.read(folder)
    if "populations" in content:
        read(folder)
    integrity.verify(folder, content["files"])

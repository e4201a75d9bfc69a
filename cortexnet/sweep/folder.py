"""The folder of a sweep: what was asked for, a run folder for every run, and a table of all.

``sweep.json`` says what all runs have in common; ``runs/`` holds them, each whole or absent. So a sweep that
was interrupted goes on where it stopped, and may be extended by further values and seeds.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from filelock import FileLock, Timeout
from pyarrow.parquet import write_table

from cortexnet.errors import RecordingError
from cortexnet.folders import write_atomically
from cortexnet.recording import Recording
from cortexnet.recording.manifest import UNFINISHED_PREFIX
from cortexnet.recording.publication import absolute

PLAN, RUNS, LOCK = "sweep.json", "runs", ".lock"
CSV, PARQUET, FIGURE = "sweep.csv", "sweep.parquet", "sweep.png"
_OURS = {PLAN, RUNS, LOCK, CSV, PARQUET, FIGURE}


@dataclass(frozen=True)
class SweepFolder:
    """A sweep on disk.

    Attributes
    ----------
    path : Path
        The folder, absolute.
    """

    path: Path

    @classmethod
    @contextmanager
    def open(
        cls, path: str | os.PathLike[str], common: Sequence[str], *, resume: bool, overwrite: bool
    ) -> Iterator[SweepFolder]:
        """Make the folder of a sweep, or take up an earlier one; nobody else may work in it meanwhile.

        Parameters
        ----------
        path : path
            The folder.
        common : sequence of str
            What all its runs have in common.
        resume : bool
            Whether an earlier sweep with the same in common is continued.
        overwrite : bool
            Whether an earlier sweep is deleted first.

        Raises
        ------
        RecordingError
            Where the folder is taken or unsuitable, or another process is at work in it.
        """
        folder = cls(absolute(path))
        with folder._one_line_errors():
            if folder.path.exists():
                folder._require_continuable(list(common), resume=resume, overwrite=overwrite)
            folder.path.mkdir(exist_ok=True)
            with folder._locked():
                if overwrite:
                    folder._clear()
                (folder.path / RUNS).mkdir(exist_ok=True)
                folder._remove_unfinished()
                write_atomically(folder.path / PLAN, json.dumps({"common": list(common)}, indent=2) + "\n")
                try:
                    yield folder
                finally:
                    folder._remove_unfinished()

    def _require_continuable(self, common: list[str], *, resume: bool, overwrite: bool) -> None:
        """Raise where what is there is no sweep, or not one that may be continued or replaced."""
        earlier = self._common_of_earlier()
        if not resume and not overwrite:
            raise RecordingError(
                f"{self.path} exists: choose another folder, go on with --resume or replace with --overwrite"
            )
        if resume and earlier != common:
            raise RecordingError(
                f"{self.path} holds runs with other options ({' '.join(earlier)}): repeat these, or choose "
                "another folder"
            )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self.path / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise RecordingError(f"{self.path}: another process is at work on this sweep") from None
        try:
            yield
        finally:
            lock.release()

    def _clear(self) -> None:
        """Delete an earlier sweep, unless something in it is not of a sweep."""
        self._remove_unfinished()
        strangers = sorted(set(os.listdir(self.path)) - _OURS)
        strangers += [path.name for path in self._runs() if not Recording.check(path).good]
        if strangers:
            raise RecordingError(f"{self.path} is not replaced, since it holds {strangers[0]!r}")
        shutil.rmtree(self.path / RUNS, ignore_errors=True)
        for name in (CSV, PARQUET, FIGURE):
            (self.path / name).unlink(missing_ok=True)

    def _common_of_earlier(self) -> list[str]:
        try:
            return list(json.loads((self.path / PLAN).read_text())["common"])
        except (OSError, ValueError, KeyError, TypeError):
            raise RecordingError(f"{self.path} exists and is no sweep: choose another folder") from None

    def run(self, name: str) -> Path:
        """Return the folder of a run."""
        return self.path / RUNS / name

    def holds(self, name: str) -> bool:
        """Tell whether a run is there, whole and simulated to its end."""
        return (
            Recording.check(self.run(name)).good
            and Recording.load(self.run(name)).manifest["status"] == "complete"
        )

    def write_table(
        self, rows: Sequence[dict[str, Any]], draw: Callable[[pd.DataFrame, Path], object]
    ) -> None:
        """Write the table as CSV and Parquet, and its figure; each appears complete or not at all.

        Parameters
        ----------
        rows : sequence of dict
            One a run.
        draw : callable
            Draws the table to a path.
        """
        table = tidy(rows)
        columns = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
        files: dict[str, Callable[[Path], object]] = {
            CSV: lambda path: table.to_csv(path, index=False),
            PARQUET: lambda path: write_table(columns, path, compression="zstd"),
            FIGURE: lambda path: draw(table, path),
        }
        with self._one_line_errors():
            for name, write in files.items():
                unfinished = self.path / RUNS / f"{UNFINISHED_PREFIX}{name}"
                write(unfinished)
                unfinished.replace(self.path / name)

    def _runs(self) -> list[Path]:
        return sorted((self.path / RUNS).iterdir()) if (self.path / RUNS).is_dir() else []

    def _remove_unfinished(self) -> None:
        """Remove what runs that were killed left: with the lock, nobody else is writing here."""
        for path in self._runs():
            if path.name.startswith(UNFINISHED_PREFIX):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()

    @contextmanager
    def _one_line_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RecordingError(f"cannot write {self.path}: {error.strerror or error}") from error


def tidy(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table in which every column has one type, and what is not defined is missing."""
    return pd.DataFrame(rows, dtype=object).apply(_typed)


def _typed(column: pd.Series) -> pd.Series:
    """Give a column the first type that fits all its values; one without a value is one of numbers."""
    defined = column.dropna()
    if defined.empty:
        return column.astype(pd.Float64Dtype())
    kinds = {pd.BooleanDtype(): bool, pd.Int64Dtype(): int, pd.Float64Dtype(): int | float}
    fitting = (dtype for dtype, kind in kinds.items() if all(isinstance(value, kind) for value in defined))
    return column.astype(next(fitting, pd.StringDtype()))

"""The stages of a training that have passed, on disk until all is saved: the same command goes on from there.

They lie in the cache, under a key of all that determines the result: parameters, data, seed, epochs, device,
precision and version. So an interrupted training is gone on with only by one that would be the same.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from filelock import FileLock, Timeout

from cortexnet import __version__
from cortexnet.folders import cache_directory, own, remove, write_atomically
from cortexnet.models.dual_sampling.experiment.course import Course
from cortexnet.models.dual_sampling.experiment.passed import Passed

#: A training that nobody went on with for so long is given up.
KEPT_SECONDS = 30 * 24 * 3600.0
_LOCK = "lock"


class Checkpoint:
    """The kept stages of one training.

    Parameters
    ----------
    course : Course
        The training.
    device, precision : str
        By which it is simulated.
    """

    def __init__(self, course: Course, device: str, precision: str) -> None:
        unfinished = own(cache_directory() / "unfinished")
        _remove_abandoned(unfinished)
        self._folder = unfinished / _key(course, device, precision)
        self._is_held = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the stages of this process. If another one is at the same training, only its own are kept."""
        lock = FileLock(own(self._folder) / _LOCK)
        with suppress(Timeout):
            lock.acquire(timeout=0)
        self._is_held = lock.is_locked
        try:
            yield
        finally:
            lock.release()

    def keep(self, number: int, passed: Passed) -> None:
        """Keep a stage, whole or not at all."""
        if self._is_held:
            content = BytesIO()
            np.savez_compressed(content, **passed.arrays())  # type: ignore[arg-type]
            write_atomically(self._file(number), content.getvalue())

    def kept(self) -> Sequence[Passed]:
        """Return the stages from the first to the last before one that is missing or cannot be read."""
        stages: list[Passed] = []
        while self._is_held and (stage := _read(self._file(len(stages)))) is not None:
            stages.append(stage)
        return stages

    def forget(self) -> None:
        """Remove what is kept."""
        if self._is_held:
            remove(self._folder)

    def _file(self, number: int) -> Path:
        return self._folder / f"stage_{number}.npz"


def _read(file: Path) -> Passed | None:
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return Passed.from_arrays({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _key(course: Course, device: str, precision: str) -> str:
    determining = [
        __version__,
        course.parameters.digest(),
        course.dataset.digest(),
        course.seed,
        course.epochs,
        device,
        precision,
    ]
    return hashlib.sha256(json.dumps(determining).encode()).hexdigest()[:32]


def _remove_abandoned(unfinished: Path) -> None:
    for folder in (each for each in unfinished.iterdir() if each.is_dir()):
        newest = max((file.stat().st_mtime for file in folder.iterdir()), default=0.0)
        if time.time() - newest > KEPT_SECONDS:
            remove(folder)

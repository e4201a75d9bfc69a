"""Compiled programs, kept by what they were made of, so that the same program is compiled once."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import brian2
from filelock import FileLock, Timeout

from cortexnet.devices import folders, tools

DATA_FOLDERS = ("static_arrays", "results")  # of a run, not of a build
COMPLETE = "complete.json"
PROGRAM = "main"


def builds_directory() -> Path:
    """Where compiled programs are kept."""
    return folders.own(folders.cache_directory() / "builds")


def build_key(sources: Path, compiler: list[str], other: str = "") -> str:
    """Name a program by everything that can change it.

    Parameters
    ----------
    sources : Path
        The folder of generated sources, with the makefile and so all flags.
    compiler : list of str
        The compiler's command; its version counts.
    other : str
        What else counts, like the version of another compiler.
    """
    digest = hashlib.sha256()
    for part in (brian2.__version__, tools.version_of(*compiler), _processor(), other):
        digest.update(part.encode() + b"\0")
    for path in _source_files(sources):
        digest.update(f"{path.relative_to(sources)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def obtain(key: str, sources: Path, make: Callable[[Path], None]) -> tuple[Path, bool]:
    """The program named `key` and whether it had to be made from `sources` by `make(folder)`.

    One process at a time makes a program; others wait for it and take what it made.
    """
    folder = builds_directory() / key
    if _is_complete(folder):
        return folder / PROGRAM, False
    with _locked(folder):
        if _is_complete(folder):
            return folder / PROGRAM, False
        folders.remove(folder)
        folders.own(folder)
        for path in _source_files(sources):
            (folder / path.relative_to(sources)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / path.relative_to(sources))
        make(folder)
        for leftover in folder.rglob("*.o"):
            leftover.unlink()
        program = folder / PROGRAM
        seal = {"size": program.stat().st_size, "sha256": _sha256(program)}
        folders.write_atomically(folder / COMPLETE, json.dumps(seal))
    return folder / PROGRAM, True


def _is_complete(folder: Path) -> bool:
    """Whether the program is there, whole and unchanged."""
    try:
        seal = json.loads((folder / COMPLETE).read_text())
        program = folder / PROGRAM
        return bool(seal["size"] == program.stat().st_size and seal["sha256"] == _sha256(program))
    except (OSError, ValueError, KeyError):
        return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a build. A lock file left by a dead process of this host is taken over."""
    lock_path, owner_path = folder.with_suffix(".lock"), folder.with_suffix(".owner")
    lock = FileLock(lock_path)
    told = False
    while True:
        try:
            lock.acquire(timeout=1.0)
            break
        except Timeout:
            who = folders.read_owner(owner_path)
            if who and folders.owner_is_dead(who):
                lock_path.unlink(missing_ok=True)
            elif not told:
                told = True
                _note(f"waiting for process {who.get('pid')} on {who.get('host')}, which compiles the same program")
    try:
        who = folders.read_owner(owner_path)
        if who:
            _note(f"process {who.get('pid')} on {who.get('host')} did not finish compiling this program: taken over")
        folders.write_atomically(owner_path, json.dumps(folders.owner()))
        yield
    finally:
        owner_path.unlink(missing_ok=True)
        lock.release()


def _source_files(sources: Path) -> list[Path]:
    files = (path for path in sources.rglob("*") if path.is_file() and path.name != folders.MARKER)
    return sorted(path for path in files if path.relative_to(sources).parts[0] not in DATA_FOLDERS)


def _processor() -> str:
    """What ``-march=native`` depends on."""
    described = [platform.machine(), sys.platform]
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(errors="replace").splitlines()
        for name in ("model name", "flags", "Features"):
            described += [line for line in lines if line.startswith(name)][:1]
    return "\n".join(described)


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _note(text: str) -> None:
    print(f"cortexnet: {text}", file=sys.stderr)

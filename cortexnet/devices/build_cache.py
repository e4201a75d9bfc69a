"""Compiled programs, kept under a name made of all that went into them: the same program is compiled once."""

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

from cortexnet import folders
from cortexnet.devices import tools

DATA_FOLDERS = ("static_arrays", "results")  # of a run, not of a build
PROGRAM = "main"
SEAL = "complete.json"
SIZE_LIMIT = 2e9  # bytes; the programs used longest ago go first


def builds_directory() -> Path:
    """Return the folder of compiled programs."""
    return folders.own(folders.cache_directory() / "builds")


def build_key(sources: Path, compiler: list[str], toolchain: str = "") -> str:
    """Name a program by everything that can change it.

    Parameters
    ----------
    sources : Path
        The folder of generated sources, with the makefile and so all flags. What lies in the folders of
        data does not count.
    compiler : list of str
        The compiler's command; its version counts.
    toolchain : str
        What else counts, like the version of another compiler.
    """
    digest = hashlib.sha256()
    for part in (brian2.__version__, tools.version_of(*compiler), toolchain, _processor()):
        digest.update(part.encode() + b"\0")
    for path in _source_files(sources):
        digest.update(f"{path.relative_to(sources)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def obtain(key: str, sources: Path, make: Callable[[Path], None]) -> tuple[Path, bool]:
    """Return the program named `key`, and whether ``make(folder)`` had to make it from a copy of `sources`.

    One process at a time makes a program; others wait for it and take what it made.
    """
    folder = builds_directory() / key
    if _is_whole(folder):
        return folder / PROGRAM, False
    with _locked(folder):
        if _is_whole(folder):
            return folder / PROGRAM, False
        folders.remove(folder)
        folders.own(folder)
        for path in _source_files(sources):
            (folder / path.relative_to(sources)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / path.relative_to(sources))
        make(folder)
        _seal(folder)
    _forget_old_builds(folder)
    return folder / PROGRAM, True


def _seal(folder: Path) -> None:
    """Drop what only the compiler needed, and state what the program is when it is whole."""
    for leftover in [*folder.rglob("*.o"), *folder.rglob("*.d")]:
        leftover.unlink()
    program = folder / PROGRAM
    seal = {"size": program.stat().st_size, "sha256": _sha256(program)}
    folders.write_atomically(folder / SEAL, json.dumps(seal))


def _is_whole(folder: Path) -> bool:
    """Tell whether the program is there, complete and unchanged; if so, it counts as used now."""
    try:
        seal = json.loads((folder / SEAL).read_text())
        program = folder / PROGRAM
        whole = bool(seal["size"] == program.stat().st_size and seal["sha256"] == _sha256(program))
        (folder / SEAL).touch()
    except (OSError, ValueError, KeyError):
        return False
    return whole


def _builds() -> list[Path]:
    return [path for path in builds_directory().iterdir() if (path / folders.MARKER).is_file()]


def _forget_old_builds(newest: Path) -> None:
    others = [folder for folder in _builds() if folder != newest and (folder / SEAL).exists()]
    total = folders.size(newest)
    for folder in sorted(others, key=lambda folder: (folder / SEAL).stat().st_mtime, reverse=True):
        total += folders.size(folder)
        if total > SIZE_LIMIT:
            folders.remove(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a build, with a note of who holds it; a dead holder of this host is replaced."""
    lock_path, owner_path = folder.with_suffix(".lock"), folder.with_suffix(".owner")
    lock = FileLock(lock_path)
    _acquire(lock, lock_path, owner_path)
    try:
        if unfinished := folders.read_owner(owner_path):
            _note(f"taken over: process {_named(unfinished)} did not finish compiling this program")
        folders.write_atomically(owner_path, json.dumps(folders.owner()))
        yield
    finally:
        owner_path.unlink(missing_ok=True)
        lock.release()


def _acquire(lock: FileLock, lock_path: Path, owner_path: Path) -> None:
    last_holder: dict[str, object] | None = None
    while True:
        try:
            lock.acquire(timeout=1.0)
            return
        except Timeout:
            holder = folders.read_owner(owner_path)
            if holder != last_holder:
                _note(f"waiting for process {_named(holder)}, which compiles the same program")
            elif holder and folders.owner_is_dead(holder):
                lock_path.unlink(missing_ok=True)  # left on a file system that has no locks of its own
            last_holder = holder


def _named(who: dict[str, object]) -> str:
    return f"{who.get('pid', '?')} on {who.get('host', '?')}"


def _source_files(sources: Path) -> list[Path]:
    files = (path for path in sources.rglob("*") if path.is_file() and path.name != folders.MARKER)
    return sorted(path for path in files if path.relative_to(sources).parts[0] not in DATA_FOLDERS)


def _processor() -> str:
    """Describe the processor, on which ``-march=native`` depends."""
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

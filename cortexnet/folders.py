"""Folders of ours: nothing is written into or deleted from one that does not carry our marker."""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
import uuid
from pathlib import Path
from typing import Any

import platformdirs
import psutil

from cortexnet.errors import CortexnetError
from cortexnet.home import home_folder

MARKER = "cortexnet-folder.json"
KEPT_SECONDS = 7 * 24 * 3600.0
KEPT_NUMBER = 5  # failed runs


def cache_directory() -> Path:
    """Return the folder of what is kept between runs: CORTEXNET_CACHE_DIR, or in the user's cache folder."""
    chosen = os.environ.get("CORTEXNET_CACHE_DIR")
    try:
        place = (Path(chosen) if chosen else platformdirs.user_cache_path("cortexnet")).expanduser()
    except RuntimeError as error:
        raise CortexnetError(
            "a cache needs a home folder, and there is none: set CORTEXNET_CACHE_DIR to a path without '~'"
        ) from error
    return own(place)


def own(folder: Path) -> Path:
    """Return `folder`, made ours where it is new or empty; refuse one that holds anybody else's files."""
    folder = Path(os.path.abspath(folder))
    if folder in (Path(folder.anchor), home_folder(), Path.cwd()):
        raise CortexnetError(f"{folder} cannot be a folder of cortexnet: choose one of its own")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / MARKER).exists():
            if any(folder.iterdir()):
                raise CortexnetError(f"{folder} holds files that are not cortexnet's: choose another folder")
            write_atomically(folder / MARKER, json.dumps(owner()))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "not writable")
    except OSError as error:
        raise CortexnetError(
            f"the folder {folder} cannot be used ({error.strerror}): set CORTEXNET_CACHE_DIR to another"
        ) from error
    return folder


def remove(folder: Path) -> None:
    """Delete a folder of ours and all it holds; one without our marker is left alone."""
    if (folder / MARKER).is_file() and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)


def size(folder: Path) -> int:
    """Return the bytes of all files in `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def new_scratch() -> Path:
    """Make a new folder for one run, after clearing away what dead processes left behind."""
    scratch = own(cache_directory() / "runs")
    for left in _abandoned(scratch):
        remove(left)
    return own(scratch / f"{os.getpid()}-{uuid.uuid4().hex[:8]}")


def keep(folder: Path) -> None:
    """Let the folder of a failed run outlive this process, so that it can be looked at."""
    write_atomically(folder / MARKER, json.dumps({**owner(), "kept_until": time.time() + KEPT_SECONDS}))


def owner() -> dict[str, Any]:
    """Say who is at work: process, host and time."""
    return {"pid": os.getpid(), "host": _host(), "time": time.time()}


def owner_is_dead(who: dict[str, Any]) -> bool:
    """Tell whether a process of this host that signed as `who` is gone; of other hosts nothing is known."""
    if who.get("host") != _host():
        return False
    try:
        return psutil.Process(int(who["pid"])).create_time() > float(
            who["time"]
        )  # the number was given out again
    except psutil.NoSuchProcess:
        return True


def read_owner(path: Path) -> dict[str, Any]:
    """Return what stands in a marker or owner file; nothing where it is missing or unreadable."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}")
    temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    temporary.replace(path)


def _host() -> str:
    """Name the machine, and the container in it: process numbers mean something only there."""
    namespace = Path("/proc/self/ns/pid")
    return (
        f"{socket.gethostname()} {os.readlink(namespace)}" if namespace.is_symlink() else socket.gethostname()
    )


def _abandoned(scratch: Path) -> list[Path]:
    """Return the folders of dead processes, and those of failed runs but for the newest of the last week."""
    owners = {folder: read_owner(folder / MARKER) for folder in scratch.iterdir()}
    failed = {folder: float(who["kept_until"]) for folder, who in owners.items() if "kept_until" in who}
    newest = sorted(failed, key=lambda folder: failed[folder])[-KEPT_NUMBER:]
    too_old = [folder for folder in failed if folder not in newest or failed[folder] < time.time()]
    dead = [folder for folder, who in owners.items() if who and folder not in failed and owner_is_dead(who)]
    return too_old + dead

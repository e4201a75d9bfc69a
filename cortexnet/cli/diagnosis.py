"""Examination of the machine, part by part; nothing here fails, whatever is missing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

WORKS, MISSING, OPTIONAL = "works", "missing", "not there"

#: Largest resident set of the full network, in 10^6 bytes: C++, and numpy.
NEEDED_MEMORY_MB = 800


@dataclass(frozen=True)
class Finding:
    """One part of the machine: whether it works, what was found, and what to do if it does not."""

    what: str
    state: str
    found: str
    fix: str = ""


def examine() -> list[Finding]:
    """Look at everything a simulation may need."""
    parts: tuple[Callable[[], Finding], ...] = (
        _python,
        _brian2,
        _compiler,
        _make,
        _ccache,
        _nvcc,
        _brian2cuda,
        _graphics_card,
        _memory,
        _cache,
    )
    return [examine_part() for examine_part in parts]


def _python() -> Finding:
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding(
        "Python",
        WORKS if good else MISSING,
        platform.python_version(),
        "" if good else "use Python 3.11, 3.12 or 3.13",
    )


def _brian2() -> Finding:
    from cortexnet.cli.environment import prepare_brian2
    from cortexnet.errors import ToolMissing

    try:
        prepare_brian2(quiet=True)
    except ToolMissing as error:
        return Finding("Brian2", MISSING, "cannot be imported", str(error))
    return Finding("Brian2", WORKS, f"{version('brian2')} with numpy {version('numpy')}")


def _compiler() -> Finding:
    compiler = os.environ.get("CXX", "g++").split()[-1]
    return _program("C++ compiler", compiler, MISSING, "for cpp_standalone: apt install g++, or set CXX")


def _make() -> Finding:
    return _program("make", "make", MISSING, "for cpp_standalone: apt install make")


def _ccache() -> Finding:
    return _program("ccache", "ccache", OPTIONAL, "optional, makes a second build faster: apt install ccache")


def _nvcc() -> Finding:
    return _program("nvcc", "nvcc", OPTIONAL, "for cuda_standalone: install the CUDA toolkit")


def _brian2cuda() -> Finding:
    fix = "for cuda_standalone: Python 3.12 and pip install 'cortexnet[cuda]'"
    try:
        return Finding("brian2cuda", WORKS, version("brian2cuda"))
    except PackageNotFoundError:
        return Finding("brian2cuda", OPTIONAL, "not installed", fix)


def _graphics_card() -> Finding:
    fix = "for cuda_standalone: an NVIDIA card and its driver"
    card = _first_line(["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"])
    return Finding("graphics card", WORKS, card) if card else Finding("graphics card", OPTIONAL, "none", fix)


def _memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available / 1e6
    good = free > NEEDED_MEMORY_MB
    fix = "" if good else f"the full network needs {NEEDED_MEMORY_MB} MB: close other programs"
    return Finding("memory", WORKS if good else MISSING, f"{free:.0f} MB free", fix)


def _cache() -> Finding:
    from cortexnet.devices.folders import cache_directory
    from cortexnet.errors import CortexnetError

    try:
        folder = cache_directory()
    except CortexnetError as error:
        return Finding("cache", MISSING, "not writable", str(error))
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("cache", WORKS, f"{folder}, {free:.0f} GB free", "CORTEXNET_CACHE_DIR moves it")


def _program(what: str, command: str, otherwise: str, fix: str) -> Finding:
    line = _first_line([command, "--version"])
    return Finding(what, WORKS, line) if line else Finding(what, otherwise, f"{command} not found", fix)


def _first_line(command: list[str]) -> str:
    """Return the first line that a program prints; empty where it cannot be run."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return next(iter(answer.stdout.splitlines()), "").strip()

"""Examination of the machine, part by part; nothing here fails, whatever is missing."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

WORKS, MISSING, OPTIONAL = "works", "missing", "not there"

#: Largest resident sets of the full network, in 10^6 bytes.
MEMORY_IN_CPP_MB, MEMORY_IN_NUMPY_MB = 770, 1200


@dataclass(frozen=True)
class Finding:
    """One part of the machine: whether it works, what was found, and what to do if it does not."""

    what: str
    state: str
    found: str
    fix: str = ""


#: What the examination of a part returns: state, what was found, the fix.
Answer = tuple[str, str, str]


def examine() -> list[Finding]:
    """Look at everything a simulation may need."""
    parts: dict[str, Callable[[], Answer]] = {
        "Python": _python,
        "Brian2": _brian2,
        "C++ compiler": _compiler,
        "make": _make,
        "ccache": _ccache,
        "nvcc": _nvcc,
        "brian2cuda": _brian2cuda,
        "graphics card": _graphics_card,
        "memory": _memory,
        "cache": _cache,
    }
    return [_finding(what, look) for what, look in parts.items()]


def _finding(what: str, look: Callable[[], Answer]) -> Finding:
    try:
        return Finding(what, *look())
    except Exception as error:  # a broken machine may fail in any way, and the other parts still count
        found = " ".join(f"{type(error).__name__}: {error}".split())
        return Finding(what, MISSING, "could not be examined", found)


def _python() -> Answer:
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    fix = "" if good else "use Python 3.11, 3.12 or 3.13"
    return WORKS if good else MISSING, platform.python_version(), fix


def _brian2() -> Answer:
    from cortexnet.cli.environment import prepare_brian2
    from cortexnet.errors import ToolMissing

    try:
        prepare_brian2(quiet=True)
    except ToolMissing as error:
        return MISSING, "cannot be imported", str(error)
    return WORKS, f"{version('brian2')} with numpy {version('numpy')}", ""


def _compiler() -> Answer:
    from cortexnet.devices.tools import compiler_word

    return _program(compiler_word(), MISSING, "for cpp_standalone: apt install g++, or set CXX")


def _make() -> Answer:
    from cortexnet.devices.tools import make_command

    return _program(make_command()[0], MISSING, "for cpp_standalone: apt install make")


def _ccache() -> Answer:
    return _program("ccache", OPTIONAL, "optional, makes a second build faster: apt install ccache")


def _nvcc() -> Answer:
    return _program("nvcc", OPTIONAL, "for cuda_standalone: install the CUDA toolkit")


def _brian2cuda() -> Answer:
    fix = "for cuda_standalone: Python 3.12 and pip install 'cortexnet[cuda]'"
    try:
        return WORKS, version("brian2cuda"), ""
    except PackageNotFoundError:
        return OPTIONAL, "not installed", fix


def _graphics_card() -> Answer:
    fix = "for cuda_standalone: an NVIDIA card and its driver"
    card = _first_line(["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"])
    return (WORKS, card, "") if card else (OPTIONAL, "none", fix)


def _memory() -> Answer:
    import psutil

    free = psutil.virtual_memory().available / 1e6
    need = f"the full network needs {MEMORY_IN_CPP_MB} MB in C++, {MEMORY_IN_NUMPY_MB} MB in Python"
    fix = "" if free > MEMORY_IN_NUMPY_MB else f"{need}: close other programs"
    return WORKS if free > MEMORY_IN_CPP_MB else MISSING, f"{free:.0f} MB free", fix


def _cache() -> Answer:
    from cortexnet.errors import CortexnetError
    from cortexnet.folders import cache_directory

    try:
        folder = cache_directory()
    except CortexnetError as error:
        return MISSING, "not writable", str(error)
    free = shutil.disk_usage(folder).free / 1e9
    return WORKS, f"{folder}, {free:.0f} GB free", "CORTEXNET_CACHE_DIR moves it"


def _program(command: str, otherwise: str, fix: str) -> Answer:
    line = _first_line([command, "--version"])
    return (WORKS, line, "") if line else (otherwise, f"{command} not found", fix)


def _first_line(command: list[str]) -> str:
    """Return the first line that a program prints; empty where it cannot be run."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return next(iter(answer.stdout.splitlines()), "").strip()

"""Compilers and make: what is used, and one line for what is missing."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from functools import lru_cache

from brian2 import prefs

from cortexnet.errors import ToolMissing


def compiler_command() -> list[str]:
    """The C++ compiler with its wrappers: the environment's CXX, else g++; through ccache where there is one."""
    command = shlex.split(os.environ.get("CXX", "")) or ["g++"]
    if shutil.which("ccache") and "ccache" not in [os.path.basename(word) for word in command]:
        command.insert(0, "ccache")
    return command


def make_command() -> list[str]:
    """The make program that Brian2's preferences name."""
    return shlex.split(prefs["devices.cpp_standalone.make_cmd_unix"])


def require_compiler() -> None:
    """Raise `ToolMissing` unless a C++ compiler and make can be started."""
    _require(compiler_command()[-1:], "a C++ compiler", "install one (Debian: apt install g++) or set CXX")
    _require(make_command(), "make", "install it (Debian: apt install make)")


def _require(command: list[str], what: str, fix: str) -> None:
    if shutil.which(command[0]) is None:
        raise ToolMissing(
            f"{what} is needed and {command[0]!r} was not found: {fix}, or use the device 'runtime', which needs none"
        )


@lru_cache
def version_of(*command: str) -> str:
    """What a compiler says about its version; part of the name of everything built with it."""
    answer = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    return answer.stdout.strip()

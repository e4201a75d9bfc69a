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
    """Return the C++ compiler's command: CXX of the environment, else g++; through ccache where it exists."""
    chosen = os.environ.get("CXX", "")
    try:
        command = shlex.split(chosen) or ["g++"]
    except ValueError as error:
        raise ToolMissing(f"CXX is {chosen!r}, which is no command ({error}): set it to a compiler") from None
    if shutil.which("ccache") and not uses_ccache(command):
        command.insert(0, "ccache")
    return command


def compiler_word() -> str:
    """Return the C++ compiler itself: one word, without ccache and without options that CXX may hold."""
    words = [word for word in compiler_command() if not word.startswith("-") and not uses_ccache([word])]
    return words[0] if words else "g++"


def uses_ccache(command: list[str]) -> bool:
    """Tell whether a compiler's command goes through ccache."""
    return any(os.path.basename(word) == "ccache" for word in command)


def make_command() -> list[str]:
    """Return the make program that Brian2's preferences name."""
    return shlex.split(prefs["devices.cpp_standalone.make_cmd_unix"])


def require_compiler() -> None:
    """Raise `ToolMissing` unless a C++ compiler and make can be started."""
    for program in (compiler_command()[0], compiler_word()):
        require(program, "a C++ compiler", "install one (Debian: apt install g++) or set CXX")
    require(make_command()[0], "make", "install it (Debian: apt install make)")


def require(program: str, what: str, fix: str) -> None:
    """Raise `ToolMissing`, with the fix, unless a program can be found."""
    if shutil.which(program) is None:
        raise ToolMissing(
            f"{what} is needed and {program!r} was not found: {fix}, or use the device 'runtime'"
        )


@lru_cache
def version_of(*command: str) -> str:
    """Return what a compiler says about its version."""
    answer = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    return answer.stdout.strip()

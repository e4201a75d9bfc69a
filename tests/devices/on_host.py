"""Generated CUDA as a program for this processor: kernels become loops, see ``cuda_on_host/cuda_on_host.h``.

It tells whether the generated program computes what it should; not whether it is fast, nor what threads do
that run at the same time.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHIM = Path(__file__).parent / "cuda_on_host"
#: Sums and products are rounded one by one, as in the program that it is compared with.
FLAGS = ["-w", "-O1", "-ffp-contract=off"]
COMPILER = ["g++", "-std=c++17", *FLAGS]
_LAUNCH = re.compile(r"([\w:]+(?:<[\w:]+>)?)<<<(.*?)>>>\s*\((.*?)\);", re.DOTALL)


def compile_for_host(folder: Path) -> None:
    """Compile the sources in `folder` to a program ``main``."""
    objects = []
    for source in _translated(folder):
        objects.append(source.with_suffix(".o"))
        _run(folder, *_compiler(folder), "-c", source, "-o", objects[-1])
    _run(folder, "g++", *objects, "-o", "main")


def check_for_host(folder: Path) -> None:
    """Let the compiler read all sources in `folder`: what is no C++ is no CUDA either."""
    _run(folder, *_compiler(folder), "-fsyntax-only", *_translated(folder))


def _translated(folder: Path) -> list[Path]:
    """Write the sources in `folder` as C++, and read the header of all of them once."""
    header = "cuda_on_host.h"
    _run(folder, *COMPILER, "-x", "c++-header", SHIM / header, "-o", f"{header}.gch")
    translated = []
    for source in sorted(folder.rglob("*.cu")):
        translated.append(source.with_suffix(".host.cpp"))
        text = _LAUNCH.sub(r"cuda_on_host::launch(\2, [&] { \1(\3); });", source.read_text())
        translated[-1].write_text(text)
    return translated


def _compiler(folder: Path) -> list[str]:
    return [*COMPILER, f"-I{folder}", f"-I{SHIM}", "-include", "cuda_on_host.h"]


def run_on_host(folder: Path, duration_s: float, seeds: str = "1", **values: float) -> None:
    """Run the program in `folder`; its results lie in ``results`` there."""
    environment = {**os.environ, "CORTEXNET_SEEDS": seeds, "CORTEXNET_DURATIONS": repr(duration_s)}
    words = [f"{name}={value!r}" for name, value in values.items()]
    _run(folder, "./main", "--results_dir", "results/", *words, env=environment)


def result(folder: Path, name: str, dtype: str) -> NDArray[np.generic]:
    """Return an array that the program has written."""
    files = (folder / "results").iterdir()
    (path,) = (file for file in files if re.fullmatch(rf"{name}_\d{{5,}}", file.name))
    return np.fromfile(path, dtype)


def _run(folder: Path, *command: object, env: dict[str, str] | None = None) -> None:
    words = [str(word) for word in command]
    answer = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-3000:]

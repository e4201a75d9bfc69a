"""Where cuRAND is, which every program of brian2cuda needs: with the CUDA toolkit, or as a Python package."""

from __future__ import annotations

import subprocess
import sysconfig
from functools import lru_cache
from pathlib import Path

from brian2 import prefs

from cortexnet.errors import ToolMissing

HEADER = "curand.h"


def include_directory(nvcc: str) -> Path | None:
    """Return the folder that `nvcc` has to be told of; None where it finds the header by itself.

    Raises
    ------
    ToolMissing
        If the header is nowhere.
    """
    if _is_found_by(nvcc, *prefs["codegen.cpp.include_dirs"]):
        return None
    packaged = Path(sysconfig.get_path("purelib")).glob("nvidia/*/include")
    found = next((folder for folder in packaged if (folder / HEADER).exists()), None)
    if found is None:
        raise ToolMissing(
            f"cuRAND is needed and {HEADER} was not found: pip install nvidia-curand, "
            "or install the whole CUDA toolkit"
        )
    return found


def linked(makefile: str, include: Path | None) -> str:
    """Return a makefile that takes the library from the Python package, where it has no name for linkers."""
    if include is None:
        return makefile
    library = next((include.parent / "lib").glob("libcurand.so.*"))
    return makefile.replace("-lcurand", f"{library} -Xlinker -rpath={library.parent}")


@lru_cache
def _is_found_by(nvcc: str, *folders: str) -> bool:
    command = [nvcc, *(f"-I{folder}" for folder in folders), "-E", "-x", "c++", "-"]
    source = f"#if !__has_include(<{HEADER}>)\n#error\n#endif\n"
    return subprocess.run(command, input=source, capture_output=True, text=True, check=False).returncode == 0

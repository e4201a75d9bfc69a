"""What the tests of devices share: a cache that is still empty, and a Python that can generate CUDA."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock

#: brian2cuda, and what the core and a model import.
PACKAGES = (
    "brian2cuda==1.0b1",
    "filelock",
    "pandas",
    "platformdirs",
    "psutil",
    "rich",
    "scipy",
    "tomli-w",
)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a cache of its own: nothing is compiled yet."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(cache))
    return cache


@pytest.fixture(scope="session")
def cuda_python() -> Path:
    """Make a Python 3.12 with brian2cuda and our dependencies, once; it stays in the user's cache."""
    if shutil.which("nvcc") is None:
        pytest.skip("there is no nvcc")
    interpreter = _python_312()
    if interpreter is None:
        pytest.skip("there is no Python 3.12, which brian2cuda needs")
    home = platformdirs.user_cache_path("cortexnet-tests", ensure_exists=True)
    environment = home / f"cuda-{zlib.crc32(' '.join(PACKAGES).encode()):08x}"
    python = environment / "bin" / "python"
    with FileLock(home / "cuda.lock"):
        if not (environment / "complete").exists():
            shutil.rmtree(environment, ignore_errors=True)
            _run(interpreter, "-m", "venv", environment)
            _run(python, "-m", "pip", "install", "-q", *PACKAGES)
            _run(python, "-m", "pip", "install", "-q", "--no-deps", "nvidia-curand")
            (environment / "complete").touch()
    return python


def _python_312() -> str | None:
    candidates = [
        shutil.which("python3.12"),
        *map(str, Path.home().glob(".pyenv/versions/3.12.*/bin/python")),
    ]
    if (uv := shutil.which("uv")) is not None:
        found = subprocess.run([uv, "python", "find", "3.12"], capture_output=True, text=True, check=False)
        candidates.append(found.stdout.strip() or None)
    return next((candidate for candidate in candidates if candidate and _works(candidate)), None)


def _works(interpreter: str) -> bool:
    """Whether an interpreter starts and is 3.12: a pyenv shim may exist and not work."""
    version = [interpreter, "-c", "import sys, venv; print(sys.version_info[:2])"]
    return subprocess.run(version, capture_output=True, text=True, check=False).stdout.strip() == "(3, 12)"


def _run(*command: object) -> None:
    try:
        subprocess.run(
            [str(word) for word in command], check=True, capture_output=True, text=True, timeout=900
        )
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"no Python for CUDA could be made: {getattr(error, 'stderr', None) or error}")

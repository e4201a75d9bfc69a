"""What the tests of devices share: a cache that is still empty, and CUDA sources of many models."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]

#: Of this project, with brian2cuda: what the core and the models import.
PACKAGES = (
    "brian2cuda==1.0b1",
    *tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"],
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


@dataclass(frozen=True)
class CudaSources:
    """What came of generating a model: its folder, and what is known of it."""

    folder: Path
    facts: dict[str, Any]

    def text(self, unit: str) -> str:
        """Return a source file."""
        return (self.folder / unit).read_text()

    def compile(self, target: str) -> None:
        """Compile a unit for the card it was generated for, which needs nvcc and no card."""
        command = ["make", "-C", self.folder, target]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr[-3000:]
        assert (self.folder / target).stat().st_size > 1000


@pytest.fixture(scope="session")
def cuda_sources(cuda_python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, CudaSources]:
    """Generate all requests of `cuda_models`, once a session."""
    home = tmp_path_factory.mktemp("cuda")
    answer = subprocess.run(
        [cuda_python, "-m", "tests.devices.cuda_generation", home],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    facts = json.loads(answer.stdout.splitlines()[-1])
    return {name: CudaSources(home / name, facts[name]) for name in facts}


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

"""Every command and code block of the README runs as it stands, in an empty folder, full network and all."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


COMMANDS = [
    line.partition("#")[0].strip()
    for block in blocks("console")
    for line in block.splitlines()
    if line.startswith("cortexnet ")
]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_readme_shows_something_to_run() -> None:
    assert {command.split()[1] for command in COMMANDS} == {
        "models",
        "run",
        "compare",
        "predict",
        "check",
        "sweep",
        "doctor",
    }
    assert len(blocks("python")) == 1


def test_nothing_is_left_to_be_filled_in() -> None:
    assert not re.findall(r"(?:^|\*\* )[A-Z]{4,}$", README, flags=re.MULTILINE)


def test_the_files_it_names_exist() -> None:
    names = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert names
    assert not [name for name in names if not (ROOT / name).exists()]


@pytest.mark.slow
@pytest.mark.standalone
def test_every_command_runs(tmp_path: Path) -> None:
    for command in COMMANDS:
        result = run([sys.executable, "-m", "cortexnet", *shlex.split(command)[1:]], tmp_path)
        assert result.returncode == 0, f"{command}\n{result.stderr}"
        assert result.stdout, command


@pytest.mark.slow
@pytest.mark.standalone
def test_the_python_block_runs(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(blocks("python")[0])
    result = run([sys.executable, str(script)], tmp_path)
    assert result.returncode == 0, result.stderr
    rate, potential = map(float, re.findall(r"-?\d+\.\d+", result.stdout)[:2])
    assert 1 < rate < 3
    assert -80 < potential < -50  # mV
    assert (tmp_path / "run" / "manifest.json").exists()


def test_the_error_it_shows_is_the_error() -> None:
    from brian2 import mV

    from cortexnet.models import spontaneous_activity as sa

    statement, expected = blocks("pycon")[0].strip().splitlines()
    assert statement == ">>> sa.Parameters(reset_potential=-40*mV)"
    with pytest.raises(ValueError, match="reset_potential") as error:
        sa.Parameters(reset_potential=-40 * mV)
    assert f"{type(error.value).__module__}.{type(error.value).__name__}: {error.value}" == expected

"""The wheel holds plain files and works elsewhere; a setup that cannot be done says why in one line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECLARATIONS = (
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "README.md",
    "LICENSE",
    "Makefile",
    "constraints.txt",
)
FOLDERS = ("cortexnet", "models", "analysis", "tools")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what a checkout holds, links as links."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in DECLARATIONS:
        shutil.copy(ROOT / name, copy)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def without_links(checkout: Path) -> Path:
    """Do to a checkout what Git does on a system without links: leave text files in their place."""
    for name in ("models", "analysis"):
        (checkout / "cortexnet" / name).unlink()
        (checkout / "cortexnet" / name).write_text(f"../{name}")
    return checkout


def make(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``make setup`` in a checkout, with some other environment variables."""
    return subprocess.run(
        [shutil.which("make") or "make", "setup"],
        cwd=checkout,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a failing setup writes beside the report of make itself."""
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def files_of_package(checkout: Path) -> Iterator[Path]:
    """Yield every file of the package, those behind links too."""
    for path, _, names in os.walk(checkout / "cortexnet", followlinks=True):
        yield from (Path(path, name) for name in names)


@pytest.mark.slow
def test_the_wheel_holds_plain_files_and_works_elsewhere(checkout: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path / "dist"],
        cwd=checkout,
        capture_output=True,
        check=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    inside = {name for name in names if not name.startswith("cortexnet-")}
    assert {name.split("/")[0] for name in inside} == {"cortexnet"}
    sources = {file.relative_to(checkout).as_posix() for file in files_of_package(checkout)}
    assert {"cortexnet/models/__init__.py", "cortexnet/analysis/__init__.py", "cortexnet/py.typed"} <= sources
    assert inside == sources
    assert not any((tmp_path / "site" / name).is_symlink() for name in inside)

    home = tmp_path / "home"
    for name in ("models", "analysis"):  # a user's own folders of these names must not be taken for ours
        (home / name).mkdir(parents=True)
        (home / name / "__init__.py").write_text("raise AssertionError('imported the wrong package')")
    code = (
        "import cortexnet, cortexnet.analysis\n"
        "from cortexnet.models.spontaneous_activity import Parameters\n"
        "print(cortexnet.__file__, Parameters().digest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(tmp_path / "site"))


def test_missing_links_stop_the_build_in_one_line(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "setup.py", "--version"],
        cwd=without_links(checkout),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "cortexnet/models must be a link to ../models: check out with git -c core.symlinks=true"
    ]


def test_missing_links_stop_make_in_one_line(checkout: Path) -> None:
    assert "must be a link to ../models" in complaint(make(without_links(checkout)))


@pytest.mark.parametrize("version", ["3.10.13", "3.14.0"])
def test_unsuitable_python_is_named(checkout: Path, tmp_path: Path, version: str) -> None:
    """With a stand-in for another Python, which answers to --version and refuses every check."""
    stand_in = tmp_path / "python"
    stand_in.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "Python {version}" && exit 0\nexit 1\n')
    stand_in.chmod(0o755)
    # No uv on the path either: it could fetch a Python of its own.
    folders = [f for f in os.environ["PATH"].split(os.pathsep) if not Path(f, "uv").exists()]
    done = make(checkout, PYTHON=str(stand_in), PATH=os.pathsep.join(folders))
    assert complaint(done) == (
        f"Python 3.11, 3.12 or 3.13 is needed, found: Python {version}."
        " To name one: make PYTHON=/path/to/python"
    )
    assert not (checkout / ".venv").exists()


def test_constraints_are_pins_and_name_no_place() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", line) for line in lines)
    assert not any("http" in line or "@" in line or "--" in line for line in lines)


@pytest.mark.parametrize(("python", "brian2"), [("3.11", "2.9.0"), ("3.12", "2.10.1"), ("3.13", "2.11.0")])
def test_constraints_serve_every_python(python: str, brian2: str) -> None:
    from packaging.requirements import Requirement

    environment = {"python_version": python, "python_full_version": f"{python}.1"}
    chosen: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert requirement.name not in chosen
            chosen[requirement.name] = str(requirement.specifier).removeprefix("==")
    assert chosen["brian2"] == brian2


def test_constraints_satisfy_the_declared_ranges() -> None:
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["test"], *extras["dev"]]
    pins = [Requirement(line) for line in (ROOT / "constraints.txt").read_text().splitlines()]
    for text in declared:
        wanted = Requirement(text)
        if wanted.name != project["name"]:
            found = [p for p in pins if p.name == wanted.name.replace("_", "-").lower()]
            assert found, wanted.name
            if wanted.marker is None:
                assert all(wanted.specifier.contains(str(p.specifier).removeprefix("==")) for p in found)

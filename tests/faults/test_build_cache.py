"""The cache of compiled programs: shared by processes, never mixed up, never anybody else's."""

from __future__ import annotations

import json
import os
import pwd
import time
from pathlib import Path

import pytest
from brian2 import Hz

import cortexnet as cn
from cortexnet import folders
from cortexnet.devices import build_cache, standalone_run
from cortexnet.devices.child_process import Outcome
from cortexnet.errors import CortexnetError, RunFailed
from tests.devices.small_model import build_tiny
from tests.faults.simulations import (
    a_dead_process,
    a_process,
    enter,
)

standalone = pytest.mark.standalone


@pytest.mark.parametrize("obstacle", ["file", "read-only"])
def test_a_cache_that_cannot_be_written_is_refused_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    place = tmp_path / "place"
    if obstacle == "file":
        place.write_text("not a folder")
    elif os.getuid() == 0:
        pytest.skip("everything is writable for root")
    else:
        place.mkdir(mode=0o500)
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(place / "cache"))
    with pytest.raises(CortexnetError, match=r"cannot be used .*CORTEXNET_CACHE_DIR"):
        enter("cpp_standalone")


@standalone
def test_two_processes_with_one_model_compile_it_once_and_get_their_own_results(empty_cache: Path) -> None:
    script = """
with cn.device("cpp_standalone", progress=False) as execution:
    network = build_tiny({rate}*Hz)
print(execution.compiled, float(network["cells"].v[0]))
"""
    processes = [a_process(script.format(rate=rate)) for rate in (10, 90)]
    answers = [process.communicate(timeout=300)[0].split() for process in processes]
    assert [float(v) for _, v in answers] == pytest.approx([10, 90])
    assert sorted(compiled for compiled, _ in answers) == ["False", "True"]
    assert empty_cache.exists()


def test_folders_of_others_are_neither_used_nor_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thesis = tmp_path / "work" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of it")
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(thesis.parent))
    with pytest.raises(CortexnetError, match="not cortexnet's"):
        enter("cpp_standalone")
    folders.remove(thesis.parent)
    assert thesis.read_text() == "years of it"


@pytest.mark.parametrize("place", ["/", "~", "."])
def test_places_of_importance_are_refused(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", place)
    with pytest.raises(CortexnetError, match="one of its own"):
        enter("cpp_standalone")


def without_account(number: int) -> None:
    raise KeyError(f"getpwuid(): uid not found: {number}")


def test_a_user_without_a_home_chooses_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "XDG_CACHE_HOME", "CORTEXNET_CACHE_DIR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", without_account)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CortexnetError, match="and there is none: set CORTEXNET_CACHE_DIR"):
        folders.cache_directory()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(tmp_path / "cache"))
    assert folders.cache_directory() == tmp_path / "cache"


def test_a_link_to_a_folder_is_not_followed_when_deleting(tmp_path: Path) -> None:
    target = folders.own(tmp_path / "target")
    link = tmp_path / "link"
    link.symlink_to(target)
    folders.remove(link)
    assert target.exists()


def sources_in(folder: Path) -> Path:
    (folder / "code_objects").mkdir(parents=True)
    (folder / "static_arrays").mkdir()
    (folder / "main.cpp").write_text("int main() {}")
    (folder / "code_objects" / "a.cpp").write_text("//")
    (folder / "makefile").write_text("CXXFLAGS = -O3")
    (folder / "static_arrays" / "table").write_bytes(b"1234")
    return folder


CHANGES = {
    "source": lambda folder, _: (folder / "main.cpp").write_text("int main() { }"),
    "flags": lambda folder, _: (folder / "makefile").write_text("CXXFLAGS = -O2"),
    "new file": lambda folder, _: (folder / "b.h").write_text(""),
    "renamed": lambda folder, _: (folder / "code_objects" / "a.cpp").rename(
        folder / "code_objects" / "b.cpp"
    ),
    "brian2": lambda _, patch: patch.setattr("brian2.__version__", "0.0"),
    "processor": lambda _, patch: patch.setattr(build_cache, "_processor", lambda: "another"),
    "compiler": lambda _, patch: patch.setattr(build_cache.tools, "version_of", lambda *command: "another"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_a_program_changes_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    folder = sources_in(tmp_path)
    before = build_cache.build_key(folder, ["g++"], "toolchain")
    assert build_cache.build_key(folder, ["g++"], "toolchain") == before
    assert build_cache.build_key(folder, ["g++"], "another toolchain") != before
    CHANGES[change](folder, monkeypatch)
    assert build_cache.build_key(folder, ["g++"], "toolchain") != before


def test_tables_are_data_and_do_not_change_the_key(tmp_path: Path) -> None:
    folder = sources_in(tmp_path)
    before = build_cache.build_key(folder, ["g++"])
    (folder / "static_arrays" / "table").write_bytes(b"5678")
    assert build_cache.build_key(folder, ["g++"]) == before


CONTENT = "program " * 1000


def make_nothing(folder: Path) -> None:
    """Stand in for the compiler."""
    (folder / build_cache.PROGRAM).write_text(CONTENT)


def test_an_unfinished_build_of_a_dead_process_is_taken_over(
    empty_cache: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sources = sources_in(tmp_path / "sources")
    half_done = folders.own(build_cache.builds_directory() / "key")
    (half_done / build_cache.PROGRAM).write_text("half a prog")
    who = {**folders.owner(), "pid": a_dead_process()}
    half_done.with_suffix(".owner").write_text(json.dumps(who))
    program, made = build_cache.obtain("key", sources, make_nothing)
    assert made
    assert program.read_text() == CONTENT
    assert f"taken over: process {who['pid']}" in capfd.readouterr().err
    assert not half_done.with_suffix(".owner").exists()


def test_a_failed_build_is_not_taken_for_a_program(empty_cache: Path, tmp_path: Path) -> None:
    sources = sources_in(tmp_path / "sources")

    def fail(folder: Path) -> None:
        make_nothing(folder)
        raise RunFailed("no luck")

    with pytest.raises(RunFailed, match="no luck"):
        build_cache.obtain("key", sources, fail)
    assert build_cache.obtain("key", sources, make_nothing)[1]
    assert not build_cache.obtain("key", sources, fail)[1]


def test_a_damaged_program_is_made_again(empty_cache: Path, tmp_path: Path) -> None:
    sources = sources_in(tmp_path / "sources")
    program, _ = build_cache.obtain("key", sources, make_nothing)
    program.write_text(CONTENT.upper())  # of the same size
    assert build_cache.obtain("key", sources, make_nothing) == (program, True)
    assert program.read_text() == CONTENT


def test_the_cache_has_a_limit(empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = sources_in(tmp_path / "sources")
    monkeypatch.setattr(build_cache, "SIZE_LIMIT", 2.5 * len(CONTENT))
    for key in ("a", "b", "a", "c"):
        build_cache.obtain(key, sources, make_nothing)
        time.sleep(0.02)
    assert {folder.name for folder in build_cache._builds()} == {"a", "c"}  # b was used longest ago


@standalone
def test_a_program_that_vanishes_is_made_again(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = standalone_run.StandaloneRun._start
    vanished: list[Path] = []

    def vanish_once(run: standalone_run.StandaloneRun, program: Path) -> Outcome:
        if not vanished:
            vanished.append(program)
            program.unlink()
        return start(run, program)

    monkeypatch.setattr(standalone_run.StandaloneRun, "_start", vanish_once)
    with cn.device("cpp_standalone", progress=False):
        network = build_tiny()
    assert network["cells"].v[0] == pytest.approx(1)
    assert vanished


@standalone
@pytest.mark.parametrize("name", ["with a space", "näme-名前", "quote's", "x" * 200])
def test_places_with_unusual_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(tmp_path / name))
    with cn.device("cpp_standalone", progress=False):
        network = build_tiny(rate=3 * Hz)
    assert network["cells"].v[0] == pytest.approx(3)

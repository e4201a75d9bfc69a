"""What can go wrong with a simulation: there are never wrong numbers, and never a process left behind."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from brian2 import Hz, NetworkOperation, StateMonitor, device, prefs
from brian2.core.network import Network
from brian2.core.variables import Variable

import cortexnet as cn
from cortexnet.devices import build_cache, folders, standalone_run
from cortexnet.devices.child_process import Outcome
from cortexnet.errors import CortexnetError, RunFailed, ToolMissing
from tests.devices.small_model import ENDLESS, arrays, build, build_tiny, equal

ROOT = Path(__file__).parents[2]
standalone = pytest.mark.standalone


def compiled(**changes) -> Network:
    """Run the small model on the C++ device; its program is shared by all tests here."""
    with cn.device("cpp_standalone", progress=False):
        network = build(**changes)
    return network


def a_process(script: str, **environment: str) -> subprocess.Popen[str]:
    """Start another Python in which ``build`` and ``cn`` are at hand."""
    heading = "import cortexnet as cn\nfrom brian2 import *\nfrom tests.devices.small_model import *\n"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", heading + script],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def program_of(process: subprocess.Popen[str]) -> psutil.Process:
    """Wait until the compiled program of a process simulates, and return it."""
    parent = psutil.Process(process.pid)
    for _ in range(1200):
        assert process.poll() is None, process.stderr.read()
        for child in parent.children():
            if child.name() == "main" and child.cpu_times().user > 0.3:
                return child
        time.sleep(0.05)
    raise AssertionError("the program did not start")


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether a condition comes true in time."""
    for _ in range(int(seconds / 0.05)):
        if condition():
            return True
        time.sleep(0.05)
    return False


def runs() -> set[Path]:
    """The folders of runs that are there now."""
    folder = folders.cache_directory() / "runs"
    return {path for path in folder.iterdir() if path.is_dir()} if folder.exists() else set()


ENDLESS_RUN = """
with cn.device("cpp_standalone", progress=False) as execution:
    network = build(duration=ENDLESS)
"""


# -- interruption --


@standalone
def test_ctrl_c_keeps_what_was_simulated_and_its_true_duration() -> None:
    """Spikes over the true duration are a rate; over the requested one they would be nearly zero."""
    process = a_process(
        ENDLESS_RUN + "print(execution.status, execution.duration_s, execution.requested_duration_s, "
        "float(network.t), network['spikes'].num_spikes, float(network['spikes'].t[-1]))"
    )
    program_of(process)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    status, *numbers = output.split()
    duration, requested, network_time, spikes, last_spike = map(float, numbers)
    assert status == "interrupted", errors
    assert requested == 1e6
    assert 1 < duration < 1e5
    assert network_time == pytest.approx(duration)
    assert duration - 0.1 < last_spike <= duration
    assert 50 * 20 < spikes / duration < 50 * 200  # 50 cells, driven to fire


A_RUN_THAT_FAILS = """
try:
    with cn.device("cpp_standalone", progress=False) as execution:
        network = build(duration=ENDLESS)
except cn.errors.RunFailed as error:
    print(error)
print(execution.status)
try:
    print(network["spikes"].num_spikes)
except cn.errors.RunFailed as error:
    print("unreadable")
"""


@standalone
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_program_leaves_a_status_and_no_numbers(number: signal.Signals) -> None:
    process = a_process(A_RUN_THAT_FAILS)
    program_of(process).send_signal(number)
    message, status, reading = process.communicate(timeout=60)[0].splitlines()
    assert status.startswith(f"killed (signal {int(number)}")
    assert ("out of memory?" in status) == (number == signal.SIGKILL)
    assert status in message
    assert reading == "unreadable"


@standalone
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_program_outlives_the_python_that_started_it(number: signal.Signals) -> None:
    process = a_process(ENDLESS_RUN)
    program = program_of(process)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert wait_until(lambda: not program.is_running() or program.status() == psutil.STATUS_ZOMBIE)


@standalone
def test_a_second_ctrl_c_kills() -> None:
    process = a_process(
        "try:\n    with cn.device('cpp_standalone', progress=False) as e:\n        build(duration=ENDLESS)\n"
        "except KeyboardInterrupt:\n    print(e.status)"
    )
    program = program_of(process)
    program.suspend()  # so that it cannot react to the first one
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted\n"
    assert not program.is_running() or program.status() == psutil.STATUS_ZOMBIE


@standalone
def test_a_timeout_ends_the_program() -> None:
    with pytest.raises(RunFailed, match=r"timeout of 1\.5 s: [0-9.]+ s were simulated") as failure:
        run_with(timeout=1.5)
    assert failure.value.exit_status == 1
    assert not [child for child in psutil.Process().children() if child.name() == "main"]


def run_with(**options) -> None:
    with cn.device("cpp_standalone", progress=False, **options):
        build(duration=ENDLESS)


# -- disk --


@standalone
def test_files_cut_by_a_full_disk_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Brian2's program ignores failed writes and exits with 0. One of its files leads to a full device."""
    start = standalone_run.StandaloneRun._start

    def start_on_a_full_disk(run: standalone_run.StandaloneRun, program: Path) -> Outcome:
        times = run.device.get_array_filename(network_variable(run, "spikes", "t"))
        (run.scratch / "results" / times).symlink_to("/dev/full")
        return start(run, program)

    monkeypatch.setattr(standalone_run.StandaloneRun, "_start", start_on_a_full_disk)
    with pytest.raises(RunFailed, match=r"spikes_t_\d+ has 0 bytes where \d+ were to be written"):
        compiled()


def network_variable(run: standalone_run.StandaloneRun, owner: str, name: str) -> Variable:
    """Return a variable of the model that is being run."""
    return next(v for v in run.device.arrays if (v.owner.name, v.name) == (owner, name))


@pytest.mark.parametrize("name", ["runtime", "cpp_standalone"])
def test_recordings_that_cannot_fit_into_memory_are_refused_before_the_run(name: str) -> None:
    def record_too_much(cells) -> list[StateMonitor]:
        return [StateMonitor(cells, ["v", "u"], record=True, name="everything")]

    with (
        cn.device(name, progress=False) as execution,
        pytest.raises(
            CortexnetError, match=r"GB of memory are free: let 'everything' \(50 cells\) record fewer"
        ),
    ):
        build(duration=ENDLESS, extra=record_too_much)
    assert execution.status == "not run"


def test_recordings_that_cannot_fit_on_the_disk_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    full = type("usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda folder: full)
    with (
        cn.device("cpp_standalone", progress=False),
        pytest.raises(CortexnetError, match=r"GB of disk in .* are free: let 'voltages'"),
    ):
        build()


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


def enter(name: str, **options) -> None:
    with cn.device(name, progress=False, **options):
        pass


@standalone
@pytest.mark.parametrize("damage", ["truncated", "missing"])
def test_damaged_input_tables_are_noticed(monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    """Brian2's program reads what there is of a table, and goes on."""
    generate = standalone_run.StandaloneRun._generate
    check = standalone_run.check_files

    def damage_one_table(folder: Path, announced) -> None:
        if damage == "truncated" and folder.name == "static_arrays":
            table = max(folder.iterdir(), key=lambda path: path.stat().st_size)
            table.write_bytes(table.read_bytes()[:-1])
        check(folder, announced)

    def lose_one_table(run: standalone_run.StandaloneRun) -> None:
        generate(run)
        if damage == "missing":
            max((run.scratch / "static_arrays").iterdir(), key=lambda path: path.stat().st_size).unlink()

    monkeypatch.setattr(standalone_run, "check_files", damage_one_table)
    monkeypatch.setattr(standalone_run.StandaloneRun, "_generate", lose_one_table)
    with pytest.raises(
        RunFailed, match="bytes where" if damage == "truncated" else "Error opening static array"
    ):
        compiled()


@standalone
def test_nothing_piles_up_and_a_failed_run_is_kept_for_inspection() -> None:
    network = compiled()
    before = runs()
    with pytest.raises(RunFailed, match="kept in ") as failure:
        compiled(growth=1e300 * Hz)
    (kept,) = runs() - before
    assert str(kept) in str(failure.value)
    assert (kept / "results").is_dir()
    folders.remove(kept)
    del network
    gc.collect()
    assert len(runs()) < len(before)


def test_what_dead_processes_left_is_cleared_away(empty_cache: Path) -> None:
    mine = folders.new_scratch()
    theirs = {
        name: folders.own(empty_cache / "runs" / name) for name in ("dead", "kept", "stale", "elsewhere")
    }
    dead = {**folders.owner(), "pid": a_dead_process()}
    for name, who in {
        "dead": dead,
        "kept": {**dead, "kept_until": time.time() + 60},
        "stale": {**dead, "kept_until": time.time() - 60},
        "elsewhere": {**dead, "host": "another machine"},
    }.items():
        (theirs[name] / folders.MARKER).write_text(json.dumps(who))
    folders.new_scratch()
    assert mine.exists()
    assert {name for name, folder in theirs.items() if folder.exists()} == {"kept", "elsewhere"}


def test_failed_runs_do_not_pile_up(empty_cache: Path) -> None:
    kept = [folders.new_scratch() for _ in range(folders.KEPT_NUMBER + 2)]
    for folder in kept:
        folders.keep(folder)
        time.sleep(0.01)
    folders.new_scratch()
    assert [folder.exists() for folder in kept] == [False] * 2 + [True] * folders.KEPT_NUMBER


def a_dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


# -- folders, caches, processes --


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


@standalone
def test_nothing_is_written_into_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    compiled()
    assert list(tmp_path.iterdir()) == []


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


def test_the_cache_has_a_limit_and_can_be_cleared(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = sources_in(tmp_path / "sources")
    monkeypatch.setattr(build_cache, "SIZE_LIMIT", 2.5 * len(CONTENT))
    for key in ("a", "b", "a", "c"):
        build_cache.obtain(key, sources, make_nothing)
        time.sleep(0.02)
    assert {folder.name for folder in build_cache._builds()} == {"a", "c"}  # b was used longest ago
    assert build_cache.clear() == 2
    assert build_cache._builds() == []


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
def test_a_failed_run_does_not_give_the_numbers_of_an_earlier_one() -> None:
    first = compiled()
    before = arrays(first)
    networks: list[Network] = []
    with pytest.raises(RunFailed) as failure, cn.device("cpp_standalone", progress=False) as execution:
        networks.append(build(growth=1e300 * Hz))
    assert execution.status == "diverged"
    for read in (lambda: networks[0]["spikes"].num_spikes, lambda: networks[0]["cells"].v[:]):
        with pytest.raises(RunFailed, match="diverged"):
            read()
    assert equal(before, arrays(first))
    folders.remove(kept_folder(failure.value))


def kept_folder(error: RunFailed) -> Path:
    """Return the folder that a failed run says it kept."""
    return Path(str(error).partition("kept in ")[2].rstrip(")"))


@standalone
@pytest.mark.parametrize("name", ["with a space", "näme-名前", "quote's", "x" * 200])
def test_places_with_unusual_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(tmp_path / name))
    with cn.device("cpp_standalone", progress=False):
        network = build_tiny(rate=3 * Hz)
    assert network["cells"].v[0] == pytest.approx(3)


# -- tools --


def test_a_missing_compiler_is_named_on_entering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    for name, options in (("cpp_standalone", {}), ("runtime", {"codegen_target": "cython"})):
        with pytest.raises(ToolMissing, match="'no-such-compiler' was not found: install one") as failure:
            enter(name, **options)
        assert failure.value.exit_status == 2


def test_a_missing_make_is_named_on_entering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(prefs, "devices.cpp_standalone.make_cmd_unix", "no-such-make")
    with pytest.raises(ToolMissing, match="make is needed and 'no-such-make' was not found"):
        enter("cpp_standalone")


@standalone
def test_what_the_compiler_says_is_passed_on(empty_cache: Path) -> None:
    def build_nonsense() -> None:
        build_tiny()
        device.insert_code("main", "this is not C++;")

    with (
        pytest.raises(RunFailed, match=r"could not be compiled: .*error.*build\.log"),
        cn.device("cpp_standalone", progress=False) as execution,
    ):
        build_nonsense()
    assert execution.status == "failed"


@standalone
def test_a_full_graphics_card_is_told_from_other_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for a program on a card says what CUDA says."""

    def fail(run: standalone_run.StandaloneRun, program: Path) -> Outcome:
        (run.scratch / "run.log").write_text("ERROR: cudaMalloc failed with out of memory\n")
        return Outcome(returncode=255, interrupted=False, timed_out=False)

    monkeypatch.setattr(standalone_run.StandaloneRun, "_start", fail)
    with (
        pytest.raises(RunFailed, match="exit status 255: ERROR: cudaMalloc failed") as failure,
        cn.device("cpp_standalone", progress=False) as execution,
    ):
        build()
    assert execution.status == "out of device memory"
    folders.remove(kept_folder(failure.value))


# -- numbers --


@standalone
def test_a_diverging_run_fails_and_names_the_variable_and_the_first_bad_time() -> None:
    with pytest.raises(RunFailed, match=r"cells\.u is not finite at the end"):
        compiled(growth=1e300 * Hz)
    with pytest.raises(RunFailed, match=r"cells\.v is not finite from t = 0\.1\d* s on"):
        compiled(table=(1.0, np.nan))  # from half of the 0.2 s on


# -- what a target skips silently --


def test_network_operations_are_refused_by_name() -> None:
    def extra(cells) -> list[NetworkOperation]:
        return [NetworkOperation(lambda: None, name="my_operation")]

    with cn.device("cpp_standalone", progress=False), pytest.raises(CortexnetError, match="'my_operation'"):
        build(extra=extra)


@pytest.mark.parametrize("method", ["store", "restore"])
def test_store_and_restore_are_refused_by_name(method: str) -> None:
    network = Network()
    with cn.device("cpp_standalone", progress=False), pytest.raises(CortexnetError, match=rf"{method}\(\)"):
        getattr(network, method)()


@standalone
def test_values_that_the_program_does_not_know_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    generate = standalone_run.StandaloneRun._generate

    def add_unknown_value(run: standalone_run.StandaloneRun) -> None:
        generate(run)
        run.execution.run_time_values["cells.typo"] = 1.0

    monkeypatch.setattr(standalone_run.StandaloneRun, "_generate", add_unknown_value)
    with pytest.raises(RunFailed, match=r"Cannot set unknown variable 'cells\.typo'"):
        compiled()


def test_numbers_are_exact_on_the_command_line() -> None:
    """``repr`` of a float is the shortest text that reads back as the same float."""
    values = np.random.default_rng(1).standard_normal(1000) * 10.0 ** np.arange(-300, 300, 0.6)
    assert all(float(repr(float(value))) == value for value in values)

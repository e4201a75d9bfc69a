"""Full disks, damaged and left-over files, old results: noticed before anybody reads them."""

from __future__ import annotations

import gc
import json
import time
from pathlib import Path

import pytest
from brian2 import Hz, StateMonitor
from brian2.core.network import Network
from brian2.core.variables import Variable

import cortexnet as cn
from cortexnet import folders
from cortexnet.devices import standalone_run
from cortexnet.devices.child_process import Outcome
from cortexnet.errors import CortexnetError, RunFailed
from tests.devices.small_model import ENDLESS, arrays, build, equal
from tests.faults.simulations import (
    a_dead_process,
    compiled,
    kept_folder,
    runs,
)

standalone = pytest.mark.standalone


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


@standalone
def test_nothing_is_written_into_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    compiled()
    assert list(tmp_path.iterdir()) == []


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

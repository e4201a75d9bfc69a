"""Many runs: which they are, that they work side by side, the folder that keeps them, and the command."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import psutil
import pytest
from brian2 import mV
from filelock import FileLock

import cortexnet.sweep
from cortexnet.cli import main
from cortexnet.errors import ParameterError, RecordingError
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.recording import Recording
from cortexnet.sweep import Ending, Job, SweepFolder, grid, run_side_by_side
from cortexnet.sweep.folder import LOCK, RUNS, tidy
from tests.recordings import recording

SMALL = (
    *("--duration", "100ms", "--warmup", "20ms", "--device", "runtime"),
    *("--set", "n_excitatory=60", "--set", "n_inhibitory=15", "--set", "kick_duration=100*ms"),
)


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shell(name: str, script: str) -> Job:
    return Job(name, ("sh", "-c", script))


def meeting(name: str, other: str) -> Job:
    """A job that succeeds only if another is at work at the same time."""
    wait = f"for k in 1 2 3 4 5; do [ -e {other} ] && sleep 0.2 && exit 0; sleep 0.1; done"
    return shell(name, f"touch {name}; {wait}; rm {name}; exit 3")


def endings(jobs: list[Job], workers: int) -> dict[str, Ending]:
    ended: list[Ending] = []
    run_side_by_side(jobs, workers, ended.append)
    return {ending.name: ending for ending in ended}


# -- side by side --


def test_as_many_jobs_as_workers_meet() -> None:
    both = endings([meeting("a", "b"), meeting("b", "a")], workers=2)
    assert [both[name].returncode for name in "ab"] == [0, 0]
    alone = endings([meeting("c", "d"), meeting("d", "c")], workers=1)
    assert [alone[name].returncode for name in "cd"] == [3, 3]


def test_no_more_start_than_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1e8))
    assert [end.returncode for end in endings([meeting("a", "b"), meeting("b", "a")], 2).values()] == [3, 3]


def test_how_a_job_ended_is_told() -> None:
    ended = endings(
        [
            shell("well", "echo a note >&2"),
            shell("badly", "echo much >&2; echo 'the reason ' >&2; exit 1"),
            shell("killed", "kill -9 $$"),
            shell("threads", "echo $OMP_NUM_THREADS >&2"),
        ],
        workers=2,
    )
    assert {name: end.returncode for name, end in ended.items()} == {
        "well": 0,
        "badly": 1,
        "killed": -9,
        "threads": 0,
    }
    assert ended["badly"].last_words.strip() == "the reason"
    assert ended["threads"].last_words == "1"


def test_an_interruption_ends_all_that_is_at_work() -> None:
    def interrupt(ending: Ending) -> None:
        raise KeyboardInterrupt

    job = shell("long", "sleep 100 & echo $! > child; wait")
    with pytest.raises(KeyboardInterrupt):
        run_side_by_side([job, shell("short", "while [ ! -s child ]; do sleep 0.1; done")], 2, interrupt)
    child = int(Path("child").read_text())
    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


# -- points --


def test_the_grid_has_every_combination_with_every_seed() -> None:
    varied = {"reset_potential": [-62 * mV, -60 * mV], "epsp_distribution": ["lognormal", "normal"]}
    points = grid(Parameters(), varied, [4, 5])
    assert len({point.name for point in points}) == len(points) == 8
    assert points[0].values == {"reset_potential": -62.0, "epsp_distribution": "lognormal"}
    assert points[1].name == "reset_potential=-62,epsp_distribution=lognormal,seed=5"
    texts = dict(setting.split("=") for setting in points[-1].settings)
    assert Parameters.from_text(texts) == Parameters(reset_potential=-60 * mV, epsp_distribution="normal")


def test_a_combination_that_is_not_allowed_is_refused() -> None:
    varied = {"reset_potential": [-55 * mV], "threshold_potential": [-50 * mV, -56 * mV]}
    with pytest.raises(ParameterError, match="threshold_potential"):
        grid(Parameters(), varied, [1])


# -- the folder --


def opened(path: Path, common: Iterable[str] = ("a",), *, resume: bool = False, overwrite: bool = False):
    return SweepFolder.open(path, list(common), resume=resume, overwrite=overwrite)


def test_a_sweep_is_continued_with_the_same_options_only(tmp_path: Path) -> None:
    path = tmp_path / "sweep"
    with opened(path):
        (path / RUNS / ".cortexnet-unfinished-1").mkdir()
    assert not list((path / RUNS).iterdir())
    with pytest.raises(RecordingError, match="--resume"), opened(path):
        pass
    with pytest.raises(RecordingError, match="other options"), opened(path, "b", resume=True):
        pass
    with opened(path, resume=True) as folder:
        assert folder.path == path


def test_only_a_sweep_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "sweep"
    for way in ({"resume": True}, {"overwrite": True}):
        path.mkdir(exist_ok=True)
        with pytest.raises(RecordingError, match="no sweep"), opened(path, **way):
            pass
    path.rmdir()
    with opened(path):
        pass
    (path / "diary").touch()
    with pytest.raises(RecordingError, match="'diary'"), opened(path, "b", overwrite=True):
        pass
    (path / "diary").unlink()
    (path / "sweep.csv").touch()
    with opened(path, "b", overwrite=True):
        assert not (path / "sweep.csv").exists()


def test_two_processes_do_not_work_on_one_sweep(tmp_path: Path) -> None:
    with opened(tmp_path / "sweep"):
        pass
    lock = FileLock(tmp_path / "sweep" / LOCK)
    with (
        lock,
        pytest.raises(RecordingError, match="another process"),
        opened(tmp_path / "sweep", resume=True),
    ):
        pass


def test_columns_have_one_type_whatever_is_missing() -> None:
    table = tidy([{"x": -62.0, "n": 3, "b": True, "s": "a", "e": None}, {"x": None, "b": None, "s": None}])
    assert table.dtypes.astype(str).str.lower().tolist() == [
        "float64",
        "int64",
        "boolean",
        "string",
        "float64",
    ]


# -- the command --


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the runs: nothing is simulated, each saves a made-up recording where its command says."""
    names: list[str] = []

    def made_up(jobs: Iterable[Job], workers: int, on_end: Callable[[Ending], object]) -> None:
        for job in jobs:
            names.append(job.name)
            options = dict(zip(job.command, job.command[1:], strict=False))
            seed = int(options["--seed"])
            made = recording(summary={"rate_excitatory_hz": seed + 0.25, "survived": True}, seed=seed)
            try:
                made.save(options["--out"], overwrite="--overwrite" in job.command)
            except RecordingError as error:
                on_end(Ending(job.name, 2, f"cortexnet: {error}", 1.0))
            else:
                on_end(Ending(job.name, 0, "", 1.0))

    monkeypatch.setattr(cortexnet.sweep, "run_side_by_side", made_up)
    return names


def sweep(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["sweep", "spontaneous_activity", *SMALL, *arguments, "--out", "all"])
    captured = capsys.readouterr()
    return int(end.value.code or 0), captured.out, captured.err


def test_a_sweep_leaves_runs_table_and_figure_and_can_be_extended(
    ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    vary = ("--vary", "reset_potential=-62*mV,-58*mV")
    status, out, err = sweep(capsys, *vary, "--json")
    assert status == 0, err
    rows = json.loads(out)["rows"]
    assert [(row["reset_potential"], row["seed"], row["status"]) for row in rows] == [
        (-62.0, 1, "complete"),
        (-58.0, 1, "complete"),
    ]
    assert Recording.check(Path("all/runs", rows[1]["run"])).good
    assert [(row["rate_excitatory_hz"], row["survived"]) for row in rows] == [(1.25, True), (1.25, True)]
    for table in (pd.read_parquet("all/sweep.parquet"), pd.read_csv("all/sweep.csv")):
        assert table["rate_excitatory_hz"].tolist() == [1.25, 1.25]
        assert table["run"].tolist() == [row["run"] for row in rows]
    assert Path("all/sweep.png").stat().st_size > 10_000

    assert sweep(capsys, *vary)[0] == 2
    assert sweep(capsys, *vary, "--set", "threshold_potential=-51*mV", "--resume")[0] == 2
    status, _, err = sweep(capsys, "--vary", "reset_potential=-62*mV:-56*mV:3", "--resume")
    assert status == 0, err
    assert "1 of 3 runs are there already" in err
    assert ran == [f"reset_potential={value},seed=1" for value in (-62, -58, -59, -56)]


def test_a_failed_run_is_a_row_and_the_others_go_on(
    ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("all/runs/seed=2").mkdir(parents=True)
    Path("all/runs/seed=2/diary").touch()  # the place of the second run is taken
    common = ["spontaneous_activity", *SMALL]
    Path("all/sweep.json").write_text(json.dumps({"common": common}))
    status, _, err = sweep(capsys, "--seeds", "3", "--resume")
    assert status == 1
    assert ran == ["seed=1", "seed=2", "seed=3"]
    table = pd.read_csv("all/sweep.csv")
    assert table["status"].tolist() == ["complete", "failed", "complete"]
    assert table["rate_excitatory_hz"].isna().tolist() == [False, True, False]
    assert "is not replaced" in table["message"][1]
    assert "cortexnet: 1 of 3 runs failed (seed=2); seed=2 failed: " in err


def test_an_interrupted_sweep_keeps_what_is_finished(
    ran: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = cortexnet.sweep.run_side_by_side

    def interrupted(jobs: Iterable[Job], workers: int, on_end: Callable[[Ending], object]) -> None:
        made_up(list(jobs)[:1], workers, on_end)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(cortexnet.sweep, "run_side_by_side", interrupted)
        assert sweep(capsys, "--seeds", "2")[0] == 130
    assert pd.read_csv("all/sweep.csv")["status"].tolist() == ["complete", "not run"]
    assert sweep(capsys, "--seeds", "2", "--resume")[0] == 0
    assert ran == ["seed=1", "seed=2"]
    assert pd.read_csv("all/sweep.csv")["status"].tolist() == ["complete", "complete"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing varies"),
        (["--vary", "reset_potentail=-60*mV,-61*mV"], "did you mean reset_potential?"),
        (["--vary", "reset_potential=-60"], "-60*mV"),
        (["--vary", "reset_potential=-60*mV,"], "not a value"),
        (["--vary", "reset_potential=-40*mV,-60*mV"], "reset_potential"),
        (["--vary", "reset_potential=-60*mV:-58*mV:1"], "N = 1"),
        (["--vary", "reset_potential"], "must be NAME=V1,V2"),
        (["--vary", "epsp_distribution=lognormal,gamma"], "gamma"),
        (["--vary", "reset_potential=-60*mV", "--vary", "reset_potential=-61*mV"], "given twice"),
        (["--vary", "n_excitatory=60,70"], "given twice"),
        (["--seeds", "2", "--seed", "2147483647"], "2147483647"),
        (["--vary", "reset_potential=-60*mV", "--workers", "0"], "workers"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_run(
    arguments: list[str], message: str, ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = sweep(capsys, *arguments)
    assert (status, out, ran) == (2, "", [])
    assert message in err
    assert len(err.splitlines()) == 1
    assert not Path("all").exists()

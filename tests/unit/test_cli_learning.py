"""``cortexnet run dual_sampling`` in process, with stages that are made up: options, output, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cortexnet.cli import main
from cortexnet.models.dual_sampling.experiment import learning, recall
from tests.learning_stages import CLASSES, MadeUpStages, save_data

RUN = ["run", "dual_sampling", "--device", "runtime"]
SMALL = [*RUN, "--data", "data.npz", "--epochs", "3", "--set", "n_hidden=3"]
NUMBERS = {
    "accuracy_test_posterior_average",
    "accuracy_test_single_sample",
    "accuracy_test_spike_counts",
    "accuracy_train_posterior_average",
    "training_seconds",
    "simulation_cpu_seconds",
    "synaptic_events",
    "peak_memory_mb",
    "build_seconds",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder but for a file of data, with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(tmp_path / "cache"))
    save_data(tmp_path / "data.npz")
    return tmp_path


@pytest.fixture(autouse=True)
def stages(monkeypatch: pytest.MonkeyPatch) -> MadeUpStages:
    """Make up what would be simulated, and draw nothing."""
    made_up = MadeUpStages()
    for module in (learning, recall):
        monkeypatch.setattr(module, "run_stage", made_up)
    monkeypatch.setattr("cortexnet.models.dual_sampling.figures._draw", lambda *a: a[-1].touch())
    return made_up


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    captured = capsys.readouterr()
    return int(end.value.code or 0), captured.out, captured.err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    status, out, err = run(capsys, *arguments, "--json")
    assert status == 0, err
    return json.loads(out)


def test_a_file_is_learnt_with_the_accuracy_so_far(
    capsys: pytest.CaptureFixture[str], folder: Path, stages: MadeUpStages
) -> None:
    status, out, err = run(capsys, *SMALL, "--seed", "4")
    assert status == 0
    assert "accuracy_test_posterior_average" in out
    first, *later = err.splitlines()
    assert first.startswith("learning ")
    assert "images in 3 epochs" in first
    assert [line.split(":")[0] for line in later] == [
        *(f"epoch {k} of 3" for k in (1, 2, 3)),
        "results in dual_sampling_data_default_seed4",
    ]
    result = folder / "dual_sampling_data_default_seed4"
    assert set(json.loads((result / "summary.json").read_text())) >= NUMBERS
    manifest = json.loads((result / "manifest.json").read_text())
    assert manifest["data"]["classes"] == list(CLASSES)
    assert manifest["data"]["n_training"] + manifest["data"]["n_test"] == 60
    assert manifest["experiment"] == "learning"
    assert run(capsys, "check", str(result))[0] == 0
    assert not list((folder / "cache" / "unfinished").glob("*/stage_*"))


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    printed = run_json(capsys, *SMALL, "--out", "result")
    assert printed["folder"] == "result"
    assert set(printed) >= NUMBERS


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *SMALL, "--quiet") == (0, "", "")


def test_a_test_file_is_tested_whole(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    save_data(folder / "test.npz", n_data=9)
    run_json(capsys, *SMALL, "--test-data", "test.npz", "--out", "result")
    about = json.loads((folder / "result" / "manifest.json").read_text())["data"]
    assert (about["n_training"], about["n_test"]) == (60, 9)


def test_the_share_of_the_test_set_is_an_option(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    run_json(capsys, *SMALL, "--test-fraction", "0.5", "--out", "result")
    assert json.loads((folder / "result" / "manifest.json").read_text())["data"]["n_test"] == 30


def test_epochs_follow_from_the_data(capsys: pytest.CaptureFixture[str], stages: MadeUpStages) -> None:
    run_json(capsys, *RUN, "--data", "data.npz")
    n_training = 43
    assert sum(each.learning.sum() for each in stages.schedules) >= 25 * n_training


def test_settings_and_presets_go_on_top_of_what_suits_the_data(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    options = ["--preset", "printed_rule", "--set", "gain=2", "--out", "result"]
    run_json(capsys, *SMALL, *options)
    from cortexnet.models.dual_sampling.experiment.learnt import Learnt

    parameters = Learnt.load(folder / "result").parameters
    assert (parameters.gain, parameters.n_hidden, parameters.data_per_update) == (2, 3, 1)


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(
    capsys: pytest.CaptureFixture[str], folder: Path, stages: MadeUpStages
) -> None:
    stages.interrupted_at = 2
    status, out, err = run(capsys, *SMALL, "--out", "result")
    assert (status, out) == (130, "")
    assert "interrupted after epoch 1 of 3: the same command goes on there" in err
    assert not (folder / "result").exists()
    status, _, err = run(capsys, *SMALL, "--out", "result")
    assert status == 0
    assert "going on after epoch 1 of 3" in err
    assert len(stages.schedules) == 4


def test_what_was_learnt_is_tested_again(
    capsys: pytest.CaptureFixture[str], folder: Path, stages: MadeUpStages
) -> None:
    run_json(capsys, *SMALL, "--seed", "6", "--out", "first")
    stages.schedules.clear()
    assert set(run_json(capsys, *RUN, "--state", "first", "--out", "again")) >= NUMBERS
    assert not any(each.learning.any() for each in stages.schedules)
    sources = [
        json.loads((folder / name / "manifest.json").read_text())["data"] for name in ("first", "again")
    ]
    assert sources[0] == sources[1]
    save_data(folder / "new.npz", n_data=12)
    run_json(capsys, *RUN, "--state", "first", "--test-data", "new.npz", "--out", "other")
    about = json.loads((folder / "other" / "manifest.json").read_text())["data"]
    assert (about["data"], about["n_test"]) == ("data.npz", 12)


# command line -> what the line must name
BAD = {
    (*RUN, "--duration", "5s"): "--duration 5s: dual_sampling does not use it",
    (*RUN, "--warmup", "1s"): "--warmup 1s: dual_sampling does not use it",
    (*RUN, "--epochs", "0"): "--epochs",
    (*RUN, "--epochs", "many"): "--epochs",
    (*RUN, "--test-fraction", "half"): "--test-fraction",
    (*RUN, "--data", "data.npz", "--test-fraction", "1"): "test_fraction = 1",
    (*RUN, "--data", "data.npz", "--test-fraction", "nan"): "test_fraction = nan",
    (*RUN, "--test-data", "data.npz", "--test-fraction", "0.5"): "not together with --test-data",
    (*RUN, "--data", "nothing.npz"): "nothing.npz does not exist",
    (*RUN, "--data", "digit"): "digit does not exist: data are digits, openml:NAME or a file FILE.npz",
    (*RUN, "--data", "data.npz", "--test-data", "digits"): "images of 64 pixels, but 20 in data.npz",
    (*RUN, "--data", "text.npz"): "text.npz is no npz file",
    (*RUN, "--preset", "defaut"): "did you mean default?",
    (
        *SMALL,
        "--set",
        "synapses_per_connection=3",
    ): "synapses_per_connection = 3: must be a multiple of 2, from 2 to 100000",
    (*SMALL, "--set", "data_per_update=100"): "data_per_update = 100: must be at most",
    (*RUN, "--state", "nowhere"): "nowhere does not exist",
    (*RUN, "--state", "nowhere", "--epochs", "3"): "--epochs: not with --state",
    (*RUN, "--state", "nowhere", "--set", "gain=3"): "--set: not with --state",
}


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_one_line_says_what_is_wrong(
    arguments: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "text.npz").write_text("no arrays")
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert err.startswith("cortexnet: ")
    assert err.count("\n") == 1
    assert BAD[arguments] in err
    assert {file.name for file in folder.iterdir()} <= {"data.npz", "text.npz", "cache"}


def test_a_file_of_python_objects_is_refused(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    np.savez(folder / "objects.npz", images=np.array([{}], dtype=object), labels=[1])
    status, _, err = run(capsys, *RUN, "--data", "objects.npz")
    assert status == 2
    assert err == "cortexnet: objects.npz: images is made of Python objects\n"

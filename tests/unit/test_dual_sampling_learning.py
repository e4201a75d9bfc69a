"""Learning in stages: what is shown when, whose answers count, and that an interruption changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cortexnet.errors import ParameterError, RecordingError
from cortexnet.models.dual_sampling.data import Dataset
from cortexnet.models.dual_sampling.experiment import learning, recall
from cortexnet.models.dual_sampling.experiment.checkpoint import Checkpoint
from cortexnet.models.dual_sampling.experiment.course import Course
from cortexnet.models.dual_sampling.experiment.learnt import Learnt
from cortexnet.models.dual_sampling.labelled_images import DataError
from cortexnet.models.dual_sampling.stage import Readout
from cortexnet.models.experiments import Outcome
from tests.learning_stages import PARAMETERS, MadeUpStages, dataset, save_data

EPOCHS = 15
SUMMARY = {
    "accuracy_test_posterior_average",
    "accuracy_test_single_sample",
    "accuracy_test_synapse_sample",
    "accuracy_test_spike_counts",
    "accuracy_train_posterior_average",
    "training_seconds",
    "simulation_cpu_seconds",
    "synaptic_events",
    "peak_memory_mb",
    "build_seconds",
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a cache of its own."""
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> MadeUpStages:
    """Make up what would be simulated."""
    made_up = MadeUpStages()
    for module in (learning, recall):
        monkeypatch.setattr(module, "run_stage", made_up)
    return made_up


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return dataset(tmp_path)


def learn(data: Dataset, seed: int = 1, epochs: int = EPOCHS) -> Outcome:
    return learning.run(PARAMETERS, dataset=data, epochs=epochs, seed=seed, progress=False)


def curve(outcome: Outcome) -> pd.DataFrame:
    return outcome.tables["learning.csv"]


def test_every_training_datum_is_learnt_as_often_and_no_test_datum_ever(data: Dataset) -> None:
    course = Course(PARAMETERS, data, EPOCHS, seed=3)
    assert [epoch for stage in course.stages for epoch in stage] == list(range(EPOCHS))
    schedules = [course.schedule(stage) for stage in course.stages]
    learnt = np.concatenate([each.datum[each.learning] for each in schedules])
    assert learnt.max() < course.n_training
    counts = np.bincount(learnt, minlength=course.n_training)
    assert counts.max() - counts.min() <= 1
    assert counts.min() >= EPOCHS
    for each in schedules:
        np.testing.assert_array_equal(each.learning, each.clamped)
        np.testing.assert_array_equal(each.learning, each.feedback)
    positions = np.cumsum([0, *(len(each) for each in schedules)])
    assert [each.first for each in schedules] == positions[:-1].tolist()
    recorded = [each.datum[each.recorded] for each in schedules]
    assert [len(each) for each in recorded[:-1]] == [0] * (len(schedules) - 1)
    assert set(recorded[-1]) == set(range(course.n_training, len(course.examples.labels)))


def test_answers_are_those_to_the_data_that_were_shown(data: Dataset) -> None:
    course = Course(PARAMETERS, data, EPOCHS, seed=3)
    epochs = course.stages[1]
    schedule = course.schedule(epochs)
    told = np.repeat(np.where(schedule.learning, -1, schedule.datum)[:, None], len(data.classes), axis=1)
    answers = course.answers(Readout(told / 2, told / 4, told), len(epochs))
    assert answers.n_showings == len(epochs)
    test_rows = course.n_training + np.arange(len(data.test_labels))
    for of_epoch in answers.test.probability * 2:
        np.testing.assert_array_equal(of_epoch[:, 0], test_rows)
    for of_epoch in answers.training.one_sample * 4:
        np.testing.assert_array_equal(of_epoch[:, 1], course.shown)
    assert len(course.shown) == len(data.test_labels)


@pytest.mark.parametrize(
    ("n_training", "epochs", "expected"),
    [(1297, 60, 5), (1297, 6, 1), (60_000, 25, 1), (60, 1000, 84), (5, 1, 1)],
)
def test_stages_are_epochs_or_many_of_few_data(n_training: int, epochs: int, expected: int) -> None:
    labels = np.zeros(n_training, np.int64)
    few = Dataset("few", labels[:, None], labels, labels[:1, None], labels[:1], labels, None, None)  # type: ignore[arg-type]
    stages = Course(PARAMETERS, few, epochs, seed=1).stages
    assert len(stages[0]) == expected
    assert stages[-1].stop == epochs


def test_what_is_learnt_is_reported_and_kept(
    stages: MadeUpStages, data: Dataset, tmp_path: Path, own_cache: Path
) -> None:
    outcome = learn(data)
    assert set(outcome.numbers) == SUMMARY
    assert outcome.numbers["accuracy_test_posterior_average"] > 0.9
    assert outcome.numbers["synaptic_events"] == 1000 * len(stages.schedules)
    assert outcome.numbers["peak_memory_mb"] == 5
    final = curve(outcome).set_index(["epoch", "data", "readout"])["accuracy"]
    for name, key in (
        ("accuracy_test_posterior_average", ("test", "posterior_average")),
        ("accuracy_test_spike_counts", ("test", "spike_counts")),
        ("accuracy_train_posterior_average", ("training", "posterior_average")),
    ):
        assert outcome.numbers[name] == pytest.approx(final[EPOCHS, *key])
    assert set(curve(outcome)["epoch"]) == set(range(1, EPOCHS + 1))
    outcome.recording.save(tmp_path / "run", attachments=outcome.attachments)
    assert {file.name for file in (tmp_path / "run").iterdir()} == {
        *("spikes.parquet", "summary.json", "manifest.json", "learning.csv", "state.npz", "figure.png")
    }
    assert list((own_cache / "unfinished").glob("*/stage_*"))
    outcome.forget()
    assert not list((own_cache / "unfinished").glob("*/stage_*"))


@pytest.mark.parametrize("at", [1, 3, EPOCHS])
def test_an_interrupted_training_goes_on_and_ends_alike(
    at: int, stages: MadeUpStages, data: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = learn(data)
    whole.forget()
    n_stages = len(stages.schedules)
    at = min(at, n_stages)
    stages.schedules.clear()
    stages.interrupted_at = at
    with pytest.raises(KeyboardInterrupt):
        learning.run(PARAMETERS, dataset=data, epochs=EPOCHS, seed=1, progress=True)
    assert "the same command goes on there" in capsys.readouterr().err
    stages.interrupted_at = None
    resumed = learn(data)
    assert len(stages.schedules) == n_stages + 1
    pd.testing.assert_frame_equal(curve(resumed), curve(whole))
    varying = {"training_seconds"}
    assert {k: v for k, v in resumed.numbers.items() if k not in varying} == pytest.approx(
        {k: v for k, v in whole.numbers.items() if k not in varying}, nan_ok=True
    )


def test_another_training_does_not_go_on_from_it(stages: MadeUpStages, data: Dataset) -> None:
    learn(data)
    n_stages = len(stages.schedules)
    learn(data)
    assert len(stages.schedules) == n_stages + 1  # only the last stage is never kept
    learn(data, seed=2)
    assert len(stages.schedules) == 2 * n_stages + 1


def test_a_damaged_stage_is_run_again(stages: MadeUpStages, data: Dataset, own_cache: Path) -> None:
    whole = learn(data)
    n_stages = len(stages.schedules)
    (second,) = own_cache.glob("unfinished/*/stage_1.npz")
    second.write_bytes(second.read_bytes()[:-50])
    again = learn(data)
    assert len(stages.schedules) == n_stages + n_stages - 1
    pd.testing.assert_frame_equal(curve(again), curve(whole))


def test_beside_the_same_training_in_another_process_nothing_is_kept(
    stages: MadeUpStages, data: Dataset, own_cache: Path
) -> None:
    other = Checkpoint(Course(PARAMETERS, data, EPOCHS, 1), "cpp_standalone", "double")
    with other.held():
        learn(data).forget()
        assert not list(own_cache.glob("unfinished/*/stage_*"))
        assert list(own_cache.glob("unfinished/*/lock"))


def test_updates_cannot_rest_on_more_data_than_there_are(data: Dataset) -> None:
    with pytest.raises(ParameterError, match="data_per_update = 1000: must be at most"):
        Course(PARAMETERS.replace(data_per_update=1000), data, 1, seed=1)


@pytest.fixture
def learnt(stages: MadeUpStages, data: Dataset, tmp_path: Path) -> Learnt:
    outcome = learn(data)
    outcome.recording.save(tmp_path / "run", attachments=outcome.files)
    stages.schedules.clear()
    return Learnt.load(tmp_path / "run")


def test_what_was_learnt_is_tested_without_learning(
    learnt: Learnt, stages: MadeUpStages, data: Dataset, tmp_path: Path
) -> None:
    assert learnt.parameters == PARAMETERS
    assert learnt.classes.tolist() == data.classes.tolist()
    assert learnt.source.load().digest() == data.digest()
    outcome = learning.run(learnt.parameters, dataset=data, learnt=learnt, seed=1, progress=False)
    assert not any(each.learning.any() for each in stages.schedules)
    assert len(stages.schedules) == len(learnt.samples) == 3
    assert set(outcome.numbers) == SUMMARY
    assert set(outcome.tables["recall.csv"]["readout"]) >= {"posterior_average", "spike_counts"}
    outcome.recording.save(tmp_path / "test", attachments=outcome.attachments)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": np.ones((3, 7)), "labels": [2, 5, 11]}, "images of 7 pixels, but 20 were learnt"),
        ({"images": np.ones((4, 20)), "labels": [2, 5, 12, 12]}, "label 12 was not learnt"),
    ],
)
def test_other_data_must_fit_what_was_learnt(
    change: dict[str, Any], message: str, learnt: Learnt, tmp_path: Path
) -> None:
    np.savez(tmp_path / "other.npz", **change)
    other = learnt.source.__class__(str(tmp_path / "other.npz"), str(tmp_path / "other.npz")).load()
    with pytest.raises(DataError, match=message):
        learning.run(learnt.parameters, dataset=other, learnt=learnt, progress=False)


def test_fewer_classes_keep_their_output_cells(learnt: Learnt, tmp_path: Path) -> None:
    path = save_data(tmp_path / "two.npz", classes=(5, 11))
    fitted = learnt.fitted(learnt.source.__class__(path).load())
    assert set(fitted.labels) == {1, 2}


def test_a_run_that_learnt_nothing_is_refused(stages: MadeUpStages, data: Dataset, tmp_path: Path) -> None:
    outcome = learn(data)
    outcome.recording.save(tmp_path / "plain")
    with pytest.raises(RecordingError, match=r"it has no state\.npz"):
        Learnt.load(tmp_path / "plain")

"""Learn labelled images, and test the network after every epoch."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from cortexnet.errors import RunFailed
from cortexnet.models.dual_sampling import presets
from cortexnet.models.dual_sampling.data import Dataset
from cortexnet.models.dual_sampling.experiment import learnt as learnt_file
from cortexnet.models.dual_sampling.experiment import recall
from cortexnet.models.dual_sampling.experiment.answers import Answers, summary_numbers
from cortexnet.models.dual_sampling.experiment.checkpoint import Checkpoint
from cortexnet.models.dual_sampling.experiment.course import Course
from cortexnet.models.dual_sampling.experiment.learnt import Learnt, input_weights
from cortexnet.models.dual_sampling.experiment.passed import Passed, costs_of, total_costs
from cortexnet.models.dual_sampling.experiment.records import with_data
from cortexnet.models.dual_sampling.figures import draw_learning
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.stage import Stage, run_stage
from cortexnet.models.experiments import Outcome

TABLE = "learning.csv"


def run(
    parameters: Parameters,
    *,
    dataset: Dataset,
    epochs: int | None = None,
    learnt: Learnt | None = None,
    seed: int = 1,
    device: str = "cpp_standalone",
    precision: str = "double",
    delivery: str = "auto",
    timeout: float | None = None,
    progress: bool = True,
) -> Outcome:
    """Train a network and test it; or test one that has learnt before.

    Every stage that has passed is kept. Called again after an interruption with the same arguments, it goes
    on from there and gives what it would have given without.

    Parameters
    ----------
    parameters : Parameters
        Of the network.
    dataset : Dataset
        What is learnt, and what it is tested with.
    epochs : int, optional
        Passages through the training data; by default a number that follows from theirs.
    learnt : Learnt, optional
        What an earlier training has left: it is tested, and nothing is learnt.
    seed : int
        Master seed of the network and of the order of the data.
    device, precision, delivery : str
        By which it is simulated, as `cortexnet.device` takes them.
    timeout : float, optional
        Seconds of real time after which the run is ended.
    progress : bool
        Whether a line a stage is printed on standard error.
    """
    options = _Options(timeout, device=device, precision=precision, delivery=delivery)
    if learnt is not None:
        return recall.run(learnt, dataset, seed, options.of_stage)
    course = Course(parameters, dataset, epochs or presets.epochs(len(dataset.labels)), seed)
    checkpoint = Checkpoint(course, device, precision)
    with checkpoint.held():
        passed, last = _train(course, checkpoint, options, _Report(course, progress))
    return _outcome(course, passed, last, checkpoint)


class _Options:
    """How stages are run, within the time that is left for all of them."""

    def __init__(self, timeout: float | None, **options: Any) -> None:
        self._options = options | {"progress": False}
        self._timeout, self._started = timeout, time.monotonic()

    def of_stage(self) -> dict[str, Any]:
        """Return the options of the next one."""
        if self._timeout is None:
            return self._options
        left = self._timeout - (time.monotonic() - self._started)
        if left <= 0:
            raise RunFailed(f"timeout of {self._timeout:g} s: the same command goes on where it ended")
        return self._options | {"timeout": left}


class _Report:
    """Tells how far a training is and how accurate the network is so far."""

    def __init__(self, course: Course, is_wanted: bool) -> None:
        self._course, self._is_wanted = course, is_wanted
        self._started, self._done_before = time.monotonic(), 0

    def began(self, epochs: int) -> None:
        """Tell what begins, or how much was kept from an interrupted run."""
        self._done_before = epochs
        if epochs:
            self._tell(f"going on after epoch {epochs} of {self._course.epochs}, kept from an earlier run")
        else:
            self._tell(
                f"learning {self._course.n_training} images in {self._course.epochs} epochs,"
                f" testing {len(self._course.dataset.test_labels)}"
            )

    def passed(self, answers: Answers) -> None:
        """Tell what is reached after some epochs."""
        epochs, all_epochs = answers.n_showings, self._course.epochs
        if not self._is_wanted:
            return
        numbers = summary_numbers(answers.pooled().accuracies(self._course.dataset, self._course.shown))
        each = (time.monotonic() - self._started) / (epochs - self._done_before)
        self._tell(
            f"epoch {epochs} of {all_epochs}: accuracy so far"
            f" {numbers['accuracy_test_posterior_average']:.3f} (test),"
            f" {numbers['accuracy_train_posterior_average']:.3f} (training data);"
            f" {each * (all_epochs - epochs):.0f} s left"
        )

    def interrupted(self, epochs: int) -> None:
        """Tell from where the same command will go on."""
        self._tell(
            f"interrupted after epoch {epochs} of {self._course.epochs}: the same command goes on there"
        )

    def _tell(self, line: str) -> None:
        if self._is_wanted:
            print(line, file=sys.stderr, flush=True)


def _train(
    course: Course, checkpoint: Checkpoint, options: _Options, report: _Report
) -> tuple[list[Passed], Stage]:
    """Run the stages that are not kept. The last one never is: only with its spikes the run is whole."""
    passed = list(checkpoint.kept())[: len(course.stages) - 1]
    report.began(sum(stage.answers.n_showings for stage in passed))
    try:
        for number, epochs in list(enumerate(course.stages))[len(passed) :]:
            stage, result = _run(course, epochs, passed, options)
            passed.append(result)
            report.passed(Answers.joined([each.answers for each in passed]))
            if number < len(course.stages) - 1:
                checkpoint.keep(number, result)
    except (KeyboardInterrupt, RunFailed):
        report.interrupted(sum(each.answers.n_showings for each in passed))
        raise
    return passed, stage


def _run(course: Course, epochs: range, before: Sequence[Passed], options: _Options) -> tuple[Stage, Passed]:
    started = time.monotonic()
    stage = run_stage(
        course.parameters,
        course.examples,
        course.schedule(epochs),
        seed=course.seed,
        state=before[-1].state if before else None,
        **options.of_stage(),
    )
    if stage.recording.manifest["status"] == "interrupted":
        raise KeyboardInterrupt
    seconds = time.monotonic() - started - float(stage.recording.summary["build_seconds"] or 0)
    answers = course.answers(stage.readout, len(epochs))
    return stage, Passed(answers, stage.state, costs_of(stage, seconds))


def _outcome(course: Course, passed: Sequence[Passed], last: Stage, checkpoint: Checkpoint) -> Outcome:
    answers = Answers.joined([stage.answers for stage in passed])
    pooled = answers.pooled()
    accuracies = pooled.accuracies(course.dataset, course.shown)
    samples = [
        stage.state
        for stage, epochs in zip(passed, course.stages, strict=True)
        if epochs.stop > course.epochs - pooled.n_showings
    ]
    learnt = Learnt(course.parameters, course.dataset.source, course.dataset.classes, samples)
    curve = answers.learning_curve(course.dataset, course.shown)
    return Outcome(
        recording=with_data(last.recording, course),
        draw=partial(
            draw_learning, curve, pooled.test, course.dataset, input_weights(samples[-1], course.parameters)
        ),
        tables={TABLE: curve},
        files={learnt_file.FILE_NAME: learnt.save},
        numbers=summary_numbers(accuracies) | total_costs(passed),
        forget=checkpoint.forget,
    )

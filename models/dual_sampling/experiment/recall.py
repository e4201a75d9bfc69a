"""Test what was learnt, without learning: all samples of the synapses that a training left answer in turn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from cortexnet.analysis.sampling.accuracy import accuracy_of_pools
from cortexnet.models.dual_sampling.coding import cells_per_pixel
from cortexnet.models.dual_sampling.data import Dataset
from cortexnet.models.dual_sampling.experiment.answers import Answers, summary_numbers
from cortexnet.models.dual_sampling.experiment.course import Course
from cortexnet.models.dual_sampling.experiment.learnt import Learnt, input_weights
from cortexnet.models.dual_sampling.experiment.passed import Passed, costs_of, total_costs
from cortexnet.models.dual_sampling.experiment.records import with_data
from cortexnet.models.dual_sampling.figures import draw_recall
from cortexnet.models.dual_sampling.labelled_images import DataError
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.dual_sampling.stage import run_stage
from cortexnet.models.experiments import Outcome

TABLE = "recall.csv"
#: Tests of each sample of the synapses.
TESTS = 3


def run(learnt: Learnt, dataset: Dataset, seed: int, options: Callable[[], dict[str, Any]]) -> Outcome:
    """Show the test set, and training data, to what was learnt.

    Parameters
    ----------
    learnt : Learnt
        Of an earlier training.
    dataset : Dataset
        What is shown; its training images give the scale of brightness.
    seed : int
        Of the network.
    options : callable
        Returns the options of the next run.

    Raises
    ------
    DataError
        Where the images have another size than those that were learnt, or a label was not learnt.
    """
    _require_known_size(learnt, dataset)
    course = Course(learnt.parameters, learnt.fitted(dataset), epochs=1, seed=seed)
    passed = []
    for k, state in enumerate(learnt.samples):
        is_last = k == len(learnt.samples) - 1
        tests = [course.test(first=state.position, recorded=is_last and n == TESTS - 1) for n in range(TESTS)]
        stage = run_stage(
            learnt.parameters, course.examples, Schedule.joined(tests), seed=seed, state=state, **options()
        )
        if stage.recording.manifest["status"] == "interrupted":
            raise KeyboardInterrupt
        passed.append(Passed(course.answers(stage.readout, TESTS), stage.state, costs_of(stage, 0.0)))
    answers = Answers.joined([each.answers for each in passed])
    table = answers.accuracies(course.dataset, course.shown)
    pools = accuracy_of_pools(course.dataset.test_labels, answers.test.probability)
    weights = input_weights(learnt.samples[-1], learnt.parameters)
    return Outcome(
        recording=with_data(stage.recording, course),
        draw=partial(draw_recall, pools, answers.test, course.dataset, weights),
        tables={TABLE: table},
        numbers=summary_numbers(table) | total_costs(passed),
    )


def _require_known_size(learnt: Learnt, dataset: Dataset) -> None:
    n_pixels = dataset.images.shape[1]
    learnt_pixels = (learnt.n_inputs - 1) // cells_per_pixel(learnt.parameters.coding)
    if n_pixels != learnt_pixels:
        raise DataError(f"{dataset.name}: images of {n_pixels} pixels, but {learnt_pixels} were learnt")

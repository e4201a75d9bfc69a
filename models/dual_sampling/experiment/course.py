"""What is shown when: epochs of learning, each followed by a test, cut into stages that are run in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cortexnet.errors import ParameterError
from cortexnet.models.dual_sampling.data import Dataset
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.experiment.answers import Answers, Evidence
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule, Shuffle, padded
from cortexnet.models.dual_sampling.stage import Readout

#: To start a program takes as long as thousands of presentations, so an epoch of few data is no stage of its
#: own. But where there are enough epochs there are so many stages: each leaves a sample of the synapses.
PRESENTATIONS = 6500
STAGES = 12


@dataclass(frozen=True, eq=False)
class Course:
    """The presentations of one training.

    An epoch shows the training data in random order, then the test set and as many training data without
    their labels. The numbers of all are filled up to multiples of the data between two synaptic updates.

    Attributes
    ----------
    parameters : Parameters
        Of the network.
    dataset : Dataset
        Training set and test set.
    epochs : int
        Passages through the training data.
    seed : int
        Of the order, and of which training data are shown in tests.
    """

    parameters: Parameters
    dataset: Dataset
    epochs: int
    seed: int

    def __post_init__(self) -> None:
        if self.parameters.data_per_update > self.n_training:
            raise ParameterError(
                f"data_per_update = {self.parameters.data_per_update}: must be at most the number of training"
                f" data, {self.n_training}"
            )

    @property
    def n_training(self) -> int:
        """Number of training data."""
        return len(self.dataset.labels)

    @cached_property
    def examples(self) -> Examples:
        """Everything that is shown, the test set behind the training set."""
        data = self.dataset
        return Examples(
            np.concatenate([data.images, data.test_images]),
            np.concatenate([data.labels, data.test_labels]),
            len(data.classes),
            self.n_training,
        )

    @cached_property
    def shown(self) -> NDArray[np.int64]:
        """Which training data tests show: the same ones always, so that their answers can be pooled."""
        random = np.random.default_rng(self.seed)
        n_shown = min(self.n_training, len(self.dataset.test_labels))
        return np.sort(random.choice(self.n_training, n_shown, replace=False))

    @property
    def stages(self) -> Sequence[range]:
        """The epochs of each stage."""
        size = max(1, min(PRESENTATIONS // self.n_training, -(-self.epochs // STAGES)))
        return [range(first, min(first + size, self.epochs)) for first in range(0, self.epochs, size)]

    def schedule(self, epochs: range) -> Schedule:
        """Return what is shown in some epochs; of the last test of the course, spikes are recorded."""
        per_epoch = len(self._filled_up(np.arange(self.n_training)))
        shuffle = Shuffle(self.n_training, self.seed)
        first = epochs.start * (per_epoch + len(self.test()))
        parts = [
            part
            for epoch in epochs
            for part in (
                Schedule.training(shuffle.part(epoch * per_epoch, per_epoch), first),
                self.test(recorded=epoch == self.epochs - 1),
            )
        ]
        return Schedule.joined(parts)

    def test(self, *, first: int = 0, recorded: bool = False) -> Schedule:
        """Return one test: the test set, whose spikes may be recorded, and some training data."""
        return Schedule.joined(
            [
                Schedule.test(self._filled_up(self._test_rows), first, recorded=recorded),
                Schedule.test(self._filled_up(self.shown)),
            ]
        )

    def answers(self, readout: Readout, n_tests: int) -> Answers:
        """Return what was answered in the tests of a run.

        Parameters
        ----------
        readout : Readout
            Of all its presentations.
        n_tests : int
            How many tests it had: its presentations are so many equal parts, a test at the end of each.
        """
        n_test, n_shown = len(self._test_rows), len(self.shown)
        behind_test = len(self._filled_up(self.shown))
        from_end = behind_test + len(self._filled_up(self._test_rows))

        def of_part(start: int, length: int) -> Evidence:
            stop = start + length or None

            def showings(array: NDArray[Any], kind: type) -> NDArray[Any]:
                parts = array.reshape(n_tests, -1, array.shape[1])
                return parts[:, start:stop].astype(kind)

            return Evidence(
                showings(readout.probability, np.float32),
                showings(readout.one_sample, np.float32),
                showings(readout.spike_count, np.int32),
            )

        return Answers(of_part(-from_end, n_test), of_part(-behind_test, n_shown))

    @property
    def _test_rows(self) -> NDArray[np.int64]:
        return self.n_training + np.arange(len(self.dataset.test_labels))

    def _filled_up(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return padded(rows, self.parameters.data_per_update)

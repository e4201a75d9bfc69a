"""Learn handwritten digits, release the clamps, and watch the accuracy fall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.data import Dataset, load
from cortexnet.models.dual_sampling.reference import Reference
from cortexnet.models.experiments import Outcome
from cortexnet.models.forgetting.figures import draw_course
from cortexnet.models.forgetting.half_times import half_times
from cortexnet.models.forgetting.parameters import EVERYTHING, Parameters
from cortexnet.models.sampled_recording import SampledCells, sampled_recording

LEARNING, FORGETTING = "learning", "forgetting"
N_CLASSES = 10
#: Sweeps at which the accuracy is measured: every one at first, then about so many in each factor of two.
MEASURED_PER_OCTAVE = 8
#: Samples of the hidden cells that are averaged for an answer.
SAMPLES = 4


@dataclass
class Subject:
    """A network in the course of the experiment: what it knows, and what its cells did.

    Attributes
    ----------
    parameters : Parameters
        Of the experiment.
    dataset : Dataset
        Of which the first `n_data` are learned.
    seed : int
        Of the network.
    """

    parameters: Parameters
    dataset: Dataset
    seed: int
    cells: SampledCells = field(default_factory=SampledCells)

    def __post_init__(self) -> None:
        parameters, n = self.parameters, self.parameters.n_data
        labels = self.dataset.labels[:n]
        inputs = self._coded(self.dataset.images[:n])
        self._network = Reference(parameters.network, inputs, labels, N_CLASSES, seed=self.seed)
        self._test_inputs = self._coded(self.dataset.test_images)

    def _coded(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        return firing_probabilities(images.astype(np.float64), self.parameters.coding)

    def accuracy(self) -> float:
        """Share of test digits whose class is the most probable one, at the present synapses."""
        answers = self._network.output_probabilities(self._test_inputs, SAMPLES).argmax(axis=1)
        return float(np.mean(answers == self.dataset.test_labels))

    def weight_sd(self) -> float:
        """Root mean square of the weights from inputs to hidden cells."""
        return float(np.sqrt(np.mean(self._network.weights["input_to_hidden"].astype(np.float64) ** 2)))

    def learn(self) -> pd.DataFrame:
        """Learn with everything clamped; see `_watched` for the table."""
        return self._watched(LEARNING, self.parameters.learning_sweeps, self._network.sweep)

    def forget(self, released: str, until: float = 0.0) -> pd.DataFrame:
        """Go on without clamps, until the accuracy has fallen to a value; see `_watched` for the table."""
        sweep = partial(self._network.sweep, clamp_inputs=released != EVERYTHING, clamp_outputs=False)
        return self._watched(FORGETTING, self.parameters.forgetting_sweeps, sweep, until)

    def _watched(
        self, phase: str, n_sweeps: int, sweep: Callable[[], None], until: float = 0.0
    ) -> pd.DataFrame:
        """Sweep, and tabulate ``phase sweep accuracy weight_sd`` from sweep 0 on."""
        rows: list[tuple[str, int, float, float]] = [(phase, 0, self.accuracy(), self.weight_sd())]
        done = 0
        for measured in measured_sweeps(n_sweeps):
            while done < measured:
                sweep()
                self.cells.add(hidden=self._network.hidden[0], output=self._network.outputs[0])
                done += 1
            rows.append((phase, done, self.accuracy(), self.weight_sd()))
            if rows[-1][2] <= until:
                break
        return pd.DataFrame(rows, columns=["phase", "sweep", "accuracy", "weight_sd"])


def measured_sweeps(n_sweeps: int) -> Iterator[int]:
    """Yield the sweeps after which the accuracy is measured, the last one included."""
    octaves = np.log2(n_sweeps)
    spread = np.rint(2 ** (np.arange(MEASURED_PER_OCTAVE * octaves) / MEASURED_PER_OCTAVE))
    yield from np.unique(np.append(spread, n_sweeps)).astype(int).tolist()


def run(parameters: Parameters, *, seed: int = 1, **_: Any) -> Outcome:
    """Learn, release, watch, and put half-times into the summary.

    Parameters
    ----------
    parameters : Parameters
        Of network and experiment.
    seed : int
        Of the network; the digits and their split are those of seed 1.
    """
    subject = Subject(parameters, load("digits", seed=1), seed)
    course = pd.concat([subject.learn(), subject.forget(parameters.released)], ignore_index=True)
    recording = sampled_recording(
        "forgetting", parameters, seed, subject.cells, time_step_s=float(parameters.time_bin)
    )
    times = half_times(course)
    return Outcome(
        recording,
        draw=partial(draw_course, course, times, parameters),
        tables={"course.csv": course},
        numbers=times | {"sweeps": float(len(subject.cells))},
    )

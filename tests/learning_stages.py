"""Stages of the dual sampling network that are made up at once, for tests of what is done with them.

The made-up network gets better with every presentation, and what it answers and becomes depends on the seed,
the presentation and the state before, as it does of a network that is simulated.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cortexnet.models.dual_sampling.data import Dataset, load
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.dual_sampling.stage import Readout, Stage
from cortexnet.models.dual_sampling.state import State
from cortexnet.recording import Recording
from cortexnet.recording.tables import Samples, spike_table

PARAMETERS = Parameters(n_hidden=3, synapses_per_connection=4, data_per_update=4)
N_DATA, SHAPE, CLASSES = 60, (4, 5), (2, 5, 11)


def save_data(path: Path, n_data: int = N_DATA, classes: tuple[int, ...] = CLASSES) -> str:
    """Write images that show their class, and return the path."""
    random = np.random.default_rng(1)
    labels = np.arange(n_data) % len(classes)
    images = random.integers(0, 60, (n_data, *SHAPE), dtype=np.uint8)
    images[np.arange(n_data), labels] = 255
    np.savez(path, images=images, labels=np.array(classes)[labels])
    return str(path)


def dataset(folder: Path) -> Dataset:
    """Return a small data set."""
    return load(save_data(folder / "data.npz"))


@dataclass
class MadeUpStages:
    """Takes the place of `run_stage`.

    Attributes
    ----------
    schedules : list of Schedule
        Those that were asked for.
    interrupted_at : int or None
        Call at which the user presses Ctrl-C.
    """

    schedules: list[Schedule] = field(default_factory=list)
    interrupted_at: int | None = None

    def __call__(
        self,
        parameters: Parameters,
        examples: Examples,
        schedule: Schedule,
        *,
        seed: int,
        state: State | None = None,
        **options: Any,
    ) -> Stage:
        """Make up a stage."""
        self.schedules.append(schedule)
        status = "interrupted" if len(self.schedules) == self.interrupted_at else "complete"
        position = schedule.first + len(schedule)
        before = {} if state is None else state.values
        memory = zlib.crc32(b"".join(np.asarray(value).tobytes() for value in before.values()))
        random = np.random.default_rng([seed, schedule.first, memory])
        right = np.eye(examples.n_classes)[examples.labels[schedule.datum]]
        share = np.minimum((schedule.first + np.arange(len(schedule))) / 2000, 1)[:, None]
        probability = share * right + (1 - share) * random.random(right.shape)
        weights = random.normal(size=((examples.images.shape[1] * 3 + 1) * parameters.n_hidden))
        return Stage(
            State(position, {"input_to_hidden.weight": weights, "hidden.x": np.zeros(parameters.n_hidden)}),
            Readout(probability, probability**2, random.binomial(3, probability)),
            _recording(parameters, status),
        )


def _recording(parameters: Parameters, status: str) -> Recording:
    spikes = spike_table(
        {
            "hidden": Samples(np.array([0, 2], np.int32), np.array([0.001, 0.002])),
            "outputs": Samples(np.array([], np.int32), np.array([])),
        }
    )
    manifest = {
        "schema_version": 1,
        "run_id": "made up",
        "status": status,
        "populations": {"hidden": parameters.n_hidden, "outputs": len(CLASSES)},
        "duration_s": 1.0,
        "warmup_s": 0.0,
        "seed": 1,
    }
    costs = {
        "simulation_cpu_seconds": 0.25,
        "synaptic_events": 1000,
        "build_seconds": None,
        "peak_memory_mb": 5.0,
    }
    return Recording(spikes, None, costs, manifest)

"""The same experiment on the network in spikes, with data shown one after another, in one run.

A sweep is a passage through all data. Rates of the parameters are per sweep; between two of the more frequent
synaptic updates of this network they act in proportion, and traces average over a sweep at least.

Where the teacher alone is released, data are shown without their labels. Where everything is, nothing is
shown: input cells are silent then, while those of the network with all data in parallel are sampled.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.models.dual_sampling.data import load
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.parameters import Parameters as NetworkParameters
from cortexnet.models.dual_sampling.schedule import Schedule, Shuffle
from cortexnet.models.dual_sampling.stage import run_stage
from cortexnet.models.experiments import Outcome
from cortexnet.models.forgetting.experiment.course import FORGETTING, LEARNING, N_CLASSES, measured_sweeps
from cortexnet.models.forgetting.figures import draw_accuracy
from cortexnet.models.forgetting.half_times import half_times
from cortexnet.models.forgetting.parameters import EVERYTHING, Parameters

N_TEST = 200
NOTHING = -1


def rates_per_update(parameters: Parameters) -> NetworkParameters:
    """Parameters of the network, with what happens in a sweep spread over its synaptic updates."""
    share = parameters.network.replace(data_per_update=NetworkParameters().data_per_update)
    updates = parameters.n_data / share.data_per_update
    return share.replace(
        trace_rate=min(1.0, parameters.trace_rate / updates),
        synapse_update_fraction=parameters.synapse_update_fraction / updates,
    )


def phase(parameters: Parameters, name: str, start: int, n_sweeps: int) -> tuple[Schedule, list[int]]:
    """Schedule a phase with a test after each measured sweep; return it and the sweeps before each test.

    Spikes are recorded in its last test.

    Parameters
    ----------
    parameters : Parameters
        Of network and experiment.
    name : str
        "learning" or "forgetting".
    start, n_sweeps : int
        Sweeps before the phase, and in it.
    """
    n_data, measured = parameters.n_data, list(measured_sweeps(n_sweeps))
    shuffle = Shuffle(n_data, seed=1)
    parts = []
    for before, after in zip([0, *measured], measured, strict=False):
        datum = shuffle.part((start + before) * n_data, (after - before) * n_data)
        test = Schedule.test(n_data + np.arange(N_TEST), recorded=after == n_sweeps)
        parts += [_shown(parameters, name, datum), test]
    return Schedule.joined(parts), measured


def _shown(parameters: Parameters, name: str, datum: NDArray[np.int64]) -> Schedule:
    """Show data as the phase asks for, synapses being redrawn all the time."""
    training = Schedule.training(datum)
    if name == LEARNING:
        return training
    blank = parameters.released == EVERYTHING
    return Schedule(
        np.full_like(datum, NOTHING) if blank else datum,
        learning=training.learning,
        clamped=~training.clamped,
        feedback=training.feedback,
        recorded=training.recorded,
    )


def run(parameters: Parameters, *, seed: int = 1, progress: Any = False, **simulation: Any) -> Outcome:
    """Learn, release, watch, all in one run, and put half-times into the summary.

    Parameters
    ----------
    parameters : Parameters
        Of network and experiment.
    seed : int
        Of the network.
    progress : bool or Progress
        Whether progress is shown, or what shows it.
    **simulation
        device, precision, delivery and timeout.
    """
    dataset, n = load("digits", seed=1), parameters.n_data
    images = np.concatenate([dataset.images[:n], dataset.test_images[:N_TEST]]).astype(np.float64)
    labels = np.concatenate([dataset.labels[:n], dataset.test_labels[:N_TEST]])
    learning, learned = phase(parameters, LEARNING, 0, parameters.learning_sweeps)
    forgetting, forgotten = phase(
        parameters, FORGETTING, parameters.learning_sweeps, parameters.forgetting_sweeps
    )
    schedule = Schedule.joined([learning, forgetting])
    stage = run_stage(
        rates_per_update(parameters),
        Examples(images, labels, N_CLASSES, n_training=n),
        schedule,
        seed=seed,
        progress=progress,
        **simulation,
    )
    if stage.recording.manifest["status"] == "interrupted":
        raise KeyboardInterrupt
    right = stage.readout.probability.argmax(axis=1) == labels[schedule.datum]
    course = pd.DataFrame(
        {
            "phase": np.repeat([LEARNING, FORGETTING], [len(learned), len(forgotten)]),
            "sweep": [*learned, *forgotten],
            "accuracy": right[~schedule.learning].reshape(-1, N_TEST).mean(axis=1),
        }
    )
    times = half_times(course)
    return Outcome(
        replace(stage.recording, manifest=stage.recording.manifest | _described(parameters)),
        draw=partial(draw_accuracy, course, times),
        tables={"course.csv": course},
        numbers=dict(times),
    )


def _described(parameters: Parameters) -> dict[str, Any]:
    """Name this system and its parameters, whose rates are per sweep, in place of those of the network."""
    plain = {
        name: value if isinstance(value, dict) else {"value": value, "unit": ""}
        for name, value in parameters.to_plain().items()
    }
    return {"system": "forgetting", "parameters": plain}

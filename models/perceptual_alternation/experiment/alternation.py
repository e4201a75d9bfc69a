"""Learn two cubes, view the ambiguous one, and fit how long each percept lasts."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.dwell_times.fits import fit_table
from cortexnet.analysis.dwell_times.percepts import dwell_times
from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.reference import Reference
from cortexnet.models.experiments import Outcome
from cortexnet.models.perceptual_alternation.figures import draw_alternation
from cortexnet.models.perceptual_alternation.parameters import Parameters
from cortexnet.models.perceptual_alternation.stimuli import READINGS, Cube, training_set
from cortexnet.models.perceptual_alternation.viewing import view
from cortexnet.models.sampled_recording import SampledCells, sampled_recording

#: Samples of the hidden cells that are averaged for an answer.
SAMPLES = 10


def cube_of(parameters: Parameters) -> Cube:
    """Return how cubes are drawn."""
    return Cube(parameters.image_size, parameters.line_width, parameters.hidden_brightness)


class Trained:
    """A network that learns the unambiguous cubes.

    Parameters
    ----------
    parameters : Parameters
        Of network and experiment.
    seed : int
        Of images, network and viewing.
    """

    def __init__(self, parameters: Parameters, seed: int) -> None:
        self._parameters, self._seed = parameters, seed
        self._labels, inputs = self._drawings(seed)
        self._network = Reference(parameters.network, inputs, self._labels, len(READINGS), seed=seed)

    def learn(self, n_sweeps: int) -> None:
        """Learn on for some sweeps."""
        for _ in range(n_sweeps):
            self._network.sweep()

    def accuracy(self) -> float:
        """Share of new unambiguous drawings that are read rightly."""
        labels, inputs = self._drawings(self._seed + 1_000_003)
        answers = self._network.output_probabilities(inputs, SAMPLES).argmax(axis=1)
        return float(np.mean(answers == labels))

    def view(
        self, parameters: Parameters | None = None, cells: SampledCells | None = None
    ) -> NDArray[np.float64]:
        """View the ambiguous cube, with other parameters of viewing where given; see `viewing.view`."""
        parameters = self._parameters if parameters is None else parameters
        image = cube_of(parameters).ambiguous().reshape(1, -1)
        inputs = firing_probabilities(
            image, "grey" if parameters.coding == "stochastic" else parameters.coding
        )
        return view(parameters, self._network.weights, inputs[0], seed=self._seed, cells=cells)

    def _drawings(self, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        parameters = self._parameters
        images, labels = training_set(
            cube_of(parameters),
            parameters.n_images,
            jitter=parameters.jitter,
            noise_sd=parameters.pixel_noise,
            seed=seed,
        )
        return labels, firing_probabilities(images, parameters.coding)


def dwells_of(parameters: Parameters, traces: NDArray[np.float64]) -> pd.DataFrame:
    """Tabulate the dwells of traces in bins; "high" is the first reading."""
    threshold = parameters.percept_threshold
    return dwell_times(traces, low=-threshold, high=threshold)


def run(parameters: Parameters, *, seed: int = 1, **_: Any) -> Outcome:
    """Learn, view, fit, and put means and shapes of the dwell times into the summary.

    Parameters
    ----------
    parameters : Parameters
        Of network and experiment.
    seed : int
        Of images, network and viewing.
    """
    trained, cells = Trained(parameters, seed), SampledCells()
    trained.learn(parameters.learning_sweeps)
    traces = trained.view(cells=cells)
    dwells = dwells_of(parameters, traces)
    fits = fit_table(dwells, resolution=1.0)
    recording = sampled_recording(
        "perceptual_alternation", parameters, seed, cells, time_step_s=float(parameters.time_bin)
    )
    return Outcome(
        recording,
        draw=partial(draw_alternation, parameters, traces, dwells),
        tables={"dwells.csv": dwells, "fits.csv": fits},
        numbers={"accuracy": trained.accuracy(), **numbers(parameters, dwells, fits)},
    )


def numbers(parameters: Parameters, dwells: pd.DataFrame, fits: pd.DataFrame) -> dict[str, float]:
    """Return alternations per 1000 bins, and of each percept mean, CV and gamma shape with its interval."""
    total = parameters.n_viewers * parameters.viewing_bins
    named = {"alternations_per_1000_bins": 1000 * float(dwells["began"].sum()) / total}
    for percept in ("high", "low"):
        whole = dwells[(dwells["percept"] == percept) & dwells["began"] & dwells["ended"]]["duration"]
        named[f"dwell_bins_mean_{percept}"] = float(whole.mean())
        named[f"dwell_cv_{percept}"] = float(whole.std() / whole.mean())
        if fits.empty:
            continue
        gamma = fits[(fits["percept"] == percept) & (fits["family"] == "gamma")]
        for column, end in (("shape", ""), ("shape_low", "_from"), ("shape_high", "_to")):
            if len(gamma):
                named[f"gamma_shape_{percept}{end}"] = float(gamma[column].iloc[0])
    return named

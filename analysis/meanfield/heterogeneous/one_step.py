"""Output of both populations at given input rates, everything but the rates being self-consistent.

From step to step the trains of presynaptic cells, the spread of their rates and the response of the
populations are those of the cells just simulated; only mean rates are imposed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cortexnet.analysis.meanfield.heterogeneous.common_activity import (
    TRANSIENT,
    CommonActivity,
    common_activity,
    independent_activity,
)
from cortexnet.analysis.meanfield.heterogeneous.common_fluctuations import CommonFluctuations
from cortexnet.analysis.meanfield.heterogeneous.quenched_cells import QuenchedCells, Sample
from cortexnet.analysis.meanfield.heterogeneous.spike_library import SpikeLibrary, relative_variance
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import CellType

#: Time that statistics see, s: that of a run of 10 s without its first second.
WINDOW = 9.0
#: Cells of both types in one stretch of common activity; there are as many stretches as it takes.
CELLS_PER_STRETCH = 256
#: Fewer spikes than this make no library and no response.
FEWEST_SPIKES = 2000
#: Smallest rate (Hz) that population spectra are made for.
SMALLEST_RATE = 1e-3

CELL_TYPES: tuple[CellType, CellType] = ("excitatory", "inhibitory")


@dataclass(frozen=True, eq=False)
class SampledNetwork:
    """Sampled cells of both types, as `cortexnet.analysis` reads recordings."""

    excitatory: Sample
    inhibitory: Sample

    @property
    def spikes(self) -> pd.DataFrame:
        """Columns population, neuron, time_s."""
        return pd.concat([self._sample(name).spikes(name) for name in CELL_TYPES], ignore_index=True)

    @property
    def voltages(self) -> pd.DataFrame:
        """Columns population, neuron, time_s, voltage_mv."""
        return pd.concat([self._sample(name).voltages(name) for name in CELL_TYPES], ignore_index=True)

    @property
    def sizes(self) -> dict[str, int]:
        """Cells of each population."""
        return {name: self._sample(name).cells for name in CELL_TYPES}

    @property
    def duration_s(self) -> float:
        """Simulated time, s."""
        return self.excitatory.duration

    @property
    def warmup_s(self) -> float:
        """The transient is left out already."""
        return 0.0

    def _sample(self, name: CellType) -> Sample:
        sample: Sample = getattr(self, name)
        return sample


@dataclass(frozen=True, eq=False)
class Activity:
    """What is carried from one step to the next.

    Attributes
    ----------
    fluctuations : CommonFluctuations
        The response of the populations.
    library : SpikeLibrary, optional
        Trains of excitatory cells.
    inhibitory_variance : float
        Squared coefficient of variation of the rates of inhibitory cells.
    """

    fluctuations: CommonFluctuations
    library: SpikeLibrary | None = None
    inhibitory_variance: float = 0.0


class OneStep:
    """The step.

    Parameters
    ----------
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    seed : int
        Of everything random.
    common_fluctuations : bool
        Whether population rates fluctuate as they do in the network, or only as those of independent cells.
    """

    def __init__(self, si: Mapping[str, Any], seed: int = 0, *, common_fluctuations: bool = True) -> None:
        self._si = si
        self._common_fluctuations = common_fluctuations
        self._generator = np.random.default_rng(seed)
        self._length = round((WINDOW + TRANSIENT) / si["time_step"])
        self._cells = [QuenchedCells(si, name) for name in CELL_TYPES]

    def beginning(self) -> Activity:
        """Activity of which nothing is known: Poisson trains, populations that do not respond."""
        sizes = (self._si["n_excitatory"], self._si["n_inhibitory"])
        return Activity(CommonFluctuations(self._length, self._si["time_step"], sizes))

    def __call__(
        self, rates: tuple[float, float], activity: Activity, cells: tuple[int, int]
    ) -> tuple[SampledNetwork, Activity]:
        """Simulate cells whose input has given mean rates and is otherwise like an activity.

        Parameters
        ----------
        rates : pair of float
            Input rates of excitatory and inhibitory cells, Hz.
        activity : Activity
            Where the trains and the fluctuations come from; it is not changed.
        cells : pair of int
            How many of both types are simulated.

        Returns
        -------
        SampledNetwork, Activity
            The cells, and the activity that they show themselves.
        """
        imposed = np.maximum(rates, SMALLEST_RATE)
        library = activity.library or SpikeLibrary.poisson(imposed[0], cells[0], WINDOW, self._generator)
        stretches = [
            self._stretch(activity.fluctuations, library, imposed)
            for _ in range(max(sum(cells) // CELLS_PER_STRETCH, 1))
        ]
        samples = [
            quenched.simulate(stretches, imposed[1], activity.inhibitory_variance, number, self._generator)
            for quenched, number in zip(self._cells, cells, strict=True)
        ]
        return SampledNetwork(*samples), self._shown(samples, stretches, activity)

    def _stretch(
        self, fluctuations: CommonFluctuations, library: SpikeLibrary, rates: Array
    ) -> CommonActivity:
        if self._common_fluctuations:
            return common_activity(self._si, fluctuations, library, rates, self._length, self._generator)
        return independent_activity(self._si, library, rates, self._length, self._generator)

    def _shown(self, samples: list[Sample], stretches: list[CommonActivity], before: Activity) -> Activity:
        """Take the activity from cells that fired enough, otherwise leave it as it was."""
        excitatory, inhibitory = (sample.counts.sum() >= FEWEST_SPIKES for sample in samples)
        fluctuations = before.fluctuations.copy()
        if self._common_fluctuations:
            common = [stretch.relative_rates for stretch in stretches]
            for population in np.flatnonzero([excitatory, inhibitory]):
                answers = [
                    _answer(samples[population], index, stretch) for index, stretch in enumerate(stretches)
                ]
                fluctuations.learn(population, common, answers)
        return Activity(
            fluctuations,
            samples[0].library() if excitatory else before.library,
            relative_variance(samples[1].counts) if inhibitory else before.inhibitory_variance,
        )


def _answer(sample: Sample, index: int, stretch: CommonActivity) -> np.ndarray[Any, Any]:
    """Fourier transform of the relative rate of all cells of a stretch; as if on average in the transient."""
    shown = stretch.length - stretch.skipped
    counts = sample.population_counts(index, shown)
    deviation = np.zeros(stretch.length)
    deviation[stretch.skipped :] = counts / max(counts.mean(), 1e-12) - 1
    return np.fft.rfft(deviation) * stretch.length / shown

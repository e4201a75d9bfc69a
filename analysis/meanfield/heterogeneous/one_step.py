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

from cortexnet.analysis.meanfield.fixed_points import HIGH_FROM
from cortexnet.analysis.meanfield.heterogeneous.common_activity import (
    TRANSIENT,
    CommonActivity,
    activity_of_populations,
    common_activity,
    independent_activity,
)
from cortexnet.analysis.meanfield.heterogeneous.common_fluctuations import CommonFluctuations
from cortexnet.analysis.meanfield.heterogeneous.population_dynamics import population_counts
from cortexnet.analysis.meanfield.heterogeneous.quenched_cells import QuenchedCells, Sample
from cortexnet.analysis.meanfield.heterogeneous.shared_fluctuations import SharedFluctuations
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
    spreads : ndarray, shape (2, 2), optional
        SD of the relative excitatory and inhibitory drive (columns) between cells of a type (rows).
    shared : SharedFluctuations, optional
        What the cells had in common.
    """

    fluctuations: CommonFluctuations
    library: SpikeLibrary | None = None
    inhibitory_variance: float = 0.0
    spreads: Array | None = None
    shared: SharedFluctuations | None = None


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
        self,
        rates: tuple[float, float],
        activity: Activity,
        cells: tuple[int, int],
        populations_for: float = 0.0,
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
        populations_for : float
            Time (s) for which both populations are simulated to bring forth the fluctuations themselves; 0
            takes those of the linear response, as does a state whose populations do not last.

        Returns
        -------
        SampledNetwork, Activity
            The cells, and the activity that they show themselves.
        """
        imposed = np.maximum(rates, SMALLEST_RATE)
        library = activity.library or SpikeLibrary.poisson(imposed[0], cells[0], WINDOW, self._generator)
        counts = self._populations(imposed, activity, populations_for)
        stretches = [
            self._stretch(activity.fluctuations, counts, library, imposed)
            for _ in range(max(sum(cells) // CELLS_PER_STRETCH, 1))
        ]
        samples = [
            quenched.simulate(stretches, imposed[1], activity.inhibitory_variance, number, self._generator)
            for quenched, number in zip(self._cells, cells, strict=True)
        ]
        return SampledNetwork(*samples), self._shown(samples, stretches, activity)

    def _populations(self, rates: Array, activity: Activity, duration: float) -> Array | None:
        """Spikes of both populations in each step, where low rates fluctuate about a mean."""
        if not (duration and self._common_fluctuations) or activity.spreads is None:
            return None
        if activity.fluctuations.amplifies or rates[0] > HIGH_FROM:
            return None
        length = round(duration / self._si["time_step"])
        return population_counts(self._si, self._cells, activity.spreads, rates, length, self._generator)

    def _stretch(
        self, fluctuations: CommonFluctuations, counts: Array | None, library: SpikeLibrary, rates: Array
    ) -> CommonActivity:
        if counts is not None:
            return activity_of_populations(self._si, counts, library, rates, self._length, self._generator)
        if self._common_fluctuations:
            return common_activity(self._si, fluctuations, library, rates, self._length, self._generator)
        return independent_activity(self._si, library, rates, self._length, self._generator)

    def _shown(self, samples: list[Sample], stretches: list[CommonActivity], before: Activity) -> Activity:
        """Take the activity from cells that fired enough, otherwise leave it as it was."""
        excitatory, inhibitory = (sample.counts.sum() >= FEWEST_SPIKES for sample in samples)
        fluctuations = before.fluctuations.copy()
        common = [stretch.relative_rates for stretch in stretches]
        if self._common_fluctuations:
            for population in np.flatnonzero([excitatory, inhibitory]):
                answers = [
                    _answer(samples[population], index, stretch) for index, stretch in enumerate(stretches)
                ]
                fluctuations.learn(population, common, answers)
        return Activity(
            fluctuations,
            samples[0].library() if excitatory else before.library,
            relative_variance(samples[1].counts) if inhibitory else before.inhibitory_variance,
            np.array([sample.covariates[:, [0, 2]].std(0) for sample in samples]),
            SharedFluctuations.of(common, self._si["time_step"], fluctuations.limited),
        )


def _answer(sample: Sample, index: int, stretch: CommonActivity) -> np.ndarray[Any, Any]:
    """Fourier transform of the relative rate of all cells of a stretch; as if on average in the transient."""
    shown = stretch.length - stretch.skipped
    counts = sample.population_counts(index, shown)
    deviation = np.zeros(stretch.length)
    deviation[stretch.skipped :] = counts / max(counts.mean(), 1e-12) - 1
    return np.fft.rfft(deviation) * stretch.length / shown

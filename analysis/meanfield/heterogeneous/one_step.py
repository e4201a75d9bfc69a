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
)
from cortexnet.analysis.meanfield.heterogeneous.common_fluctuations import CommonFluctuations
from cortexnet.analysis.meanfield.heterogeneous.quenched_cells import QuenchedCells, Sample
from cortexnet.analysis.meanfield.heterogeneous.spike_library import SpikeLibrary, relative_variance
from cortexnet.analysis.meanfield.working_point import CellType

#: Time that statistics see, s: that of a run of 10 s without its first second.
WINDOW = 9.0
#: Stretches of common activity in a step.
STRETCHES = 4
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


class OneStep:
    """The step, with what is carried from one to the next.

    Parameters
    ----------
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    seed : int
        Of everything random.

    Attributes
    ----------
    fluctuations : CommonFluctuations
        As the last step left them.
    """

    def __init__(self, si: Mapping[str, Any], seed: int = 0) -> None:
        self._si = si
        self._generator = np.random.default_rng(seed)
        self._length = round((WINDOW + TRANSIENT) / si["time_step"])
        self._cells = [QuenchedCells(si, name) for name in CELL_TYPES]
        self._library: SpikeLibrary | None = None
        self._inhibitory_variance = 0.0
        sizes = (si["n_excitatory"], si["n_inhibitory"])
        self.fluctuations = CommonFluctuations(self._length, si["time_step"], sizes)

    def __call__(
        self, rate_excitatory: float, rate_inhibitory: float, cells: tuple[int, int]
    ) -> SampledNetwork:
        """Simulate so many cells of both types with input of these rates (Hz), and learn from them."""
        rates = np.maximum([rate_excitatory, rate_inhibitory], SMALLEST_RATE)
        library = self._library or SpikeLibrary.poisson(rates[0], cells[0], WINDOW, self._generator)
        stretches = [
            common_activity(self._si, self.fluctuations, library, rates, self._length, self._generator)
            for _ in range(STRETCHES)
        ]
        samples = [
            quenched.simulate(stretches, rates[1], self._inhibitory_variance, number, self._generator)
            for quenched, number in zip(self._cells, cells, strict=True)
        ]
        self._learn(samples, stretches)
        return SampledNetwork(*samples)

    def _learn(self, samples: list[Sample], stretches: list[CommonActivity]) -> None:
        excitatory, inhibitory = samples
        if excitatory.counts.sum() >= FEWEST_SPIKES:
            self._library = excitatory.library()
        if inhibitory.counts.sum() >= FEWEST_SPIKES:
            self._inhibitory_variance = relative_variance(inhibitory.counts)
        common = [stretch.relative_rates for stretch in stretches]
        for population, sample in enumerate(samples):
            if sample.counts.sum() >= FEWEST_SPIKES:
                answers = [_answer(sample, index, stretch) for index, stretch in enumerate(stretches)]
                self.fluctuations.learn(population, common, answers)


def _answer(sample: Sample, index: int, stretch: CommonActivity) -> np.ndarray[Any, Any]:
    """Fourier transform of the relative rate of all cells of a stretch; as if on average in the transient."""
    shown = stretch.length - stretch.skipped
    counts = sample.population_counts(index, shown)
    deviation = np.zeros(stretch.length)
    deviation[stretch.skipped :] = counts / max(counts.mean(), 1e-12) - 1
    return np.fft.rfft(deviation) * stretch.length / shown

"""Single cells with quenched input, simulated side by side and described as a recording is.

A cell draws its excitatory partners, their weights, release probabilities and delays once. Its inhibitory
input, many small jumps, is Gaussian: the in-degree and the rates of its partners are quenched in its mean,
and the noise that it does not share with others, 1 - p of it, is its own; the rest is in the common activity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.meanfield.heterogeneous.common_activity import CommonActivity
from cortexnet.analysis.meanfield.heterogeneous.kernels import LANES, deliver, integrate
from cortexnet.analysis.meanfield.heterogeneous.spike_library import SpikeLibrary
from cortexnet.analysis.meanfield.lognormal_moments import epsp_law
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import CellType
from cortexnet.synapses import (
    conductance_of_epsp,
    epsp_probability,
    epsp_quantile,
    release_failure_probability,
)

#: Entries of the table of weights.
WEIGHTS = 2**16
#: Time between two recorded potentials of a cell, s, as in recordings of the network.
SAMPLING_INTERVAL = 5e-3
#: Sums of jumps (1/ms) below this are no input.
SMALLEST_SUM = 1e-300

_POTENTIALS = (
    "leak_potential",
    "excitatory_reversal_potential",
    "inhibitory_reversal_potential",
    "threshold_potential",
    "reset_potential",
)


@dataclass(frozen=True, eq=False)
class Sample:
    """What many cells of one type did.

    Attributes
    ----------
    spike_steps, spike_cells : ndarray of int
        Step since the end of the transient, and cell, of every spike.
    potentials : ndarray, shape (samples, cells)
        mV, every `SAMPLING_INTERVAL`.
    covariates : ndarray, shape (cells, 3)
        Relative deviations of a cell's input from what is expected: excitatory drive, its square sum and
        inhibitory drive. Their expectation is 0.
    stretch_of : ndarray of int
        The stretch of common activity that each cell lived in.
    duration, time_step : float
        s.
    """

    spike_steps: NDArray[np.int64]
    spike_cells: NDArray[np.int64]
    potentials: NDArray[np.float32]
    covariates: Array
    stretch_of: NDArray[np.int64]
    duration: float
    time_step: float

    @property
    def cells(self) -> int:
        """How many there are."""
        return len(self.covariates)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Spikes of each cell."""
        return np.bincount(self.spike_cells, minlength=self.cells)

    @cached_property
    def rate(self) -> tuple[float, float]:
        """Mean rate and its standard error, Hz.

        The part of the scatter between cells that their covariates explain is taken out: the rate is that
        of cells whose input is the expected one on average (control variates).
        """
        rates = self.counts / self.duration
        design = np.column_stack([np.ones(self.cells), self.covariates])
        coefficients, *_ = np.linalg.lstsq(design, rates, rcond=None)
        residuals = rates - design @ coefficients
        degrees = self.cells - design.shape[1]
        error = float(np.sqrt((residuals @ residuals) / degrees / self.cells))
        return max(float(coefficients[0]), 0.0), error

    def library(self) -> SpikeLibrary:
        """Return the spike trains."""
        times = np.asarray(self.spike_steps * self.time_step, dtype=np.float64)
        return SpikeLibrary.of(times, self.spike_cells, self.cells, self.duration)

    def population_counts(self, stretch: int, steps: int) -> Array:
        """Spikes of all cells of one stretch in each of the last `steps` steps of it."""
        inside = self.stretch_of[self.spike_cells] == stretch
        return np.bincount(self.spike_steps[inside], minlength=steps).astype(np.float64)

    def spikes(self, population: str) -> pd.DataFrame:
        """Tabulate the spikes as those of a recording."""
        return pd.DataFrame(
            {
                "population": population,
                "neuron": self.spike_cells,
                "time_s": self.spike_steps * self.time_step,
            }
        )

    def voltages(self, population: str) -> pd.DataFrame:
        """Tabulate the potentials as those of a recording."""
        samples, cells = self.potentials.shape
        return pd.DataFrame(
            {
                "population": population,
                "neuron": np.tile(np.arange(cells), samples),
                "time_s": np.repeat(np.arange(samples) * SAMPLING_INTERVAL, cells),
                "voltage_mv": self.potentials.ravel().astype(np.float64),
            }
        )


class QuenchedCells:
    """The cells of one type.

    Parameters
    ----------
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    cell_type : str
        ``"excitatory"`` or ``"inhibitory"``.
    """

    def __init__(self, si: Mapping[str, Any], cell_type: CellType) -> None:
        excitatory = cell_type == "excitatory"
        self._time_step = si["time_step"]
        # No cell is its own partner.
        self._partners = si["n_excitatory"] - int(excitatory)
        self._inhibitory_partners = si["n_inhibitory"] - int(not excitatory)
        self._inhibitory_probability = si["connection_probability_inhibitory"]
        self.inhibitory_jump = 1e-3 * si[f"conductance_inhibitory_to_{cell_type}"]
        mean_delay = si["mean_delay_excitatory_to_excitatory" if excitatory else "mean_delay_other"]
        self._shortest_delay = (mean_delay - si["delay_half_width"]) / self._time_step
        self._delay_width = 2 * si["delay_half_width"] / self._time_step
        if excitatory:
            self._jumps, self._release, kept = _weights(si)
        else:
            self._jumps = np.array([1e-3 * si["conductance_excitatory_to_inhibitory"]])
            self._release, kept = np.ones(1), 1.0
        self._probability = kept * si["connection_probability_excitatory"]
        self._mean_jumps = np.array(
            [np.mean(self._release * self._jumps), np.mean(self._release * self._jumps**2)]
        )
        times = (self._time_step, si[f"membrane_time_constant_{cell_type}"], si["synaptic_time_constant"])
        self.constants = tuple(
            np.float32(1e3 * value) for value in (*times, *(si[name] for name in _POTENTIALS))
        )
        self.refractory_steps = max(round(si["refractory_period"] / self._time_step) - 1, 0)

    @property
    def delay_range(self) -> tuple[float, float]:
        """Shortest delay and width of the delays of excitatory synapses, in steps."""
        return self._shortest_delay, self._delay_width

    def released_jumps(self) -> NDArray[np.float32]:
        """Table of the jumps (1/ms) that a released excitatory input makes."""
        share = np.cumsum(self._release) / self._release.sum()
        chosen = np.searchsorted(share, (np.arange(WEIGHTS) + 0.5) / WEIGHTS)
        return np.asarray(self._jumps[chosen], dtype=np.float32)

    def released_degree(self, targets: int) -> float:
        """Mean number of cells of this type that a spike of an excitatory cell reaches, of so many."""
        return float(targets * self._probability * self._release.mean())

    def simulate(
        self,
        stretches: Sequence[CommonActivity],
        rate_inhibitory: float,
        inhibitory_variance: float,
        cells: int,
        generator: np.random.Generator,
    ) -> Sample:
        """Simulate cells, as many in each stretch of common activity.

        Parameters
        ----------
        stretches : sequence of CommonActivity
            Of one length.
        rate_inhibitory : float
            Mean rate of the inhibitory partners, Hz.
        inhibitory_variance : float
            Squared coefficient of variation of their rates.
        cells : int
            Rounded to a multiple of `LANES` a stretch.
        generator : numpy.random.Generator

        Returns
        -------
        Sample
        """
        blocks = max(round(cells / len(stretches) / LANES), 1)
        parts = [
            self._block(stretch, rate_inhibitory, inhibitory_variance, generator)
            for stretch in stretches
            for _ in range(blocks)
        ]
        first_cells = LANES * np.arange(len(parts))
        return Sample(
            spike_steps=np.concatenate([steps for steps, *_ in parts]).astype(np.int64),
            spike_cells=np.concatenate(
                [lanes + first for (_, lanes, *_), first in zip(parts, first_cells, strict=True)]
            ).astype(np.int64),
            potentials=np.concatenate([potentials for _, _, potentials, _ in parts], axis=1),
            covariates=np.concatenate([covariates for *_, covariates in parts]),
            stretch_of=np.repeat(np.arange(len(stretches)), blocks * LANES),
            duration=(stretches[0].length - stretches[0].skipped) * self._time_step,
            time_step=self._time_step,
        )

    def _block(
        self,
        stretch: CommonActivity,
        rate_inhibitory: float,
        inhibitory_variance: float,
        generator: np.random.Generator,
    ) -> tuple[Any, ...]:
        """Spikes, potentials and covariates of `LANES` cells."""
        arriving = np.zeros((stretch.length, LANES), np.float32)
        seeds = generator.integers(2**62, size=LANES + 1)
        sums = [self._deliver(arriving, lane, stretch, int(seeds[lane])) for lane in range(LANES)]
        p, partners = self._inhibitory_probability, self._inhibitory_partners
        scatter = np.sqrt((1 - p) * (1 + inhibitory_variance) / (partners * p)) if p > 0 else 0.0
        inhibitory = scatter * generator.standard_normal(LANES)
        events = np.maximum(1 + inhibitory, 0.0) * partners * p * rate_inhibitory * self._time_step
        own = 1 - p if stretch.inhibitory_noise_is_common else 1.0
        shown, skipped = stretch.length - stretch.skipped, stretch.skipped
        every = max(round(SAMPLING_INTERVAL / self._time_step), 1)
        most_spikes = LANES * (shown // (self.refractory_steps + 1) + 1)
        spike_steps = np.empty(most_spikes, np.int32)
        spike_lanes = np.empty_like(spike_steps)
        potentials = np.empty((-(-shown // every), LANES), np.float32)
        count = integrate(
            arriving,
            stretch.modulation,
            (self.inhibitory_jump * events).astype(np.float32),
            (self.inhibitory_jump * np.sqrt(own * events)).astype(np.float32),
            self.constants,
            self.refractory_steps,
            skipped,
            every,
            int(seeds[LANES]),
            spike_steps,
            spike_lanes,
            potentials,
        )
        drive = np.array(sums) / self._expected_sums(stretch) - 1
        covariates = np.column_stack([drive, inhibitory])
        return spike_steps[:count] - skipped, spike_lanes[:count], potentials, covariates

    def _deliver(self, arriving: Any, lane: int, stretch: CommonActivity, seed: int) -> tuple[float, float]:
        sums: tuple[float, float] = deliver(
            arriving,
            lane,
            stretch.spike_steps,
            stretch.offsets[: self._partners + 1],
            self._probability,
            self._jumps,
            self._release,
            self._shortest_delay,
            self._delay_width,
            seed,
        )
        return sums

    def _expected_sums(self, stretch: CommonActivity) -> Array:
        """Compute what `deliver` returns on average where the population rate is exactly as it should be."""
        spikes = self._probability * self._partners * stretch.expected_spikes_per_cell
        return np.asarray(np.maximum(spikes * self._mean_jumps, SMALLEST_SUM))


def _weights(si: Mapping[str, Any]) -> tuple[Array, Array, float]:
    """Table of the weights (1/ms) between excitatory cells, their release, and the share that is kept."""
    law = epsp_law(si)
    low, high = epsp_probability([si["epsp_removed_below"], si["epsp_removed_above"]], **law)
    probability = low + (high - low) * (np.arange(WEIGHTS) + 0.5) / WEIGHTS
    epsp = si["epsp_scale"] * epsp_quantile(probability, **law)
    conductance = conductance_of_epsp(
        epsp,
        membrane_time_constant=si["membrane_time_constant_excitatory"],
        synaptic_time_constant=si["synaptic_time_constant"],
        leak_potential=si["leak_potential"],
        reversal_potential=si["excitatory_reversal_potential"],
    )
    release = 1 - release_failure_probability(epsp, si["release_failure_epsp"])
    return 1e-3 * conductance, release, float(high - low)

"""A stretch of activity of the whole network, which many single cells have in common.

Its excitatory spikes are there one by one: trains of as many cells as the network has, placed so that the
population rate has the spectrum of `common_fluctuations`. Which of them a cell receives, only the cell knows;
that two cells share some is thereby right. The inhibitory population rate follows the excitatory one by the
filter S_IE/S_EE, and adds what of its spectrum this leaves unexplained.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cortexnet.analysis.meanfield.heterogeneous.common_fluctuations import CommonFluctuations, Complex
from cortexnet.analysis.meanfield.heterogeneous.kernels import place_trains
from cortexnet.analysis.meanfield.heterogeneous.spike_library import SpikeLibrary
from cortexnet.analysis.meanfield.quadrature import Array

#: Time (s) at the beginning in which cells forget how they started.
TRANSIENT = 0.2
#: Smallest local density of spikes, relative to the mean.
SMALLEST_DENSITY = 0.02


@dataclass(frozen=True, eq=False)
class CommonActivity:
    """One stretch.

    Attributes
    ----------
    spike_steps, offsets : ndarray of int
        Steps of the excitatory spikes, cell by cell, and where those of each begin.
    modulation : ndarray of float32
        Inhibitory population rate at the synapses over its mean, one a step; never negative.
    relative_rates : ndarray, shape (2, n)
        Fourier transforms of the relative deviations of both population rates.
    inhibitory_noise_is_common : bool
        Whether the modulation holds the noise of a finite inhibitory population, so that what a cell receives
        of it is not its own.
    expected_spikes_per_cell : float
        r_E times the length of the stretch.
    length, skipped : int
        Steps, and those of the transient.
    """

    spike_steps: NDArray[np.int32]
    offsets: NDArray[np.int64]
    modulation: NDArray[np.float32]
    relative_rates: Complex
    inhibitory_noise_is_common: bool
    expected_spikes_per_cell: float
    length: int
    skipped: int


def common_activity(
    si: Mapping[str, Any],
    fluctuations: CommonFluctuations,
    library: SpikeLibrary,
    rates: Array,
    length: int,
    generator: np.random.Generator,
) -> CommonActivity:
    """Draw a stretch.

    Parameters
    ----------
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    fluctuations : CommonFluctuations
        Of this length.
    library : SpikeLibrary
        Trains of excitatory cells; they are stretched in time to the rate that is asked for.
    rates : ndarray, shape (2,)
        Mean rates of both populations, Hz.
    length : int
        Steps.
    generator : numpy.random.Generator
    """
    spectrum, noise = fluctuations.spectrum(rates)
    amplitude = np.sqrt(length / si["time_step"])

    def random_wave(density: Array) -> Complex:
        """Fourier transform of Gaussian noise of a spectral density, with mean 0."""
        normal = generator.standard_normal((2, density.size)) / np.sqrt(2)
        wave = amplitude * np.sqrt(np.maximum(density, 0.0)) * (normal[0] + 1j * normal[1])
        wave[0] = 0.0
        return np.asarray(wave)

    # Spikes placed at random bring the noise 1/(N r) themselves.
    excess = np.fft.irfft(random_wave(spectrum[0, 0].real - noise[0]), length)
    spike_steps, offsets = _spikes(si, library, rates[0], _real_steps(excess), generator)
    counts = np.bincount(spike_steps, minlength=length)
    excitatory = np.fft.rfft(counts / counts.mean() - 1)
    explained = spectrum[1, 0] / spectrum[0, 0]
    unexplained = spectrum[1, 1].real - np.abs(spectrum[1, 0]) ** 2 / spectrum[0, 0].real
    inhibitory = explained * excitatory + random_wave(unexplained)
    inhibitory[0] = 0.0
    return _fluctuating(si, spike_steps, offsets, np.array([excitatory, inhibitory]), rates, length)


def activity_of_populations(
    si: Mapping[str, Any],
    counts: Array,
    library: SpikeLibrary,
    rates: Array,
    length: int,
    generator: np.random.Generator,
) -> CommonActivity:
    """Draw a stretch in which the population rates are those of `population_dynamics`.

    Parameters
    ----------
    counts : ndarray, shape (2, n)
        Spikes of both populations in each step; repeated from a random step on.
    si, library, rates, length, generator
        As of `common_activity`.
    """
    first = int(generator.integers(counts.shape[1]))
    excitatory, inhibitory = (
        np.take(count, np.arange(first, first + length), mode="wrap") for count in counts
    )
    placed, offsets = _spikes(si, library, rates[0], np.arange(length), generator)
    # The spikes keep their order, and are as dense as those of the population.
    order = np.argsort(placed, kind="stable")
    passed = np.cumsum(excitatory)
    spike_steps = np.empty_like(placed)
    spike_steps[order] = np.searchsorted(passed, (np.arange(placed.size) + 0.5) / placed.size * passed[-1])
    waves = np.array([np.fft.rfft(count / count.mean() - 1) for count in (excitatory, inhibitory)])
    return _fluctuating(si, spike_steps, offsets, waves, rates, length)


def independent_activity(
    si: Mapping[str, Any],
    library: SpikeLibrary,
    rates: Array,
    length: int,
    generator: np.random.Generator,
) -> CommonActivity:
    """Draw a stretch in which all cells are independent: the theory without common fluctuations."""
    spike_steps, offsets = _spikes(si, library, rates[0], np.arange(length), generator)
    return CommonActivity(
        spike_steps=spike_steps,
        offsets=offsets,
        modulation=np.ones(length, np.float32),
        relative_rates=np.zeros((2, length // 2 + 1), np.complex128),
        inhibitory_noise_is_common=False,
        expected_spikes_per_cell=rates[0] * length * si["time_step"],
        length=length,
        skipped=round(TRANSIENT / si["time_step"]),
    )


def _fluctuating(
    si: Mapping[str, Any],
    spike_steps: NDArray[np.int32],
    offsets: NDArray[np.int64],
    relative_rates: Complex,
    rates: Array,
    length: int,
) -> CommonActivity:
    """Make a stretch of its spikes and of the fluctuations of both populations."""
    frequency = np.fft.rfftfreq(length, si["time_step"])
    return CommonActivity(
        spike_steps=spike_steps,
        offsets=offsets,
        modulation=_modulation(np.fft.irfft(relative_rates[1] * _delayed(si, frequency), length)),
        relative_rates=relative_rates,
        inhibitory_noise_is_common=True,
        expected_spikes_per_cell=rates[0] * length * si["time_step"],
        length=length,
        skipped=round(TRANSIENT / si["time_step"]),
    )


def _spikes(
    si: Mapping[str, Any],
    library: SpikeLibrary,
    rate: float,
    real_steps: NDArray[np.int64],
    generator: np.random.Generator,
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Place the trains of all excitatory cells, stretched to the mean rate that is asked for."""
    size, time_step = si["n_excitatory"], si["time_step"]
    chosen, seed = library.choose(size, generator), int(generator.integers(2**62))
    stretch = float(library.rates[chosen].mean() / rate)
    steps, offsets = place_trains(
        chosen, library.times, library.offsets, library.period, stretch, real_steps, time_step, seed
    )
    return steps, offsets


def _real_steps(excess: Array) -> NDArray[np.int64]:
    """Map steps of operational time, in which the rate is constant, to steps of real time."""
    passed = np.cumsum(np.maximum(1 + excess, SMALLEST_DENSITY))
    operational = (np.arange(excess.size) + 0.5) * passed[-1] / excess.size
    return np.asarray(np.searchsorted(passed, operational), dtype=np.int64)


def _modulation(deviation: Array) -> NDArray[np.float32]:
    """1 + deviation, made nowhere negative and of mean 1."""
    positive = np.maximum(1 + deviation, 0.0)
    return np.asarray(positive / positive.mean(), dtype=np.float32)


def _delayed(si: Mapping[str, Any], frequency: Array) -> Complex:
    """Mean of exp(-i omega d) over the delays of inhibitory synapses."""
    phase = np.exp(-2j * np.pi * frequency * si["mean_delay_other"])
    return np.asarray(phase * np.sinc(2 * si["delay_half_width"] * frequency))

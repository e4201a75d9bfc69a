"""Fluctuations of the population rates, against linear systems whose response is known."""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.analysis.meanfield.heterogeneous.common_activity import common_activity
from cortexnet.analysis.meanfield.heterogeneous.common_fluctuations import CommonFluctuations
from cortexnet.analysis.meanfield.heterogeneous.spike_library import SpikeLibrary
from cortexnet.models.spontaneous_activity import Parameters

STEP, LENGTH = 1e-4, 40_000
SIZES = (10_000, 2_000)
RATES = np.array([1.7, 14.3])


def response(gains: list[list[float]]) -> CommonFluctuations:
    """Low-pass filters of 5 ms with a delay of 1 ms and given gains."""
    fluctuations = CommonFluctuations(LENGTH, STEP, SIZES)
    omega = 2j * np.pi * fluctuations.frequency
    low_pass = np.exp(-1e-3 * omega) / (1 + 5e-3 * omega)
    fluctuations.response = np.array(gains)[:, :, None] * low_pass
    return fluctuations


def test_without_response_there_is_poisson_noise_alone() -> None:
    """1/(N r) at all frequencies, no cross-spectrum."""
    spectrum, noise = CommonFluctuations(LENGTH, STEP, SIZES).spectrum(RATES)
    assert noise == pytest.approx([1 / 17_000, 1 / 28_600])
    assert np.allclose(spectrum[[0, 1], [0, 1]], noise[:, None])
    assert np.allclose(spectrum[0, 1], 0)


def test_spectrum_is_that_of_the_linear_system() -> None:
    """Against an inverse by NumPy, frequency by frequency."""
    fluctuations = response([[0.5, -1.0], [1.5, -2.0]])
    spectrum, noise = fluctuations.spectrum(RATES)
    for index in (0, 10, 400, 4000):
        inverse = np.linalg.inv(np.eye(2) - fluctuations.response[:, :, index])
        assert np.allclose(spectrum[:, :, index], inverse @ np.diag(noise) @ inverse.conj().T)
    assert not fluctuations.limited


def test_a_response_that_would_explode_is_limited() -> None:
    """An E-I loop near its resonance; the limit is told."""
    fluctuations = response([[1.0, -6.0], [6.0, -1.0]])
    omega = 2j * np.pi * fluctuations.frequency
    fluctuations.response = fluctuations.response * np.exp(-0.5e-3 * omega)
    fluctuations.response[0, 0] = 1 - 1e-6
    fluctuations.response[0, 1] = 0
    spectrum, _ = fluctuations.spectrum(RATES)
    assert fluctuations.limited
    assert np.isfinite(spectrum).all()


@pytest.mark.parametrize("population", [0, 1])
def test_response_is_learnt_from_inputs_and_answers(population: int) -> None:
    """Eight stretches of 4 s, seed 1: gain within 15 %, phase within 0.15, up to 60 Hz."""
    generator = np.random.default_rng(1)
    truth = response([[2.0, -1.0], [1.0, -3.0]]).response[population]
    learning = CommonFluctuations(LENGTH, STEP, SIZES)
    common = [np.fft.rfft(generator.standard_normal((2, LENGTH))) for _ in range(8)]
    noise = [np.fft.rfft(generator.standard_normal(LENGTH)) for _ in range(8)]
    answers = [(truth * x).sum(0) + 0.2 * n for x, n in zip(common, noise, strict=True)]
    learning.learn(population, common, answers)
    seen = (learning.frequency > 3) & (learning.frequency < 60)
    ratio = (learning.response[population] / truth)[:, seen]
    assert np.abs(ratio) == pytest.approx(1, abs=0.15)
    assert np.angle(ratio) == pytest.approx(0, abs=0.15)
    # Planted error: answers of the opposite sign are learnt as such.
    other = CommonFluctuations(LENGTH, STEP, SIZES)
    other.learn(population, common, [-answer for answer in answers])
    assert np.allclose(other.response, -learning.response)


def test_activity_has_the_spectrum_and_the_rates_that_were_asked_for() -> None:
    """Twelve stretches of 4 s, seed 2: spectra below 200 Hz in bands, 5 standard errors each."""
    si = Parameters().as_si()
    generator = np.random.default_rng(2)
    fluctuations = response([[0.6, -0.5], [2.0, -1.5]])
    library = SpikeLibrary.poisson(1.7, 2000, 5.0, generator)
    stretches = [common_activity(si, fluctuations, library, RATES, LENGTH, generator) for _ in range(12)]
    rates = [stretch.spike_steps.size / (si["n_excitatory"] * LENGTH * STEP) for stretch in stretches]
    assert np.mean(rates) == pytest.approx(1.7, rel=2e-3)
    waves = np.array([stretch.relative_rates for stretch in stretches])
    measured = np.einsum("nif,njf->nijf", waves, waves.conj()) * STEP / LENGTH
    asked, noise = fluctuations.spectrum(RATES)
    asked[0, 0] = np.maximum(asked[0, 0].real, noise[0])
    explained = (
        np.abs(fluctuations.spectrum(RATES)[0][1, 0]) ** 2 / fluctuations.spectrum(RATES)[0][0, 0].real
    )
    assert (explained > 0).all()
    for low, high in ((2, 20), (20, 60), (60, 200)):
        band = (fluctuations.frequency >= low) & (fluctuations.frequency < high)
        error = 5 / np.sqrt(12 * band.sum())
        excitatory = measured[:, 0, 0][:, band].real.mean() / asked[0, 0, band].real.mean()
        inhibitory = measured[:, 1, 1][:, band].real.mean() / asked[1, 1, band].real.mean()
        assert excitatory == pytest.approx(1, abs=error + 0.03)
        assert inhibitory == pytest.approx(1, abs=error + 0.06)


def test_modulation_is_never_negative_and_has_mean_one() -> None:
    """Also where fluctuations are large."""
    si = Parameters().as_si()
    generator = np.random.default_rng(3)
    fluctuations = response([[0.9, -0.1], [3.0, -0.5]])
    library = SpikeLibrary.poisson(0.3, 2000, 5.0, generator)
    stretch = common_activity(si, fluctuations, library, np.array([0.3, 0.5]), LENGTH, generator)
    assert stretch.modulation.min() >= 0
    assert stretch.modulation.mean() == pytest.approx(1, abs=1e-4)
    assert stretch.modulation.std() > 0.3


def test_few_cells_that_hardly_fire_have_their_noise_and_nothing_else() -> None:
    """Noise far above any limit is no reason to weaken a response that is not there."""
    few = CommonFluctuations(LENGTH, STEP, (120, 30))
    spectrum, noise = few.spectrum(np.array([0.05, 0.001]))
    assert not few.limited
    assert np.allclose(spectrum[[0, 1], [0, 1]], noise[:, None])

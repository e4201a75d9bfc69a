from __future__ import annotations

import dataclasses

import numba
import numpy as np
import pytest
from scipy.integrate import quad

from cortexnet.analysis.meanfield.lognormal_moments import epsp_spectrum
from cortexnet.analysis.meanfield.ornstein_uhlenbeck import ThresholdProcess
from cortexnet.analysis.meanfield.population_density.drive import Drive, Synapses
from cortexnet.analysis.meanfield.population_density.stationary import extrapolated, stationary
from cortexnet.analysis.meanfield.quadrature import panels
from cortexnet.analysis.meanfield.working_point import Cell
from cortexnet.models.spontaneous_activity.parameters import Parameters

#: With reversal potentials this far away (V) the drive is a current.
FAR = 100.0
TAU, DEAD = 20e-3, 2e-3
NO_JUMPS = np.zeros(0)


def current_cell(tau_s, *, threshold=15e-3, reset=0.0, dead=DEAD):
    """Cell with rest at 0 whose conductance g acts like a current FAR g."""
    return Cell(
        membrane_time_constant=TAU,
        synaptic_time_constant=tau_s,
        refractory_period=dead,
        leak_potential=0.0,
        excitatory_reversal_potential=FAR,
        inhibitory_reversal_potential=-FAR,
        threshold_potential=threshold,
        reset_potential=reset,
    )


def coloured_noise(tau_s, mean, sd):
    """Drive whose v, were tau_s = 0 and no threshold, had this mean and SD."""
    return Drive(NO_JUMPS, NO_JUMPS, mean / (TAU * FAR * tau_s), sd**2 / (TAU * (tau_s * FAR) ** 2), 0.0, 0.0)


def shot_noise(tau_s, rate, amplitude):
    """Jumps that raise v by exponentially distributed amounts of this mean, were tau_s = 0."""
    size, weight = panels([0, 0.1, 0.3, 0.6, 1, 1.5, 2, 3, 4, 6, 8, 11, 15], 6)
    weight = weight * np.exp(-size)
    return Drive(amplitude * size / (tau_s * FAR), rate * weight / weight.sum(), 0.0, 0.0, 0.0, 0.0)


def published(cell_type="excitatory", rates=(1.7, 14.3), border=1e-3, parameters=None):
    parameters = Parameters() if parameters is None else parameters
    si = parameters.as_si()
    synapses = (
        Synapses.of_excitatory(si, epsp_spectrum(parameters, [border]), border)
        if cell_type == "excitatory"
        else Synapses.of_inhibitory(si)
    )
    return Cell.of(si, cell_type), synapses.drive(si["synaptic_time_constant"], *rates)


def limit_of_fast_synapses(rates, tau_s):
    """Value at tau_s = 0 of the polynomial in sqrt(tau_s) through rates at three tau_s."""
    return np.polyfit(np.sqrt(tau_s), rates, 2)[-1]


@pytest.mark.parametrize(("mean", "sd"), [(8e-3, 4e-3), (14e-3, 4e-3), (18e-3, 3e-3)])
def test_white_noise_gives_siegert(mean, sd):
    tau_s = np.array([0.2e-3, 0.1e-3, 0.05e-3])
    rates = [extrapolated(current_cell(t), coloured_noise(t, mean, sd)).rate for t in tau_s]
    arguments = (np.asarray(value) for value in (mean, sd, TAU, 15e-3, 0.0, 0.0))
    siegert = float(ThresholdProcess(*arguments, DEAD).rate())
    assert limit_of_fast_synapses(rates, tau_s) == pytest.approx(siegert, rel=0.01)
    assert rates[-1] < 0.98 * siegert  # what is not extrapolated is not white


def richardson_swarbrick(rate, amplitude, threshold, reset):
    """Equation of Richardson & Swarbrick (2010) for excitatory shot noise, with a refractory period."""

    def integrand(c):
        growth = np.exp(c * threshold) / (1 - amplitude * c) - np.exp(c * reset)
        return (1 - amplitude * c) ** (TAU * rate) * growth / c

    return 1 / (DEAD + TAU * quad(integrand, 0, 1 / amplitude, epsabs=0, epsrel=1e-10, limit=500)[0])


@numba.njit
def shot_noise_rate(tau, rate, amplitude, threshold, reset, dead, spikes, rng):
    time, v, fired = 0.0, reset, 0
    while fired < spikes:
        wait = rng.exponential(1 / rate)
        time += wait
        v = v * np.exp(-wait / tau) + rng.exponential(amplitude)
        if v >= threshold:
            v, fired = reset, fired + 1
            time += dead
    return spikes / time


def test_shot_noise_gives_richardson_and_swarbrick():
    # tau 20 ms, 1500 jumps a second of 0.5 mV on average, threshold 15 mV, reset 0, refractory 2 ms.
    shots, boundaries = (1500.0, 0.5e-3), (15e-3, 0.0)
    tau_s = np.array([0.2e-3, 0.1e-3, 0.05e-3])
    rates = [extrapolated(current_cell(t), shot_noise(t, *shots)).rate for t in tau_s]
    exact = richardson_swarbrick(*shots, *boundaries)
    assert limit_of_fast_synapses(rates, tau_s) == pytest.approx(exact, rel=0.01)
    # 40,000 spikes, seed 3, CV 0.5: standard error 0.25 %; 4 of them, probability 6e-5.
    simulated = shot_noise_rate(TAU, *shots, *boundaries, DEAD, 40_000, np.random.default_rng(3))
    assert simulated == pytest.approx(exact, rel=0.01)
    # Gaussian noise of the same mean and variance is off by more.
    gaussian = ThresholdProcess(
        *(np.asarray(x) for x in (15e-3, 0.5e-3 * np.sqrt(1500 * TAU), TAU, 15e-3, 0.0, 0.0)), DEAD
    )
    assert abs(float(gaussian.rate()) / exact - 1) > 0.02


def test_without_threshold_the_moments_are_those_of_filtered_shot_noise():
    # v = sum of amplitude FAR k(t), k = (exp(-t/tau) - exp(-t/tau_s))/(1/tau_s - 1/tau); Campbell's theorem.
    tau_s, jump, rate = 5e-3, 0.01, 400.0
    given = Drive(np.array([jump]), np.array([rate]), 0.0, 0.0, 0.0, 0.0)
    density = extrapolated(current_cell(tau_s, threshold=0.25, reset=0.04, dead=0.0), given, (8.0, 8.0))
    time, weight = panels(np.linspace(0, 0.4, 400), 4)
    kernel = FAR * jump * (np.exp(-time / TAU) - np.exp(-time / tau_s)) / (1 / tau_s - 1 / TAU)
    mean, variance, third = (rate * weight @ kernel**power for power in (1, 2, 3))
    assert density.rate < 1e-4
    # The reversal potential is 2500 times as far as the mean, so that much is left of it.
    assert density.mean == pytest.approx(mean, rel=2e-3)
    assert density.sd == pytest.approx(np.sqrt(variance), rel=5e-3)
    probability = density.content.sum(axis=1)
    skewness = probability @ (density.potential - density.mean) ** 3
    assert skewness == pytest.approx(third, rel=0.03)
    # So are those of the conductance itself.
    g, content = density.conductance, density.content
    assert (content * g).sum() == pytest.approx(tau_s * rate * jump, rel=1e-3)
    assert (content * (g - tau_s * rate * jump) ** 2).sum() == pytest.approx(
        tau_s * rate * jump**2 / 2, rel=0.01
    )


@pytest.mark.parametrize("cell_type", ["excitatory", "inhibitory"])
def test_the_density_is_a_probability(cell_type):
    cell, given = published(cell_type)
    density = stationary(cell, given)
    assert density.content.sum() == pytest.approx(1 - density.rate * cell.refractory_period, abs=1e-12)
    assert density.marginal @ density.thickness == pytest.approx(density.content.sum(), rel=1e-12)
    assert density.marginal.min() > -1e-6 * density.marginal.max()
    assert density.content.min() > -1e-3 * density.content.max()
    # What is negative is error of the mesh.
    finer = stationary(cell, given, (12.0, 12.0))
    assert finer.content.min() / finer.content.max() > 0.1 * density.content.min() / density.content.max()


def test_cells_leave_as_often_as_they_fire():
    # Flux through the threshold: the content of the last layer times its speed, in the limit of thin layers.
    cell, given = published()
    density = stationary(cell, given, (40.0, 6.0))
    rows, layer = density.mesh.rows, density.content[-1] / density.mesh.thickness[-1]
    assert layer @ rows == pytest.approx(density.rate, rel=0.02)


@pytest.mark.parametrize("axis", [0, 1])
def test_convergence_is_of_second_order(axis):
    # A smooth case: noise of 5 ms, no jumps. In rows the third-order part may dominate.
    def rate(number):
        resolution = (float(number), 12.0) if axis == 0 else (12.0, float(number))
        return stationary(current_cell(5e-3), coloured_noise(5e-3, 12e-3, 8e-3), resolution).rate

    coarse, middle, fine = rate(4), rate(8), rate(16)
    order = np.log2(abs((middle - coarse) / (fine - middle)))
    assert order > 1.7
    assert abs(fine - middle) < 0.01 * fine


def test_published_cells_converge():
    cell, given = published()
    fine = extrapolated(cell, given, (13.0, 13.0))
    usual = extrapolated(cell, given)
    assert usual.rate == pytest.approx(fine.rate, rel=0.01)
    assert usual.cv == pytest.approx(fine.cv, abs=0.003)
    assert usual.mean == pytest.approx(fine.mean, abs=0.02e-3)
    assert usual.sd == pytest.approx(fine.sd, abs=0.02e-3)


def test_border_between_small_and_finite_jumps_does_not_matter():
    rate = {border: extrapolated(*published(border=border * 1e-3)).rate for border in (0.3, 1.0, 3.0)}
    assert abs(rate[1.0] / rate[0.3] - 1) < 0.01
    assert 0.03 < abs(rate[3.0] / rate[0.3] - 1) < 0.08


def test_all_synapses_as_diffusion_are_gaussian_theory():
    # A cell whose conductances are Ornstein-Uhlenbeck processes, simulated for 10,000 s in steps of 0.05 ms,
    # had 0.209 +- 0.005 Hz, and 0.165 +- 0.004 Hz with its inhibitory conductance frozen.
    cell, given = published(border=20.1e-3)
    assert given.jump.size == 0
    frozen = dataclasses.replace(given, inhibitory_diffusion=0.0)
    assert extrapolated(cell, given).rate == pytest.approx(0.209, rel=0.06)
    assert extrapolated(cell, frozen).rate == pytest.approx(0.165, rel=0.06)


def test_variability_of_cells_driven_above_threshold_and_by_rare_fluctuations():
    above = extrapolated(current_cell(1e-3), coloured_noise(1e-3, 40e-3, 0.5e-3))
    assert above.rate == pytest.approx(1 / (DEAD + TAU * np.log(40 / 25)), rel=0.01)
    assert above.cv < 0.05
    rare = extrapolated(current_cell(1e-3), coloured_noise(1e-3, 2e-3, 4e-3))
    assert rare.cv == pytest.approx(1 - DEAD * rare.rate, abs=0.02)


def test_conductance_goes_on_in_the_refractory_period():
    # Cells keep what fired them unless there is time for it to decay.
    cell, given = published("inhibitory")

    def rate_between_spikes(dead):
        rate = extrapolated(dataclasses.replace(cell, refractory_period=dead), given).rate
        return rate / (1 - rate * dead)

    at_once, later, latest = (rate_between_spikes(dead) for dead in (0.0, 1e-3, 20e-3))
    assert at_once > 1.02 * later
    assert later > 1.01 * latest

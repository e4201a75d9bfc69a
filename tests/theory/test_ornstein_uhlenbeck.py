from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numba
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import erf, erfcx

from cortexnet.analysis.meanfield.ornstein_uhlenbeck import (
    HALF_ALPHA,
    ThresholdProcess,
    _siegert_integral,
)

REFERENCE = Path(__file__).parents[1] / "reference"
THRESHOLD, RESET, TAU, DEAD = 15e-3, 0.0, 20e-3, 2e-3


def process(mean, sd, *, tau_s=0.0, threshold=THRESHOLD, reset=RESET, tau=TAU, dead=DEAD):
    mean, sd = np.broadcast_arrays(np.asarray(mean, float), np.asarray(sd, float))
    return ThresholdProcess(
        mean=mean,
        sd=sd,
        time_constant=np.full_like(mean, tau),
        threshold=np.full_like(mean, threshold),
        reset=np.full_like(mean, reset),
        boundary_shift=np.full_like(mean, HALF_ALPHA * np.sqrt(tau_s / tau)),
        refractory_period=dead,
    )


@pytest.mark.parametrize(
    ("lower", "upper"),
    [(-40, -30), (-5, -1), (-8, -7.9), (-3, 0), (-2, 3), (-50, 4), (0, 5), (1, 1.001), (4, 6), (-1e-9, 1e-9)],
)
def test_siegert_integral_is_the_integral(lower, upper):
    def integrand(s):
        return erfcx(-s) if s < 0 else np.exp(s * s) * (1 + erf(s))

    edges = np.linspace(lower, upper, 41)
    expected = sum(quad(integrand, a, b, epsrel=1e-12, epsabs=0)[0] for a, b in pairwise(edges))
    assert _siegert_integral(np.asarray(float(lower)), np.asarray(float(upper))) == pytest.approx(
        expected, rel=1e-11
    )


@pytest.mark.parametrize("lower", [-1e3, -6.5e7, -1e12])
def test_siegert_integral_far_below_threshold_is_logarithmic(lower):
    # erfcx(s) = (1 - 1/(2 s^2) + 3/(4 s^4) - ...)/(sqrt(pi) s)
    expected = (np.log(3) - (1 - 1 / 9) / (4 * lower**2)) / np.sqrt(np.pi)
    assert _siegert_integral(np.asarray(3 * lower), np.asarray(lower)) == pytest.approx(expected, rel=1e-12)


def test_rates_equal_those_of_nnmt():
    # NNMT 1.3.0: nnmt.lif.exp._firing_rate_shift(mu, sigma, 0, 15e-3, 20e-3, 2e-3, .5e-3), and
    # nnmt.lif.delta._firing_rates_for_given_input(mu, sigma, 0, 15e-3, 20e-3, 2e-3); its sigma is sqrt(2) SD.
    mu = np.array([4e-3, 8e-3, 14e-3, 18e-3, 30e-3, 2e-3])
    sigma = np.array([3e-3, 5e-3, 5e-3, 1e-3, 6e-3, 6e-3])
    shifted = [
        4.4341299124362007e-05,
        2.98010550819077,
        17.268694227393397,
        26.16760652458909,
        62.73406177096678,
        0.2548499068030478,
    ]
    white = [
        0.00014380297421923903,
        4.272496437864405,
        19.680999755445317,
        26.784822750894563,
        65.21133698718582,
        0.4831962576507841,
    ]
    sd = sigma / np.sqrt(2)
    np.testing.assert_allclose(process(mu, sd, tau_s=0.5e-3).rate(), shifted, rtol=1e-8)
    np.testing.assert_allclose(process(mu, sd).rate(), white, rtol=1e-8)


def test_rates_at_working_points_of_the_network_equal_those_of_nnmt():
    # tests/reference/siegert_nnmt.csv, made by `python -m benchmarks.prediction_time` with NNMT 1.3.0.
    points = pd.read_csv(REFERENCE / "siegert_nnmt.csv")
    assert len(points) >= 20
    ours = ThresholdProcess(
        mean=points["mean"].to_numpy(),
        sd=points["sd"].to_numpy(),
        time_constant=points["time_constant"].to_numpy(),
        threshold=points["threshold"].to_numpy(),
        reset=points["reset"].to_numpy(),
        boundary_shift=HALF_ALPHA * np.sqrt(points["tau_synaptic"] / points["time_constant"]).to_numpy(),
        refractory_period=float(points["tau_refractory"].iloc[0]),
    ).rate()
    np.testing.assert_allclose(ours, points["rate_hz"], rtol=1e-10)


def threshold_integration(mean, sd, step):
    """Rate and density of white-noise integrate-and-fire cells, integrated down from threshold.

    Richardson (2007), Phys. Rev. E 76, 021919: p = P/r and j = J/r with p = 0, j = 1 at threshold, the flux
    dropping to 0 below the reset, and exponential integrators on cells of width `step`.
    """
    edges = np.arange(THRESHOLD, mean - 12 * sd - step, -step)
    p, ps = 0.0, [0.0]
    for v in edges[:-1] - step / 2:
        flux = 1.0 if v > RESET else 0.0
        drift, diffusion = (mean - v) / TAU, sd**2 / TAU
        # -D dp/dv + drift p = flux
        decay = np.exp(-step * drift / diffusion)
        gain = (1 - decay) / drift if abs(step * drift / diffusion) > 1e-12 else step / diffusion
        p = p * decay + flux * gain
        ps.append(p)
    density = np.array(ps)
    rate = 1 / (DEAD + step * (density.sum() - density[0] / 2))
    return rate, edges, rate * density


@pytest.mark.parametrize(("mean", "sd"), [(6e-3, 4e-3), (12e-3, 3e-3), (20e-3, 4e-3)])
def test_rate_and_density_equal_threshold_integration(mean, sd):
    step = 2e-6
    rate, edges, density = threshold_integration(mean, sd, step)
    exact = process(mean, sd)
    assert exact.rate() == pytest.approx(rate, rel=2e-5)
    np.testing.assert_allclose(exact.density(edges[1:]), density[1:], atol=2e-3 * density.max())


def test_threshold_integration_would_notice_the_shift():
    rate, _, _ = threshold_integration(6e-3, 4e-3, 2e-6)
    assert abs(process(6e-3, 4e-3, tau_s=0.01e-3).rate() / rate - 1) > 0.02


@pytest.mark.parametrize("mean", [15.01e-3, 16e-3, 30e-3, 1.0])
def test_without_noise_the_integrator_is_deterministic(mean):
    expected = 1 / (DEAD + TAU * np.log((mean - RESET) / (mean - THRESHOLD)))
    assert process(mean, 0.0).rate() == pytest.approx(expected, rel=1e-6)


def test_without_noise_nothing_fires_below_threshold():
    assert process(14.9e-3, 0.0).rate() == 0.0


voltages = st.floats(-40e-3, 40e-3)
deviations = st.floats(1e-6, 20e-3)


@given(mean=voltages, sd=deviations, tau_s=st.floats(0, 5e-3), reset=st.floats(-20e-3, 14e-3))
def test_density_integrates_to_the_share_of_active_cells(mean, sd, tau_s, reset):
    cell = process(mean, sd, tau_s=tau_s, reset=reset)
    potential, weight = cell.mesh()
    assert (weight * cell.density(potential)).sum() == pytest.approx(1 - DEAD * cell.rate(), abs=1e-9)
    assert (cell.density(potential) >= 0).all()
    assert cell.density(np.array([THRESHOLD + 1e-6])) == 0.0


@given(mean=st.floats(-20e-3, 30e-3), sd=st.floats(1e-3, 10e-3), reset=st.floats(-10e-3, 14e-3))
def test_white_noise_density_is_the_printed_one(mean, sd, reset):
    cell = process(mean, sd, reset=reset)
    potential = np.linspace(reset - 10e-3, THRESHOLD, 7)
    # [17] with its normaliser 2 r sqrt(tau_e)/(sigma tau_g) = sqrt(2) r tau/sd, by brute force.
    s = (potential - mean) / (np.sqrt(2) * sd)
    lower, upper = (max(v, reset) for v in potential), (THRESHOLD - mean) / (np.sqrt(2) * sd)
    integral = [
        quad(lambda u, s=s_v: np.exp(u * u - s * s), (low - mean) / (np.sqrt(2) * sd), upper)[0]
        for s_v, low in zip(s, lower, strict=True)
    ]
    expected = np.sqrt(2) * cell.rate() * TAU / sd * np.array(integral)
    np.testing.assert_allclose(cell.density(potential), expected, rtol=1e-5, atol=1e-6 / sd)


@given(mean=voltages, sd=st.floats(1e-3, 10e-3))
def test_mean_potential_balances_leak_and_resets(mean, sd):
    cell = process(mean, sd)
    potential, weight = cell.mesh()
    weight = weight * cell.density(potential)
    # d<v>/dt = 0: what leaks back to the mean is what the jumps from threshold to reset carry.
    expected = mean * weight.sum() - cell.rate() * TAU * (THRESHOLD - RESET)
    assert weight @ potential == pytest.approx(expected, abs=1e-7)


def test_without_threshold_the_free_moments_remain():
    cell = process(3e-3, 2e-3, threshold=0.1, dead=0.0)
    potential, weight = cell.mesh()
    weight = weight * cell.density(potential)
    assert weight @ potential == pytest.approx(3e-3, rel=1e-9)
    assert np.sqrt(weight @ (potential - 3e-3) ** 2) == pytest.approx(2e-3, rel=1e-9)


@given(
    mean=st.floats(-40e-3, 40e-3),
    higher=st.floats(1e-5, 10e-3),
    sd=st.floats(0, 20e-3),
    tau_s=st.floats(0, 20e-3),
)
def test_rate_rises_with_the_mean_and_falls_with_the_threshold(mean, higher, sd, tau_s):
    rate = process(mean, sd, tau_s=tau_s).rate()
    assert process(mean + higher, sd, tau_s=tau_s).rate() >= rate * (1 - 1e-12)
    assert process(mean, sd, tau_s=tau_s, threshold=THRESHOLD + higher).rate() <= rate * (1 + 1e-12)
    assert 0 <= rate <= 1 / DEAD


@numba.njit
def coloured_spike_counts(mean, white_sd, tau_s, cells, seconds, step, rng):
    """Spikes of integrate-and-fire cells with Ornstein-Uhlenbeck input of the intensity of white noise."""
    counts = np.zeros(cells)
    eta_sd = white_sd / np.sqrt(TAU * tau_s)
    keep, kick = np.exp(-step / tau_s), eta_sd * np.sqrt(1 - np.exp(-2 * step / tau_s))
    leak = np.exp(-step / TAU)
    dead = round(DEAD / step)
    for cell in range(cells):
        v, eta, waiting = RESET, eta_sd * rng.standard_normal(), 0
        for _ in range(int(seconds / step)):
            new = eta * keep + kick * rng.standard_normal()
            if waiting > 0:
                waiting -= 1
            else:
                target = mean + TAU * (eta + new) / 2
                v = target + (v - target) * leak
                if v >= THRESHOLD:
                    v, waiting = RESET, dead
                    counts[cell] += 1
            eta = new
    return counts


def simulated(mean, sd, tau_s, *, cells, seconds, step):
    counts = coloured_spike_counts(mean, sd, tau_s, cells, seconds, step, np.random.default_rng(1))
    rate = counts.mean() / seconds
    return rate, counts.std(ddof=1) / np.sqrt(cells) / seconds


def test_shift_describes_fast_coloured_noise():
    # k = sqrt(tau_s/tau) = 0.1, of which the theory neglects the square. 200 cells, 6 s, seed 1: about 8,000
    # spikes. Bound: 1.5 % plus 4 standard errors, exceeded by chance with probability below 1e-4.
    rate, error = simulated(10e-3, 4e-3, 0.2e-3, cells=200, seconds=6.0, step=2.5e-5)
    assert error < 0.012 * rate
    bound = 0.015 * rate + 4 * error
    assert abs(process(10e-3, 4e-3, tau_s=0.2e-3).rate() - rate) < bound
    # Without the shift, or with twice the shift, the same bound is broken.
    assert abs(process(10e-3, 4e-3).rate() - rate) > bound
    assert abs(process(10e-3, 4e-3, tau_s=0.8e-3).rate() - rate) > bound


@pytest.mark.parametrize("colour", [0.5, 0.7])
def test_shift_errs_by_ten_percent_where_the_network_works(colour):
    # Seed 1, 300 cells, 8 s: standard error below 3 %.
    rate, error = simulated(7e-3, 4.5e-3, colour**2 * TAU, cells=300, seconds=8.0, step=1e-4)
    assert error < 0.03 * rate
    assert abs(process(7e-3, 4.5e-3, tau_s=colour**2 * TAU).rate() / rate - 1) < 0.12 + 4 * error / rate
    assert process(7e-3, 4.5e-3).rate() / rate > 2

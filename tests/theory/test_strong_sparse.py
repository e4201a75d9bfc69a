from __future__ import annotations

import importlib

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erf, erfcx

from cortexnet.analysis.meanfield.figures import theory_figure
from cortexnet.analysis.meanfield.predict import cut_scan, predict
from cortexnet.analysis.meanfield.siegert import Siegert, _threshold_process
from cortexnet.analysis.meanfield.strong_sparse import StrongSparse
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.synapses import conductance_of_epsp, epsp_quantile

PUBLISHED = Parameters()
NETWORK = 1.7, 14.3


def test_gaussian_rates_at_the_rates_of_the_network():
    theory = Siegert.of(PUBLISHED)
    excitatory, inhibitory = theory.excitatory_point(*NETWORK), theory.inhibitory_point(*NETWORK)
    assert theory.excitatory_rate(*NETWORK) == pytest.approx(0.72, abs=0.005)
    assert theory.inhibitory_rate(*NETWORK) == pytest.approx(14.5, abs=0.1)
    assert _threshold_process(excitatory, shifted=False).rate() == pytest.approx(4.69, abs=0.02)
    assert _threshold_process(inhibitory, shifted=False).rate() == pytest.approx(54, abs=0.5)


def brute_force(rates, epsp, cut, *, shift):
    """[21] and [22] by plain sums and adaptive quadrature, for a cell whose synapses are listed."""
    jump = conductance_of_epsp(
        epsp,
        membrane_time_constant=20e-3,
        synaptic_time_constant=2e-3,
        leak_potential=-70e-3,
        reversal_potential=0.0,
    )
    release = epsp / (0.1e-3 + epsp)
    synapses = 999.9 / epsp.size
    weak = epsp < cut
    g_e = 2e-3 * rates[0] * synapses * (release * jump)[weak].sum()
    g_i = 2e-3 * rates[1] * 1000 * 2.0
    tau = 1 / (50 + g_e + g_i)
    v0 = tau * (50 * -70e-3 + g_i * -80e-3)
    noise = (
        rates[0] * synapses * (release * jump**2)[weak].sum() * v0**2 + rates[1] * 4000 * (-80e-3 - v0) ** 2
    )
    spread = np.sqrt(noise * tau) * 2e-3
    delta = shift * 1.0326 * np.sqrt(2e-3 / tau)
    s1, s2 = (-60e-3 - v0) / spread + delta, (-50e-3 - v0) / spread + delta
    integral, _ = quad(lambda s: erfcx(-s) if s < 0 else np.exp(s * s) * (1 + erf(s)), s1, s2, points=[0.0])
    flux = 1 / (1e-3 + tau * np.sqrt(np.pi) * integral)

    v = np.linspace(-90e-3, -50e-3, 4001)
    s = (v - v0) / spread
    lower = np.where(v < -60e-3, s1, s)
    u = lower + (s2 - lower) * np.linspace(0, 1, 801)[:, None]
    p0 = np.trapezoid(np.exp(u**2 - s**2), u, axis=0)
    p0 *= (1 - 1e-3 * flux) / np.trapezoid(p0, v)
    below = np.concatenate([[0], np.cumsum((p0[1:] + p0[:-1]) / 2 * np.diff(v))])
    fired = below[-1] - np.interp(-50e-3 - epsp[~weak], v, below)
    return flux + rates[0] * synapses * fired.sum()


def test_a_thousand_quantiles_are_too_few():
    # Another program gave 0.67 and, without the shift, 4.4 Hz. So does this one with the 1,000 midpoint
    # quantiles of a cell, of which the largest is 13.5 mV: the noise lacks 1.6 % and the rate 7 %.
    quantiles = epsp_quantile((np.arange(1000) + 0.5) / 1000, mode=0.2e-3, log_sd=1.0, cutoff=20e-3)
    assert brute_force(NETWORK, quantiles, 21e-3, shift=1.0) == pytest.approx(0.67, abs=0.005)
    assert brute_force(NETWORK, quantiles, 21e-3, shift=0.0) == pytest.approx(4.4, abs=0.07)


def drawn_epsps(n):
    epsp = np.random.default_rng(1).lognormal(np.log(0.2e-3) + 1, 1.0, size=n)
    return epsp[epsp < 20e-3]


@pytest.mark.parametrize("cut", [2e-3, 3.5e-3, 5e-3])
@pytest.mark.parametrize("rates", [NETWORK, (0.6, 1.0)])
def test_the_printed_equations_by_brute_force(cut, rates):
    # 1e6 synapses, seed 1. The rates of the draws have standard errors of 0.3 to 0.6 %; bound 3 %.
    expected = brute_force(rates, drawn_epsps(1_000_000), cut, shift=1.0)
    assert StrongSparse.of(PUBLISHED, cut).excitatory_rate(*rates) == pytest.approx(expected, rel=0.03)


def test_without_strong_synapses_it_is_the_first_rung():
    rate = StrongSparse.of(PUBLISHED, 20.1e-3).excitatory_rate(*NETWORK)
    assert rate == pytest.approx(Siegert.of(PUBLISHED).excitatory_rate(*NETWORK), rel=1e-10)
    expected = brute_force(NETWORK, drawn_epsps(1_000_000), 21e-3, shift=1.0)
    assert rate == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(
    ("cut_mv", "rate", "tolerance"),
    # Rates of another program with one sample of synapses, whose strongest matter most at the lowest cuts.
    [(2, 0.62, 0.25), (3, 1.29, 0.10), (3.5, 1.65, 0.05), (4, 1.96, 0.05), (5, 2.6, 0.05)],
)
def test_rates_at_the_cuts_of_another_program(cut_mv, rate, tolerance):
    assert StrongSparse.of(PUBLISHED, 1e-3 * cut_mv).excitatory_rate(*NETWORK) == pytest.approx(
        rate, rel=tolerance
    )


def test_only_a_cut_of_about_three_and_a_half_millivolts_meets_the_network():
    (low,) = predict(PUBLISHED, ["strong_sparse"]).query("branch == 'low'")["rate_excitatory_hz"]
    assert 1.3 < low < 1.7
    scan = cut_scan(PUBLISHED, [2.5e-3, 3.5e-3, 4e-3, 5e-3]).query("branch == 'low'")
    assert scan.query("method == 'strong_sparse'")["cut_mv"].tolist() == [3.5]
    assert scan.query("method == 'strong_sparse_corrected'")["cut_mv"].tolist() == [2.5, 3.5, 4, 5]


def test_states_at_the_default_cut():
    states = predict(PUBLISHED, ["strong_sparse"])
    assert states["branch"].tolist() == ["silent", "unstable", "low", "unstable"]
    np.testing.assert_allclose(states["rate_excitatory_hz"], [0, 0.52, 1.42, 5.1], atol=0.05)


QUICK = ("siegert", "strong_sparse", "strong_sparse_corrected")


def test_figure_of_the_theory(monkeypatch):
    scan = cut_scan(PUBLISHED, [3e-3, 3.5e-3])
    module = importlib.import_module("cortexnet.analysis.meanfield.figures")
    monkeypatch.setattr(module.draw_self_consistency, "__defaults__", (QUICK,))
    states, dependence = theory_figure(PUBLISHED, scan, simulated=(1.65, 1.80)).axes
    drawn = {text.get_text() for text in states.get_legend().get_texts()}
    assert drawn == {"Siegert", "Strong sparse", "Strong sparse corrected"}
    assert "Simulation" in {text.get_text() for text in dependence.get_legend().get_texts()}
    stable = [line for line in dependence.lines if line.get_markerfacecolor() not in ("white", None)]
    assert any(3.5 in np.round(line.get_xdata(), 6) for line in stable)
    for axis in (states.xaxis, states.yaxis, dependence.xaxis, dependence.yaxis):
        assert axis.get_label_text().endswith(("(Hz)", "(mV)"))

"""The published parameters, their relations, and the presets of the strong-sparse and weak-dense network."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from brian2 import Hz, Quantity, kHz, ms, mV
from scipy import integrate, stats

from cortexnet.errors import ParameterError
from cortexnet.models.spontaneous_activity import Parameters, presets
from cortexnet.models.spontaneous_activity.released_conductance import mean_released_conductance
from cortexnet.synapses import conductance_of_epsp

#: The published values, written down a second time, in SI units.
PUBLISHED: dict[str, float | int | str] = {
    "n_excitatory": 10_000,
    "n_inhibitory": 2_000,
    "connection_probability_excitatory": 0.1,
    "connection_probability_inhibitory": 0.5,
    "membrane_time_constant_excitatory": 20e-3,
    "membrane_time_constant_inhibitory": 10e-3,
    "synaptic_time_constant": 2e-3,
    "refractory_period": 1e-3,
    "leak_potential": -70e-3,
    "excitatory_reversal_potential": 0.0,
    "inhibitory_reversal_potential": -80e-3,
    "threshold_potential": -50e-3,
    "reset_potential": -60e-3,
    "epsp_mode": 0.2e-3,
    "epsp_log_sd": 1.0,
    "epsp_cutoff": 20e-3,
    "release_failure_epsp": 0.1e-3,
    "conductance_excitatory_to_inhibitory": 18.0,
    "conductance_inhibitory_to_excitatory": 2.0,
    "conductance_inhibitory_to_inhibitory": 2.5,
    "mean_delay_excitatory_to_excitatory": 2e-3,
    "mean_delay_other": 1e-3,
    "delay_half_width": 1e-3,
    "kick_duration": 100e-3,
    "kick_rate": 25.0,
    "kick_epsp": 10e-3,
    "epsp_distribution": "lognormal",
    "epsp_removed_below": 0.0,
    "epsp_removed_above": 20e-3,
    "epsp_scale": 1.0,
    "time_step": 0.1e-3,
}
ZERO_IS_LEGAL = (
    "release_failure_epsp",
    "conductance_excitatory_to_inhibitory",
    "conductance_inhibitory_to_excitatory",
    "conductance_inhibitory_to_inhibitory",
    "epsp_removed_below",
    "delay_half_width",
    "kick_duration",
    "kick_rate",
    "refractory_period",
)


def test_the_defaults_are_the_published_values() -> None:
    values = Parameters().as_si()
    assert list(values) == list(PUBLISHED)
    for name, expected in PUBLISHED.items():
        assert values[name] == (
            pytest.approx(expected, rel=1e-14) if isinstance(expected, float) else expected
        )


@pytest.mark.parametrize("name", ZERO_IS_LEGAL)
def test_zero_is_legal_where_it_means_absence(name: str) -> None:
    made = Parameters(**{name: 0 * getattr(Parameters(), name)})
    assert made.as_si()[name] == 0


def test_zero_is_refused_everywhere_else() -> None:
    legal = {*ZERO_IS_LEGAL, "excitatory_reversal_potential"}
    for name, value in Parameters().as_dict().items():
        if name not in legal and not isinstance(value, str):
            with pytest.raises(ParameterError, match=f"^({name} = 0|\\w+ = .*{name} = 0)"):
                Parameters(**{name: 0 * value})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ("reset_potential=-45*mV", "reset_potential = -45 mV: must be below threshold_potential = -50 mV"),
        ("reset_potential=-50*mV", "reset_potential = -50 mV: must be below threshold_potential = -50 mV"),
        (
            "threshold_potential=0*mV",
            "threshold_potential = 0 mV: must be below excitatory_reversal_potential",
        ),
        ("leak_potential=-50*mV", "leak_potential = -50 mV: must be below threshold_potential = -50 mV"),
        ("inhibitory_reversal_potential=-59*mV", "must be at most reset_potential = -60 mV"),
        ("delay_half_width=1.5*ms", "delay_half_width = 1.5 ms: must be at most mean_delay_other = 1 ms"),
        ("mean_delay_excitatory_to_excitatory=0.5*ms", "at most mean_delay_excitatory_to_excitatory = 0.5"),
        ("mean_delay_other=0.05*ms", "time_step = 0.1 ms: must be at most mean_delay_other = 0.05 ms"),
        ("time_step=1*ms synaptic_time_constant=0.5*ms", "must be at most synaptic_time_constant = 0.5 ms"),
        ("kick_rate=10.1*kHz", "kick_rate = 10100 Hz: must be at most one event per time step (time_step ="),
        ("epsp_removed_below=3*mV epsp_removed_above=3*mV", "must be below epsp_removed_above = 3 mV"),
        ("epsp_removed_below=5*mV epsp_cutoff=4*mV", "must be below epsp_cutoff = 4 mV"),
        ("epsp_mode=20*mV", "epsp_mode = 20 mV: must be below epsp_cutoff = 20 mV"),
        (
            "epsp_cutoff=70*mV",
            "epsp_cutoff = 70 mV: must be an EPSP that a conductance can reach, at most 68",
        ),
        ("kick_epsp=75*mV", "kick_epsp = 75 mV: must be an EPSP that a conductance can reach, at most 68"),
        ("epsp_scale=3.5", "epsp_scale = 3.5: must be at most 3.423, so that a conductance can reach every"),
        ("excitatory_reversal_potential=-49*mV epsp_cutoff=25*mV", "epsp_cutoff = 25 mV: must be an EPSP"),
    ],
)
def test_relations_name_both_sides(changes: str, message: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(message)):
        Parameters.from_text(dict(change.split("=") for change in changes.split()))


@pytest.mark.parametrize(
    "changes",
    [
        {"reset_potential": -70 * mV},
        {"reset_potential": -75 * mV},
        {"reset_potential": -80 * mV},
        {"leak_potential": -85 * mV},
        {"mean_delay_other": 0.1 * ms, "delay_half_width": 0.1 * ms},
        {"kick_rate": 10 * kHz},
        {"epsp_scale": 3.4},
        {"epsp_cutoff": 68 * mV},
    ],
)
def test_what_is_just_allowed_is_allowed(changes: dict[str, Any]) -> None:
    assert Parameters(**changes) == Parameters().replace(**changes)


def test_the_largest_epsps_have_a_conductance() -> None:
    """Whatever the check of reach lets through can be inverted."""
    for changes in ({"epsp_cutoff": 68.4 * mV}, {"synaptic_time_constant": 0.1 * ms}, {"epsp_scale": 3.42}):
        p = Parameters(**changes)  # type: ignore[arg-type]
        largest = float(p.epsp_cutoff) * p.epsp_scale
        conductance = conductance_of_epsp(
            largest,
            membrane_time_constant=float(p.membrane_time_constant_excitatory),
            synaptic_time_constant=float(p.synaptic_time_constant),
            leak_potential=float(p.leak_potential),
            reversal_potential=float(p.excitatory_reversal_potential),
        )
        assert 0 < conductance <= 5000 * (1 + 1e-6)


# -- presets ---------------------------------------------------------------------------------------------


def test_presets_change_what_they_say() -> None:
    changed: dict[str, dict[str, Quantity | str]] = {
        "published": {},
        "hiratani_2013": {
            "conductance_excitatory_to_inhibitory": 0.017 / ms,
            "conductance_inhibitory_to_excitatory": 0.0018 / ms,
            "release_failure_epsp": 0.3 * mV,
        },
        "strong_removed": {"epsp_removed_above": 3 * mV},
        "weak_removed": {"epsp_removed_below": 1 * mV},
        "weakest_removed": {"epsp_removed_below": 0.5 * mV},
        "gaussian_epsps": {"epsp_distribution": "normal"},
    }
    assert set(presets.PRESETS) == {*changed, "strong_removed_rescaled", "weak_removed_rescaled"}
    for name, changes in changed.items():
        assert presets.preset(name) == Parameters(**changes)  # type: ignore[arg-type]
    assert all(chosen.description for chosen in presets.PRESETS.values())


def released_by_quadrature(p: Parameters) -> float:
    """Mean of (1 - p) G by adaptive quadrature over the density of log EPSP, an independent way."""
    log_mode, log_sd = np.log(float(p.epsp_mode)), p.epsp_log_sd
    law = stats.norm(log_mode + log_sd**2, log_sd)
    largest = float(p.epsp_cutoff)
    grid = np.linspace(0, largest * p.epsp_scale, 20_001)
    jumps = conductance_of_epsp(
        grid,
        membrane_time_constant=float(p.membrane_time_constant_excitatory),
        synaptic_time_constant=float(p.synaptic_time_constant),
        leak_potential=float(p.leak_potential),
        reversal_potential=float(p.excitatory_reversal_potential),
    )

    def integrand(log_epsp: float) -> float:
        epsp = p.epsp_scale * np.exp(log_epsp)
        released = epsp / (epsp + float(p.release_failure_epsp))
        return float(law.pdf(log_epsp) * released * np.interp(epsp, grid, jumps))

    low = np.log(max(float(p.epsp_removed_below), 1e-12))
    high = np.log(min(float(p.epsp_removed_above), largest))
    return integrate.quad(integrand, low, high, limit=500)[0] / law.cdf(np.log(largest))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "name", ["published", "hiratani_2013", "strong_removed", "weak_removed", "weakest_removed"]
)
def test_mean_released_conductance_by_another_quadrature(name: str) -> None:
    parameters = presets.preset(name)
    assert mean_released_conductance(parameters) == pytest.approx(
        released_by_quadrature(parameters), rel=1e-5
    )


@pytest.mark.parametrize("name", ["strong_removed", "weak_removed"])
def test_rescaled_presets_restore_the_mean_released_conductance(name: str) -> None:
    intact = released_by_quadrature(Parameters())
    rescaled = presets.preset(f"{name}_rescaled")
    assert rescaled == presets.preset(name).replace(epsp_scale=rescaled.epsp_scale)
    assert released_by_quadrature(rescaled) == pytest.approx(intact, rel=1e-5)
    assert released_by_quadrature(presets.preset(name)) < 0.8 * intact


def test_scales_are_those_reported() -> None:
    assert presets.preset("strong_removed_rescaled").epsp_scale == pytest.approx(1.316, abs=5e-4)
    assert presets.preset("weak_removed_rescaled").epsp_scale == pytest.approx(1.416, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("strong_remvoed", r"did you mean strong_removed\?"),
        ("nonsense\n", "there are published, hiratani_2013"),
    ],
)
def test_unknown_preset(name: str, hint: str) -> None:
    with pytest.raises(ParameterError, match=hint) as refused:
        presets.preset(name)
    assert len(str(refused.value).splitlines()) == 1


def test_kick_rate_is_in_hertz() -> None:
    assert Parameters.from_text({"kick_rate": "0.05*kHz"}).kick_rate == 50 * Hz

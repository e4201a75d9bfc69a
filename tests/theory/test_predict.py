from __future__ import annotations

import time

import numpy as np
import pytest
from brian2 import Hz, Mohm, ms, mV, nA
from hypothesis import given, settings
from hypothesis import strategies as st

from cortexnet.analysis.meanfield import METHODS, cut_scan, density, predict
from cortexnet.errors import ParameterError
from cortexnet.models.spontaneous_activity.parameters import Parameters

PUBLISHED = Parameters()
#: Methods of which an evaluation takes milliseconds.
QUICK = ["siegert", "strong_sparse", "strong_sparse_corrected"]
COLUMNS = [
    "method",
    "branch",
    "stable",
    "valid",
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
]


def check(table):
    """What holds for every table of states."""
    assert table.columns.tolist() == COLUMNS
    assert np.isfinite(table[COLUMNS[4:]].to_numpy()).all()
    assert (table[["rate_excitatory_hz", "rate_inhibitory_hz"]] >= 0).all(axis=None)
    assert table["branch"].isin(["silent", "low", "unstable", "high"]).all()
    assert table["stable"].dtype == table["valid"].dtype == bool
    for _, states in table.groupby("method"):
        assert states["branch"].tolist().count("silent") == 1
        assert states["rate_excitatory_hz"].is_monotonic_increasing
    unstable = table["branch"] == "unstable"
    assert not table["stable"][unstable].any()
    assert table["stable"][table["branch"].isin(["low", "high"])].all()


def test_quick_methods_in_a_few_seconds():
    start = time.process_time()
    table = predict(PUBLISHED, QUICK)
    assert time.process_time() - start < 5
    check(table)
    assert table["method"].unique().tolist() == QUICK


def test_gaussian_theory_has_no_state_of_spontaneous_activity():
    table = predict(PUBLISHED, ["siegert"])
    stable = table[table["stable"]]["rate_excitatory_hz"]
    assert not stable.between(0.05, 10).any()
    assert table["branch"].tolist() == ["silent", "unstable", "high"]
    assert table["valid"].tolist() == [True, False, False]


def test_silence_is_rest():
    silent = predict(PUBLISHED, QUICK).query("branch == 'silent'")
    assert silent["stable"].all()
    assert (silent["membrane_potential_mean_excitatory_mv"] == -70).all()
    assert (silent["membrane_potential_sd_excitatory_mv"] == 0).all()


def test_silence_is_unstable_if_single_spikes_spread():
    # Some 20 synapses of a cell reach from rest to a threshold at -66 mV.
    table = predict(
        PUBLISHED.replace(threshold_potential=-66 * mV, reset_potential=-75 * mV), ["strong_sparse"]
    )
    assert table["branch"].iloc[0] == "silent"
    assert not table["stable"].iloc[0]


def test_shift_is_valid_for_fast_synapses_only():
    fast = PUBLISHED.replace(synaptic_time_constant=0.1 * ms, conductance_inhibitory_to_excitatory=0.03 / ms)
    states = predict(fast, ["siegert"]).query("branch != 'silent'")
    assert (states["valid"] == (states["rate_inhibitory_hz"] < 100)).all()


def test_cut_is_a_voltage():
    as_quantity = predict(PUBLISHED, ["strong_sparse"], cut=3.4 * mV)
    assert as_quantity.equals(predict(PUBLISHED, ["strong_sparse"], cut=3.4e-3))
    assert not as_quantity.equals(predict(PUBLISHED, ["strong_sparse"]))
    assert predict(PUBLISHED, ["strong_sparse"], cut=3.5 * mV).equals(predict(PUBLISHED, ["strong_sparse"]))
    assert predict(PUBLISHED, ["siegert"], cut=3 * mV).equals(predict(PUBLISHED, ["siegert"]))


@pytest.mark.parametrize("cut", [3.0, -1 * mV, 3 * ms, float("nan"), float("inf"), 3 * Hz])
def test_other_cuts_are_refused(cut):
    with pytest.raises(ParameterError, match="must be a voltage between 0 and 200 mV"):
        predict(PUBLISHED, ["strong_sparse"], cut=cut)


def test_cut_may_be_computed():
    assert not predict(PUBLISHED, ["strong_sparse"], cut=3.5 * nA * Mohm).empty


def test_unknown_method_is_refused():
    with pytest.raises(
        ParameterError, match="'siegrt': must be one of siegert, strong_sparse, strong_sparse_corr"
    ):
        predict(PUBLISHED, ["siegrt"])


@pytest.mark.parametrize("method", METHODS)
def test_density_has_the_moments_of_the_table(method):
    (state,) = predict(PUBLISHED, [method]).iloc[[-1]].to_dict("records")
    state = {**state, "rate_excitatory_hz": 1.5, "rate_inhibitory_hz": 11.0} if method == "siegert" else state
    table = density(PUBLISHED, method, state)
    v, p = table["membrane_potential_mv"].to_numpy(), table["density_per_mv"].to_numpy()
    assert np.trapezoid(p, v) == pytest.approx(1, abs=0.01)
    assert v[-1] == pytest.approx(-50)
    if method != "siegert":
        mean = np.trapezoid(p * v, v) / np.trapezoid(p, v)
        assert mean == pytest.approx(state["membrane_potential_mean_excitatory_mv"], abs=0.05)


def test_silence_has_no_density():
    with pytest.raises(ParameterError, match="silent state has no density"):
        density(PUBLISHED, "siegert", predict(PUBLISHED, ["siegert"]).iloc[0])


def test_scan_takes_any_iterable_once():
    table = cut_scan(PUBLISHED, (cut * mV for cut in (3.4, 3.5)))
    assert table.columns.tolist() == ["cut_mv", *COLUMNS]
    assert set(table.groupby("method")["cut_mv"].unique().map(tuple)) == {(3.4, 3.5)}
    assert cut_scan(PUBLISHED, []).columns.tolist() == ["cut_mv", *COLUMNS]


def network(
    strength,
    inhibition,
    recurrent_inhibition,
    excitation_of_inhibition,
    refractory,
    tau_s,
    threshold,
    failure,
):
    return PUBLISHED.replace(
        epsp_scale=strength,
        conductance_inhibitory_to_excitatory=inhibition / ms,
        conductance_inhibitory_to_inhibitory=recurrent_inhibition / ms,
        conductance_excitatory_to_inhibitory=excitation_of_inhibition / ms,
        refractory_period=refractory * ms,
        synaptic_time_constant=tau_s * ms,
        threshold_potential=threshold * mV,
        reset_potential=-70 * mV,
        release_failure_epsp=failure * mV,
    )


NETWORKS = st.builds(
    network,
    strength=st.floats(0.3, 3.0),
    inhibition=st.sampled_from([0.0, 0.0005, 0.002, 0.01, 0.3]),
    recurrent_inhibition=st.sampled_from([0.0, 0.0025, 0.05, 0.5]),
    excitation_of_inhibition=st.sampled_from([0.0, 0.018, 0.2]),
    refractory=st.sampled_from([0.0, 1.0, 20.0]),
    tau_s=st.floats(0.2, 20.0),
    threshold=st.floats(-65, -40),
    failure=st.sampled_from([0.0, 0.1, 1.0]),
)


@settings(max_examples=15)
@given(NETWORKS)
def test_any_network_has_finite_states(parameters):
    check(predict(parameters, QUICK))

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from brian2 import ms, mV

from cortexnet.analysis.meanfield import continuation as module
from cortexnet.analysis.meanfield.branches import joined_branches
from cortexnet.analysis.meanfield.continuation import boundaries, continuation
from cortexnet.analysis.meanfield.fixed_points import fixed_points
from cortexnet.analysis.meanfield.predict import COLUMNS, predict
from cortexnet.errors import ParameterError
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.parameter_axis import ParameterAxis

PUBLISHED = Parameters()
METHOD = "strong_sparse_corrected"


def normal_form(excitation, inhibition=lambda e, i: 2 * e + 0 * i, taus=(10e-3, 5e-3)):
    """`predict` of a map whose bifurcations are known, the parameter being `epsp_scale`."""

    def states(parameters, methods, cut=None):
        scale = parameters.epsp_scale
        found = fixed_points(
            lambda e, i: np.maximum(excitation(e, i, scale), 0.0), inhibition, lambda e, i: taus, 1000.0
        )
        rows = [
            (methods[0], p.branch, p.stable, True, p.rate_excitatory, p.rate_inhibitory, -60.0, 3.0)
            for p in found
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    return states


def along(monkeypatch, states, values):
    monkeypatch.setattr(module, "predict", states)
    table = continuation(PUBLISHED, "epsp_scale", values, METHOD)
    return table, boundaries(PUBLISHED, "epsp_scale", table)


def test_rows_are_those_of_predict():
    table = continuation(PUBLISHED, "reset_potential", [-62 * mV, -58 * mV], METHOD)
    assert table.columns.tolist() == ["reset_potential", *COLUMNS]
    for value, states in table.groupby("reset_potential"):
        expected = predict(PUBLISHED.replace(reset_potential=value * mV), [METHOD])
        pd.testing.assert_frame_equal(states[list(COLUMNS)].reset_index(drop=True), expected)
    assert continuation(PUBLISHED, "reset_potential", [], METHOD).columns.tolist() == table.columns.tolist()


def test_saddle_node_with_the_state_below_ends_in_silence(monkeypatch):
    # e_out - e = -k e ((e - 2)^2 - (1.3 - s)): the states 2 +- sqrt(1.3 - s) merge at s = 1.3.
    table, ends = along(
        monkeypatch,
        normal_form(lambda e, i, s: e - 0.01 * e * ((e - 2) ** 2 - (1.3 - s))),
        [0.5, 0.9, 1.2, 1.7],
    )
    assert table.groupby("epsp_scale")["branch"].agg(list).tolist() == 3 * [["silent", "unstable", "low"]] + [
        ["silent"]
    ]
    (end,) = ends.to_dict("records")
    assert end["epsp_scale"] == pytest.approx(1.3, abs=0.5e-3)
    assert (end["low_state"], end["cause"]) == ("ends", "silence")
    assert end["rate_excitatory_hz"] == pytest.approx(2, abs=0.03)
    assert end["rate_inhibitory_hz"] == pytest.approx(4, abs=0.06)


def test_saddle_node_with_the_state_above_ends_in_runaway(monkeypatch):
    # Below the pair at 3 -+ sqrt(s - 0.8) activity grows, between them it falls.
    _, ends = along(
        monkeypatch, normal_form(lambda e, i, s: e + 0.01 * e * ((e - 3) ** 2 - (s - 0.8))), [0.6, 1.0, 1.4]
    )
    (end,) = ends.to_dict("records")
    assert end["epsp_scale"] == pytest.approx(0.8, abs=0.5e-3)
    assert (end["low_state"], end["cause"]) == ("begins", "runaway")


def test_loss_of_stability_is_oscillation(monkeypatch):
    # J - 1 = ((s, -4), (1, -1)) at (5, 2): the trace s/tau_E - 1/tau_I vanishes at s = tau_E/tau_I = 2.
    _, ends = along(
        monkeypatch,
        normal_form(
            lambda e, i, s: 5 + (1 + s) * (e - 5) - 4 * (i - 2),
            lambda e, i: np.maximum(e - 3 + 0 * i, 0.0),
            taus=(10e-3, 5e-3),
        ),
        [1.6, 1.9, 2.3],
    )
    (end,) = ends.to_dict("records")
    assert end["epsp_scale"] == pytest.approx(2, abs=0.5e-3)
    assert (end["low_state"], end["cause"]) == ("ends", "oscillation")
    assert end["rate_excitatory_hz"] == pytest.approx(5)


def test_a_state_above_ten_hertz_goes_on_as_high(monkeypatch):
    _, ends = along(monkeypatch, normal_form(lambda e, i, s: 20 * s * e**2 / (e**2 + 9)), [0.5, 0.8])
    # The upper state is 10 s + sqrt(100 s^2 - 9) = 10 at s = 0.545.
    (end,) = ends.to_dict("records")
    assert end["epsp_scale"] == pytest.approx(0.545, abs=0.3e-3)
    assert (end["low_state"], end["cause"]) == ("ends", "high")


def test_boundary_of_the_published_state_is_where_predictions_change():
    values = np.array([0.0035, 0.0045]) / ms
    table = continuation(PUBLISHED, "conductance_inhibitory_to_excitatory", values, METHOD)
    ends = boundaries(PUBLISHED, "conductance_inhibitory_to_excitatory", table)
    assert ends["low_state"].tolist() == ["ends"]
    (end,) = ends["conductance_inhibitory_to_excitatory"]
    for value, low in ((0.995 * end, True), (1.005 * end, False)):
        states = predict(PUBLISHED.replace(conductance_inhibitory_to_excitatory=value / ms), [METHOD])
        assert ("low" in states["branch"].tolist()) is low


@pytest.mark.parametrize(
    ("name", "values", "complaint"),
    [
        ("reset_potental", [-60 * mV], "did you mean reset_potential"),
        ("epsp_distribution", ["normal"], "epsp_distribution cannot vary: it is no number"),
        ("reset_potential", [-62 * mV, -62], "reset_potential = -62"),
        ("reset_potential", [-40 * mV], "threshold_potential"),
    ],
)
def test_what_is_not_allowed_is_named(name, values, complaint):
    with pytest.raises(ParameterError, match=complaint):
        continuation(PUBLISHED, name, values, METHOD)


def test_axis_keeps_whole_numbers_and_units():
    cells = ParameterAxis(PUBLISHED, "n_inhibitory")
    assert cells.spread(2000, 2003, 9) == [2000, 2001, 2002, 2003]
    assert cells.at(2001.0).n_inhibitory == 2001
    reset = ParameterAxis(PUBLISHED, "reset_potential")
    assert reset.unit == "mV"
    assert reset.spread(-66 * mV, -58 * mV, 3) == [-66, -62, -58]
    assert reset.at(-62.0) == PUBLISHED.replace(reset_potential=-62 * mV)


def test_branches_join_the_right_states(monkeypatch):
    table, ends = along(
        monkeypatch,
        normal_form(lambda e, i, s: e - 0.01 * e * ((e - 2) ** 2 - (1.3 - s))),
        [0.5, 0.9, 1.2, 1.7],
    )
    branches = dict(joined_branches(table, ends))
    assert set(branches) == {True, False}
    for stable, branch in branches.items():
        scale, rate = branch["epsp_scale"].to_numpy(), branch["rate_excitatory_hz"].to_numpy()
        assert scale[-1] == pytest.approx(1.3, abs=1e-3)
        expected = 2 + (1 if stable else -1) * np.sqrt(np.maximum(1.3 - scale, 0))
        np.testing.assert_allclose(rate, expected, atol=0.05)

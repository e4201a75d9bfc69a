from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from brian2 import mV
from hypothesis import given, settings
from hypothesis import strategies as st

from cortexnet.analysis.meanfield.lognormal_moments import epsp_spectrum, weight_moments
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.synapses import conductance_of_epsp

PUBLISHED = Parameters()


def test_published_moments():
    # Values known from a rejection sampler of another program, to the digits given.
    (row,) = weight_moments(PUBLISHED).to_dict("records")
    assert row["synapses_per_cell"] == pytest.approx(999.9, rel=1e-12)
    assert row["epsp_mean_mv"] == pytest.approx(0.892, abs=5e-4)
    assert row["epsp_square_mv2"] - row["epsp_mean_mv"] ** 2 == pytest.approx(1.27, abs=5e-3)
    assert row["failure_probability"] == pytest.approx(0.194, abs=5e-4)
    assert row["released_epsp_mean_mv"] == pytest.approx(0.812, abs=5e-4)
    assert row["released_epsp_square_mv2"] == pytest.approx(1.99, abs=6e-3)
    assert row["conductance_mean_per_ms"] == pytest.approx(0.00840, abs=5e-6)
    assert row["conductance_square_per_ms2"] == pytest.approx(1.93e-4, abs=5e-7)


def test_moments_equal_those_of_drawn_synapses():
    # 4e6 draws by rejection, seed 1; bound 5 standard errors, exceeded by chance with probability 6e-7.
    rng = np.random.default_rng(1)
    epsp = rng.lognormal(np.log(0.2) + 1, 1.0, size=4_000_000)
    epsp = epsp[epsp < 20]
    jump = 1e-3 * conductance_of_epsp(
        1e-3 * epsp,
        membrane_time_constant=20e-3,
        synaptic_time_constant=2e-3,
        leak_potential=-70e-3,
        reversal_potential=0.0,
    )
    release = epsp / (0.1 + epsp)
    (row,) = weight_moments(PUBLISHED).to_dict("records")
    for name, values in {
        "epsp_mean_mv": epsp,
        "failure_probability": 1 - release,
        "released_epsp_square_mv2": release * epsp**2,
        "released_conductance_mean_per_ms": release * jump,
        "released_conductance_square_per_ms2": release * jump**2,
    }.items():
        error = values.std() / np.sqrt(values.size)
        assert abs(values.mean() - row[name]) < 5 * error, name
    # The planted error of forgetting the failures is far outside.
    assert abs((jump**2).mean() - row["released_conductance_square_per_ms2"]) > 5 * error


def test_numbers_of_strong_synapses():
    borders = [1e-3, 2e-3, 3e-3, 5e-3, 10e-3]
    counts = weight_moments(PUBLISHED, borders)["synapses_per_cell"].to_numpy()[1:]
    above = counts[::-1].cumsum()[::-1][1:]
    np.testing.assert_allclose(above, [271, 96, 44, 13, 1.6], rtol=0.03)


@settings(max_examples=30)
@given(borders=st.lists(st.floats(1e-5, 25e-3), max_size=3), scale=st.floats(0.2, 2.0))
def test_parts_add_up_to_the_whole(borders, scale):
    parameters = PUBLISHED.replace(epsp_scale=scale)
    whole, split = epsp_spectrum(parameters), epsp_spectrum(parameters, borders)
    for power in (0, 1, 2, 3):
        total = whole.expectation(whole.conductance**power)
        assert split.expectation(split.conductance**power) == pytest.approx(total, rel=1e-8)
        limits = [0.0, *sorted(borders), np.inf]
        parts = [split.between(a, b) for a, b in pairwise(limits)]
        assert sum(p.expectation(p.conductance**power) for p in parts) == pytest.approx(total, rel=1e-8)


def test_removed_synapses_are_drawn_and_absent():
    intact = weight_moments(PUBLISHED, [1e-3, 3e-3])
    kept = weight_moments(PUBLISHED.replace(epsp_removed_below=1 * mV, epsp_removed_above=3 * mV))
    np.testing.assert_allclose(kept.iloc[0, 2:], intact.iloc[2, 2:], rtol=1e-9)


def test_scale_comes_after_removal():
    parameters = PUBLISHED.replace(epsp_removed_above=3 * mV, epsp_scale=1.5)
    moments = weight_moments(parameters)
    plain = weight_moments(PUBLISHED.replace(epsp_removed_above=3 * mV))
    assert moments["synapses_per_cell"][0] == pytest.approx(plain["synapses_per_cell"][0])
    assert moments["epsp_mean_mv"][0] == pytest.approx(1.5 * plain["epsp_mean_mv"][0])
    assert epsp_spectrum(parameters).epsp.max() < 4.5e-3


def test_normal_synapses_have_the_same_mean_and_little_spread():
    (row,) = weight_moments(PUBLISHED.replace(epsp_distribution="normal")).to_dict("records")
    assert row["epsp_mean_mv"] == pytest.approx(0.8924, rel=2e-3)
    spread = np.sqrt(row["epsp_square_mv2"] - row["epsp_mean_mv"] ** 2)
    assert spread == pytest.approx(0.3 * 0.8924, rel=0.01)


def test_no_synapse_left_is_no_error():
    moments = weight_moments(PUBLISHED, [30e-3]).iloc[2]
    assert moments["synapses_per_cell"] == 0
    assert moments["conductance_mean_per_ms"] == 0

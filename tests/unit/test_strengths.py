"""Drawn strengths against the formulas they tabulate, synapse by synapse."""

from __future__ import annotations

import numpy as np
import pytest
from brian2 import mV

from cortexnet.draws.philox import words
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.models.spontaneous_activity.strengths import (
    conductance_on_excitatory,
    kept_synapses,
    strength_functions,
)
from cortexnet.synapses import epsp_quantile, release_failure_probability

STREAM = 512
SOURCES, TARGETS = np.arange(300)[:, None], np.arange(300)[None, :]


@pytest.mark.parametrize("distribution", ["lognormal", "normal"])
@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_draws_are_the_law_at_the_synapse_s_word(distribution: str, scale: float) -> None:
    parameters = Parameters(epsp_distribution=distribution, epsp_scale=scale)
    functions = strength_functions(parameters, STREAM)
    share = words(3, STREAM, 0, SOURCES, TARGETS)[0] / 2**32
    epsp = scale * epsp_quantile(share, mode=0.2e-3, log_sd=1.0, cutoff=20e-3, distribution=distribution)
    expected = conductance_on_excitatory(parameters, epsp)
    drawn = functions["conductance_draw"].pyfunc(3, SOURCES, TARGETS)
    # Away from the weakest thousandth of the synapses, which do not matter, the table is exact to 0.1 %.
    matters = share > 1e-3
    assert drawn[matters] == pytest.approx(expected[matters], rel=1e-3)
    assert drawn.mean() == pytest.approx(expected.mean(), rel=1e-5)
    failure = functions["failure_probability_draw"].pyfunc(3, SOURCES, TARGETS)
    assert failure[matters] == pytest.approx(release_failure_probability(epsp, 0.1e-3)[matters], rel=1e-3)


@pytest.mark.parametrize("log_sd", [0.1, 0.3, 0.6, 0.8, 1.5])
def test_tails_of_narrow_and_wide_laws_are_in_the_table(log_sd: float) -> None:
    """The last interval of the table holds one synapse in 65536: its mean, too, is that of the law."""
    parameters = Parameters(epsp_log_sd=log_sd)
    table = strength_functions(parameters, STREAM)["conductance_draw"]
    # All words of the last interval but one in 65536: their mean is the mean of the law in that interval.
    last = table.implementations["cpp"].get_namespace(None)[f"_table_conductance_draw_{STREAM}"][-2:].mean()
    share = 1 - (np.arange(10_000) + 0.5) / 10_000 / 2**16
    law = epsp_quantile(share, mode=0.2e-3, log_sd=log_sd, cutoff=20e-3)
    assert last * 2.0**-28 == pytest.approx(conductance_on_excitatory(parameters, law).mean(), rel=0.011)


def test_removed_synapses_are_those_outside_the_range() -> None:
    parameters = Parameters(epsp_removed_below=0.5 * mV, epsp_removed_above=3 * mV)
    kept = kept_synapses(parameters, STREAM)
    word = words(3, STREAM, 0, SOURCES, TARGETS)[0]
    epsp = epsp_quantile(word / 2**32, mode=0.2e-3, log_sd=1.0, cutoff=20e-3)
    inside = (word >= kept.low) & (word < kept.high)
    assert np.array_equal(inside, (epsp >= 0.5e-3) & (epsp < 3e-3))


def test_nothing_is_removed_from_the_published_network() -> None:
    kept = kept_synapses(Parameters(), STREAM)
    assert (kept.low, kept.high) == (0, 2**32)

"""Collapsed synapses have the law of explicit ones: every transition probability, and planted errors."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from benchmarks.exactness import lumping_error
from benchmarks.exactness_draws import observations
from cortexnet.analysis.gibbs import Connection, Observations, RedundantSynapses, SynapseCounts, in_parallel

#: Connections, and synapses of each.
SIZES = [(1, 2), (1, 4), (1, 6), (1, 8), (2, 4), (3, 2)]


def seen(n_connections: int) -> Observations:
    given = observations(1, 10)
    return Observations(given.inputs[:, -n_connections:], given.outputs)


@pytest.mark.parametrize("conditional", ["exact", "linear"])
@pytest.mark.parametrize(("n_connections", "per_connection"), SIZES)
def test_collapsed_update_is_the_lumped_explicit_one(
    n_connections: int, per_connection: int, conditional: Any
) -> None:
    """From every explicit state, the law of all counts after an update; so also for runs of any length."""
    given = (seen(n_connections), per_connection, 0.6)
    for fraction in (1.0, 0.3, 0.01):
        assert lumping_error(RedundantSynapses(*given), SynapseCounts(*given), conditional, fraction) < 1e-12


@pytest.mark.parametrize(("n_connections", "per_connection"), SIZES)
def test_posterior_of_counts_is_that_of_synapses_summed(n_connections: int, per_connection: int) -> None:
    given = (seen(n_connections), per_connection, 0.6)
    explicit, counts = RedundantSynapses(*given), SynapseCounts(*given)
    of_state = counts.of_explicit(explicit)
    assert np.allclose(np.bincount(of_state, explicit.target()), counts.target(), atol=1e-14)
    assert np.allclose(counts.weights[of_state], explicit.weights, atol=1e-14)


def test_planted_errors_in_the_law_of_counts_are_seen() -> None:
    """Another amplitude; a count that forgets which synapses were on; the linear law for the exact one."""
    given = (seen(1), 4, 0.6)
    explicit, counts = RedundantSynapses(*given), SynapseCounts(*given)
    assert lumping_error(explicit, SynapseCounts(seen(1), 4, -0.6), "linear", 0.3) > 0.01
    of_state = counts.of_explicit(explicit)
    each = in_parallel(explicit.log_odds("exact"), 0.3)
    lumped = np.stack([np.bincount(of_state, following) for following in each])
    for planted in (counts.in_parallel("exact", 1.0), counts.in_parallel("linear", 0.3)):
        assert np.abs(lumped - planted[of_state]).max() > 0.01


@pytest.mark.parametrize(("synapses", "on"), product((2, 8), (3, 8)))
def test_one_connection_is_a_special_case(synapses: int, on: int) -> None:
    """Ten data with the input always on: the posterior of its weight."""
    outputs = (np.arange(10) < on).astype(float)
    counts = SynapseCounts(Observations(np.ones((10, 1)), outputs), synapses, 0.4)
    upward = counts.counts[:, 0] - counts.counts[:, 1] + synapses // 2
    law = np.bincount(upward.astype(int), counts.target())
    connection = Connection(synapses, 0.4, 10, on)
    assert np.allclose(law, connection.posterior(), atol=1e-14)

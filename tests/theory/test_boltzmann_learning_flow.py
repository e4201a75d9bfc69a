"""How parallel synapses share a coupling: the flow against what it conserves, and steps against the flow."""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.analysis.boltzmann.coupling import effective_coupling, on_probability
from cortexnet.analysis.boltzmann.learning_flow import (
    conserved,
    final_weights,
    learned_in_steps,
    learning_flow,
    required_coupling,
)
from cortexnet.errors import ParameterError

START, LOG_ODDS, CORRELATION = (0.3, 0.2, 0.1, 0.0), -3.0, 0.8


def test_differences_are_conserved_along_the_flow() -> None:
    flow = learning_flow(START, LOG_ODDS, CORRELATION, np.linspace(0, 300, 61))
    weights = flow.pivot(index="time", columns="synapse", values="weight").to_numpy()
    differences = np.diff(conserved(weights, LOG_ODDS), axis=1)
    assert np.ptp(differences, axis=0).max() < 1e-7
    assert np.ptp(weights, axis=0).min() > 1.5  # while the weights themselves move


def test_the_flow_ends_where_the_conserved_differences_say() -> None:
    flow = learning_flow(START, LOG_ODDS, CORRELATION, np.array([0.0, 1000.0]))
    end = flow[flow["time"] == 1000]
    assert end["weight"].to_numpy() == pytest.approx(final_weights(START, LOG_ODDS, CORRELATION), abs=1e-7)
    assert end["coupling"].sum() == pytest.approx(np.log(12), abs=1e-9)
    assert required_coupling(CORRELATION) == pytest.approx(np.log(12), rel=1e-14)


def test_synapses_that_start_alike_take_different_roles() -> None:
    end = final_weights(START, LOG_ODDS, CORRELATION)
    assert end == pytest.approx([4.0376, 3.0092, 2.2680, 1.7318], abs=5e-5)
    assert on_probability(end, LOG_ODDS) == pytest.approx([0.738, 0.502, 0.325, 0.220], abs=5e-4)


def test_learning_in_steps_keeps_them_closer_by_an_amount_of_first_order() -> None:
    half = learned_in_steps(START, LOG_ODDS, CORRELATION, 0.5)
    assert half == pytest.approx([4.02, 3.02, 2.28, 1.75], abs=0.006)
    assert on_probability(half, LOG_ODDS) == pytest.approx([0.74, 0.50, 0.33, 0.22], abs=0.006)
    assert effective_coupling(half, LOG_ODDS).sum() == pytest.approx(np.log(12), abs=1e-10)
    flow = final_weights(START, LOG_ODDS, CORRELATION)
    coarse, fine = (
        np.abs(learned_in_steps(START, LOG_ODDS, CORRELATION, rate) - flow).max() for rate in (0.2, 0.1)
    )
    assert coarse / fine == pytest.approx(2, abs=0.1)


def test_even_weak_starts_far_apart_are_solved() -> None:
    for start in [(-30.0, 5.0), (0.0,), (-700.0, -1.0)]:
        end = final_weights(start, -2.0, 0.9)
        assert effective_coupling(end, -2.0).sum() == pytest.approx(required_coupling(0.9), abs=1e-9)


@pytest.mark.parametrize("correlation", [0.0, 1.0, -0.2, float("nan")])
def test_impossible_correlations_are_refused(correlation: float) -> None:
    with pytest.raises(ParameterError, match=r"^correlation = "):
        learning_flow(START, LOG_ODDS, correlation, [0.0, 1.0])

"""Fluctuating synapses summed out, against enumeration of all states of cells and synapses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cortexnet.analysis.boltzmann.coupling import Units, effective_coupling, on_probability, softplus
from cortexnet.analysis.boltzmann.joint_machine import JointMachine, all_bits
from cortexnet.analysis.gibbs import total_variation
from cortexnet.errors import ParameterError


def machine(n_parallel: int, units: Units = "binary", n_visible: int = 3, seed: int = 1) -> JointMachine:
    rng = np.random.default_rng(seed)
    shape = (n_visible, 2, n_parallel)
    return JointMachine(
        2 * rng.normal(size=shape),
        rng.normal(size=shape),
        rng.normal(size=n_visible),
        rng.normal(size=2),
        units,
    )


@pytest.mark.parametrize("units", ["binary", "spin"])
@pytest.mark.parametrize("n_parallel", [1, 2])
def test_summed_over_synapses_the_joint_law_is_that_of_the_couplings(units: Units, n_parallel: int) -> None:
    joint = machine(n_parallel, units).joint_probabilities()
    assert joint.sum() == pytest.approx(1, abs=1e-13)
    difference = joint.sum(axis=1) - machine(n_parallel, units).cell_probabilities()
    assert np.abs(difference).max() < 1e-14


@pytest.mark.parametrize("units", ["binary", "spin"])
def test_synapses_are_on_as_enumeration_says(units: Units) -> None:
    fluctuating = machine(2, units)
    by_enumeration = fluctuating.joint_probabilities().sum(axis=0) @ all_bits(fluctuating.weights.size)
    assert np.abs(fluctuating.synapse_probabilities().ravel() - by_enumeration).max() < 1e-13


def test_a_wrong_coupling_is_found() -> None:
    right = machine(1)
    fixed = replace(right, log_odds=np.full_like(right.log_odds, 40.0))  # synapses that are always on: W = w
    assert total_variation(right.joint_probabilities().sum(axis=1), fixed.cell_probabilities()) > 0.05


def test_parallel_synapses_add_and_inhibition_is_bounded() -> None:
    weights, log_odds = np.array([-50.0, 1.0, 30.0]), np.array([0.5, -2.0, 1.0])
    alone = effective_coupling(weights, log_odds)
    both = JointMachine(
        np.broadcast_to(weights, (1, 1, 3)), np.broadcast_to(log_odds, (1, 1, 3)), np.zeros(1), np.zeros(1)
    )
    assert both.couplings[0, 0] == pytest.approx(alone.sum(), rel=1e-14)
    assert (alone >= -softplus(log_odds)).all()
    assert alone[0] == pytest.approx(-softplus(0.5), rel=1e-12)
    assert effective_coupling(-1.3, 0.4, "spin") == pytest.approx(-effective_coupling(1.3, 0.4, "spin"))


def test_the_on_probability_is_the_slope_of_the_coupling() -> None:
    weights, step = np.linspace(-8, 8, 33), 1e-5
    slope = (effective_coupling(weights + step, -1.0) - effective_coupling(weights - step, -1.0)) / (2 * step)
    assert np.abs(slope - on_probability(weights, -1.0)).max() < 1e-9


def test_what_cannot_be_enumerated_or_does_not_fit_is_refused() -> None:
    with pytest.raises(ParameterError, match="at most 4194304"):
        machine(4, n_visible=3).joint_probabilities()
    with pytest.raises(ParameterError, match="must both be"):
        JointMachine(np.zeros((2, 2, 1)), np.zeros((2, 2, 2)), np.zeros(2), np.zeros(2))

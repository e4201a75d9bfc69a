"""Costly theories in closed form: a base times known factors, so that the states can be had exactly, too."""

from __future__ import annotations

import numpy as np
import pytest
from brian2 import ms, mV

from cortexnet.analysis.meanfield import ConvergenceError
from cortexnet.analysis.meanfield.sampled_theory import OutputRates, SampledTheory
from cortexnet.analysis.meanfield.siegert import Siegert
from cortexnet.analysis.meanfield.smooth_function import SmoothFunction
from cortexnet.analysis.meanfield.strong_sparse_corrected import StrongSparseCorrected
from cortexnet.models.spontaneous_activity.parameters import Parameters

PUBLISHED = Parameters()
AT_MOST = 20


def one(e, i):
    return np.ones(np.broadcast_shapes(np.shape(e), np.shape(i)))


def wavy_excitation(e, i):
    return np.exp(0.15 * np.sin(np.log(e + 0.1)) + 0.1 * np.cos(np.log(1 + i)))


def wavy_inhibition(e, i):
    return np.exp(0.2 * np.cos(1 + np.log(0.1 + e)) + 0.05 * np.sin(np.log(1 + i)))


def tail_of_strong_synapses(e, i):
    """Factor that gives the Gaussian theory a state of a few Hz, which it lacks."""
    return one(e, i) + 6 * np.exp(-(np.log((e + 0.01) / 1.2) ** 2))


def exact(base, excitation, inhibition):
    """Cheap theory that says what the costly one says: the reference."""

    class Exact(base):
        def excitatory_rate(self, e, i):
            return super().excitatory_rate(e, i) * excitation(np.asarray(e), np.asarray(i))

        def inhibitory_rate(self, e, i):
            return super().inhibitory_rate(e, i) * inhibition(np.asarray(e), np.asarray(i))

    return Exact.of(PUBLISHED)


class Costly(SampledTheory):
    """The same as a costly theory, with independent errors of every evaluation if `noise` is above 0."""

    def __init__(self, base, truth, noise=0.0, seed=0):
        super().__init__(base)
        self.truth, self.noise, self.random = truth, noise, np.random.default_rng(seed)
        self.calls = 0

    def evaluate(self, e, i):
        self.calls += 1
        factors = np.exp(self.noise * self.random.standard_normal(2))
        output = float(self.truth.excitatory_rate(e, i)), float(self.truth.inhibitory_rate(e, i))
        return OutputRates(output[0] * factors[0], output[1] * factors[1], self.noise, self.noise)

    def is_valid(self, e, i):
        return self.base.is_valid(e, i)

    def voltage_mesh(self, e, i):
        return self.base.voltage_mesh(e, i)

    def density(self, potential, e, i):
        return self.base.density(potential, e, i)


def rates(states):
    return np.array([(state.rate_excitatory, state.rate_inhibitory) for state in states])


def branches(states):
    return [state.branch for state in states]


@pytest.mark.parametrize(
    ("base", "excitation", "inhibition", "expected"),
    [
        (StrongSparseCorrected, one, one, ["silent", "unstable", "low"]),
        (StrongSparseCorrected, wavy_excitation, wavy_inhibition, ["silent", "unstable", "low"]),
        (StrongSparseCorrected, lambda e, i: 0.5 * one(e, i), one, ["silent"]),
        (StrongSparseCorrected, one, lambda e, i: 1 + 15 * np.exp(-e) * one(e, i), ["silent"]),
        (Siegert, tail_of_strong_synapses, one, ["silent", "unstable", "low", "unstable", "high"]),
    ],
    ids=["the base", "another factor everywhere", "state lost", "state lost to inhibition", "state gained"],
)
def test_states_are_those_of_the_costly_theory(base, excitation, inhibition, expected):
    truth = exact(base, excitation, inhibition)
    theory = Costly(base.of(PUBLISHED), truth)
    found = theory.states()
    assert branches(found) == branches(truth.states()) == expected
    np.testing.assert_allclose(rates(found), rates(truth.states()), rtol=1e-4, atol=1e-5)
    for state, reference in zip(found[1:], truth.states()[1:], strict=True):
        np.testing.assert_allclose(state.eigenvalues, reference.eigenvalues, rtol=0.03)
    assert theory.calls == theory.evaluations <= AT_MOST
    assert all(state.rate_excitatory_error == state.rate_inhibitory_error == 0 for state in found)


def test_states_are_kept():
    theory = Costly(Siegert.of(PUBLISHED), exact(Siegert, one, one))
    assert theory.states() is theory.states()


class Bistable(Siegert):
    """States at r_E = 0.19 (unstable) and 4.4 Hz, r_I = 2 r_E; costs next to nothing."""

    def excitatory_rate(self, e, i):
        e, i = np.broadcast_arrays(e, i)
        return e * np.exp(0.6 * np.tanh(e / 0.5 - 1) - 0.6 * np.tanh(i / 4 - 1) - 0.1)

    def inhibitory_rate(self, e, i):
        return 2 * np.asarray(e) + 0 * np.asarray(i)


@pytest.mark.parametrize(
    ("noise", "seeds"),
    [
        (0.003, 12),
        pytest.param(0.003, 40, marks=pytest.mark.slow),
        pytest.param(0.02, 40, marks=pytest.mark.slow),
    ],
)
def test_standard_errors_of_sampled_states(noise, seeds):
    # With errors that are right, the mean square of standardised deviations of r_E exceeds 2.8 (12 seeds) or
    # 1.9 (40) with probability 0.001 (chi-square), and falls below 0.2 or 0.45 as seldom. The unstable
    # state is known better than its error says: the factor is smoother than what interpolates it expects.
    base, truth = Bistable.of(PUBLISHED), exact(Bistable, wavy_excitation, wavy_inhibition)
    deviations = []
    for seed in range(seeds):
        theory = Costly(base, truth, noise, seed)
        states = theory.states()
        assert theory.evaluations <= AT_MOST
        assert branches(states) == ["silent", "unstable", "low"]
        errors = np.array([state.rate_excitatory_error for state in states[1:]])
        deviations.append((rates(states) - rates(truth.states()))[1:, 0] / errors)
    mean_square = np.mean(np.square(deviations), axis=0)
    lowest, largest = (0.2, 2.8) if seeds == 12 else (0.45, 1.9)
    assert (mean_square < largest).all()
    assert mean_square[1] > lowest


def test_stable_state_is_sampled_until_it_is_known_to_one_per_cent():
    truth = exact(StrongSparseCorrected, one, one)
    theory = Costly(StrongSparseCorrected.of(PUBLISHED), truth, 0.01, seed=3)
    low = theory.states()[2]
    assert low.branch == "low"
    assert low.rate_excitatory_error < 0.01 * low.rate_excitatory
    assert low.rate_inhibitory_error < 0.01 * low.rate_inhibitory
    assert abs(low.rate_excitatory - truth.states()[2].rate_excitatory) < 4 * low.rate_excitatory_error


def test_silent_cells_are_no_trouble():
    parameters = PUBLISHED.replace(threshold_potential=0 * mV - 1 * mV)
    base = StrongSparseCorrected.of(parameters)
    assert branches(Costly(base, base).states()) == branches(base.states())


def test_a_base_beyond_the_largest_rate_is_no_trouble():
    # No dead time keeps the base below the largest rate, of one spike a time step.
    class Unbounded(Bistable):
        def excitatory_rate(self, e, i):
            return super().excitatory_rate(e, i) * (1 + (np.asarray(e) / 30) ** 4)

    base = Unbounded.of(PUBLISHED.replace(refractory_period=0 * ms))
    truth = Bistable.of(PUBLISHED.replace(refractory_period=0 * ms))
    theory = Costly(base, truth)
    np.testing.assert_allclose(rates(theory.states()), rates(truth.states()), rtol=1e-3, atol=1e-4)
    e = np.geomspace(1.0, base.largest_rate, 300)
    assert base.excitatory_rate(e, 2 * e).max() > 10 * base.largest_rate
    assert (theory.excitatory_rate(e, 2 * e) <= base.largest_rate * (1 + 1e-9)).all()
    assert (theory.excitatory_rate(e, 2 * e) > 0).all()


def test_a_theory_that_jumps_over_the_diagonal_has_no_state_there():
    truth = exact(StrongSparseCorrected, lambda e, i: np.where(e < 1.3, 1.3, 0.5) * one(e, i), one)
    with pytest.raises(ConvergenceError, match=r"no convergence near r_E = .* residual"):
        Costly(StrongSparseCorrected.of(PUBLISHED), truth).states()


def test_what_is_not_a_number_is_named():
    truth = exact(Siegert, lambda e, i: np.nan * one(e, i), one)
    with pytest.raises(ConvergenceError, match=r"no output rates at r_E = 0\.\d+ Hz"):
        Costly(Siegert.of(PUBLISHED), truth).states()


def test_smooth_function_interpolates_and_returns_to_a_constant():
    points = np.array([[0.0, 0.0], [1.0, 0.5], [2.0, 0.0], [3.0, 1.0]])
    values = np.array([0.2, 0.3, 0.1, 0.25])
    function = SmoothFunction(points, values, np.full(4, 1e-5))
    np.testing.assert_allclose(function.mean(points), values, atol=1e-6)
    assert (function.sd(points) < 2e-5).all()
    far = function.mean(np.array([[50.0, 0.0], [0.0, 60.0]]))
    assert far[0] == pytest.approx(far[1], rel=1e-6)
    assert values.min() < far[0] < values.max()
    assert (
        function.sd(np.array([0.5, 0.2]))
        < function.sd(np.array([4.0, 3.0]))
        < function.sd(np.array([50.0, 0.0]))
    )


def test_smooth_function_pools_errors():
    points, errors = np.zeros((25, 2)), np.full(25, 0.1)
    values = 0.3 + errors * np.random.default_rng(1).standard_normal(25)
    function = SmoothFunction(points, values, errors)
    assert function.sd(points[0]) == pytest.approx(0.1 / 5, rel=0.02)
    assert abs(function.mean(points[0]) - values.mean()) < 0.002

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cortexnet.analysis.meanfield import ConvergenceError
from cortexnet.analysis.meanfield.fixed_points import fixed_points
from cortexnet.analysis.meanfield.nullcline import Nullcline
from cortexnet.analysis.meanfield.stability import eigenvalues, jacobian, nullcline_slope, propagated_errors


def solve(excitatory, inhibitory=lambda e, i: 2 * e + 0 * i, taus=(10e-3, 5e-3), largest=1000.0):
    return fixed_points(
        lambda e, i: np.maximum(excitatory(e, i), 0.0),
        lambda e, i: np.maximum(inhibitory(e, i), 0.0),
        lambda e, i: taus,
        largest,
    )


def summary(points):
    return [(p.branch, p.stable) for p in points]


def rates(points):
    return np.array([(p.rate_excitatory, p.rate_inhibitory) for p in points])


def test_bistable_map_with_known_states():
    points = solve(lambda e, i: e + 1e-3 * e * (e - 0.5) * (e - 2) * (e - 20))
    np.testing.assert_allclose(rates(points), [(0, 0), (0.5, 1), (2, 4), (20, 40)], rtol=1e-9)
    assert summary(points) == [("silent", True), ("unstable", False), ("low", True), ("unstable", False)]


def test_high_state_below_the_largest_rate():
    points = solve(lambda e, i: 990 * e**2 / (e**2 + 100), lambda e, i: 0.5 * e)
    low = (990 - np.sqrt(990**2 - 400)) / 2
    np.testing.assert_allclose(rates(points)[:, 0], [0, low, 990 - low], rtol=1e-9)
    assert summary(points) == [("silent", True), ("unstable", False), ("high", True)]


def test_unstable_silence():
    points = solve(lambda e, i: 3 * e / (1 + e))
    np.testing.assert_allclose(rates(points), [(0, 0), (2, 4)], atol=1e-9)
    assert summary(points) == [("silent", False), ("low", True)]


def test_nothing_but_silence():
    assert summary(solve(lambda e, i: 0.99 * e)) == [("silent", True)]
    assert summary(solve(lambda e, i: 0 * e, lambda e, i: 0 * e)) == [("silent", True)]


@pytest.mark.parametrize(("tau_inhibitory", "stable"), [(2e-3, True), (8e-3, False)])
def test_feedback_inhibition_is_stable_only_if_it_is_fast(tau_inhibitory, stable):
    # J - 1 = ((2, -4), (1, -1)) at (5, 2): the determinant is positive, so the trace decides,
    # 2/tau_E - 1/tau_I with tau_E = 10 ms. The gain of the excitatory cells alone is 3.
    points = solve(
        lambda e, i: 5 + 3 * (e - 5) - 4 * (i - 2), lambda e, i: e - 3 + 0 * i, taus=(10e-3, tau_inhibitory)
    )
    np.testing.assert_allclose(rates(points), [(0, 0), (1, 0), (5, 2)], atol=1e-9)
    assert points[1].stable is False
    assert points[2].stable is stable


def test_eigenvalues_and_amplification_of_a_known_jacobian():
    # diag(1/tau) (J - 1) = ((200, -400), (500, -500)): trace -300, determinant 1e5.
    theory = SimpleNamespace(
        excitatory_rate=lambda e, i: 5 + 3 * (e - 5) - 4 * (i - 2), inhibitory_rate=lambda e, i: e - 3 + 0 * i
    )
    matrix = jacobian(theory.excitatory_rate, theory.inhibitory_rate, 5.0, 2.0)
    np.testing.assert_allclose(matrix, [[3, -4], [1, 0]], atol=1e-9)
    expected = -150 + 1j * np.sqrt(1e5 - 150**2)
    np.testing.assert_allclose(eigenvalues(matrix, (10e-3, 2e-3)), (expected, expected.conjugate()))
    # Along r_I = r_E - 3 the output is 5 - (r_E - 5).
    assert nullcline_slope(theory, 5.0, 2.0) == pytest.approx(-1)
    # An error of r_E^out of 1 Hz moves the state to where 4 (r_I - 2) - 2 (r_E - 5) = 1 on that line.
    np.testing.assert_allclose(propagated_errors(matrix, np.array([1.0, 0.0])), [0.5, 0.5])


def folded(e, i):
    """Inhibitory map that is self-consistent where r_E = g(r_I), a cubic with three rates at one r_E."""
    return i + e - ((i - 1) * (i - 4) * (i - 9) / 20 + 5)


def test_all_rates_of_a_folded_nullcline():
    points = solve(lambda e, i: e - 0.1 * (i - 1) * (i - 5) * (9 - i), folded)
    found = rates(points)
    np.testing.assert_allclose(found[np.argsort(found[:, 1])], [(0, 0), (5, 1), (4.2, 5), (5, 9)], rtol=1e-7)


def test_nullcline_passes_through_the_fold():
    (curve,) = Nullcline.trace(lambda e, i: np.maximum(folded(e, i), 0.0), 1000.0)
    excitatory, inhibitory = curve.rates()
    active = inhibitory > 1e-9
    cubic = (inhibitory - 1) * (inhibitory - 4) * (inhibitory - 9) / 20 + 5
    np.testing.assert_allclose(excitatory[active], cubic[active], rtol=1e-9)
    assert (np.diff(excitatory[np.argsort(inhibitory)]) < 0).any()
    between = np.array([curve.at(k + 0.37) for k in range(0, len(excitatory) - 1, 7)])
    cubic = (between[:, 1] - 1) * (between[:, 1] - 4) * (between[:, 1] - 9) / 20 + 5
    np.testing.assert_allclose(between[:, 0][between[:, 1] > 1e-9], cubic[between[:, 1] > 1e-9], rtol=1e-9)


@pytest.mark.parametrize("half_distance", [0.1, 0.01, 1e-4])
def test_two_states_about_to_merge_are_both_found(half_distance):
    points = solve(lambda e, i: e - 0.01 * e * ((e - 2) ** 2 - half_distance**2))
    np.testing.assert_allclose(rates(points)[:, 0], [0, 2 - half_distance, 2 + half_distance], rtol=1e-7)
    assert summary(points)[1:] == [("unstable", False), ("low", True)]


@pytest.mark.parametrize("gap", [0.1, 1e-3, 1e-6])
def test_states_that_have_vanished_are_not_found(gap):
    assert summary(solve(lambda e, i: e - 0.01 * e * ((e - 2) ** 2 + gap))) == [("silent", True)]


def test_a_jump_over_the_diagonal_is_no_state():
    with pytest.raises(ConvergenceError, match=r"residual .* Hz") as raised:
        solve(lambda e, i: np.where(e < 1.2345, 0.5 * e, 3.0))
    assert raised.value.residual > 0.6
    assert raised.value.exit_status == 1
    assert "1.2345" in str(raised.value)


@settings(max_examples=40)
@given(
    st.lists(st.floats(-1.5, 2.3), min_size=1, max_size=4, unique=True).filter(
        lambda roots: len(roots) == 1 or np.diff(sorted(roots)).min() > 0.1
    ),
    st.sampled_from([-1.0, 1.0]),
)
def test_every_planted_state_is_found(logarithms, sign):
    roots = 10 ** np.sort(logarithms)

    def output(e, i):
        product = np.prod([np.tanh(e / root - 1) for root in roots], axis=0)
        return e * (1 + 0.5 * sign * product)

    np.testing.assert_allclose(rates(solve(output))[1:, 0], roots, rtol=1e-8)

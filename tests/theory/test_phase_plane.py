from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from cortexnet.analysis.meanfield.phase_plane import PhasePlane
from cortexnet.analysis.meanfield.siegert import Siegert
from cortexnet.models.spontaneous_activity.parameters import Parameters


class Toy(Siegert):
    """States of E cells where r_E = 1 (unstable) and 4 Hz if r_I = 2 r_E; excitation lowers with r_I."""

    coupling = 0.3

    def excitatory_rate(self, e, i):
        e, i = np.broadcast_arrays(e, i)
        return np.maximum(e - 0.2 * e * (e - 1) * (e - 4) - self.coupling * e * (i - 2 * e), 0.0)

    def inhibitory_rate(self, e, i):
        return 2 * np.asarray(e) + 0 * np.asarray(i)

    def time_constants(self, e, i):
        return 10e-3, 5e-3


def toy(coupling=0.3):
    theory = Toy.of(Parameters())
    theory.coupling = coupling
    return theory


def plane_of(theory):
    return PhasePlane(theory, smallest_rate=0.1, largest_excitatory=8.0, largest_inhibitory=16.0)


def saddle_of(theory):
    (saddle,) = (state for state in theory.states() if state.branch == "unstable")
    return saddle


def test_without_coupling_the_separatrix_is_a_line():
    theory = toy(coupling=0.0)
    for half in plane_of(theory).separatrix(saddle_of(theory)):
        np.testing.assert_allclose(half[0], 1.0, atol=1e-4)
    ends = [half[1][-1] for half in plane_of(theory).separatrix(saddle_of(theory))]
    np.testing.assert_allclose(sorted(ends), [0, 16], atol=0.05)


def test_the_separatrix_separates_silence_from_the_low_state():
    theory = toy()
    plane = plane_of(theory)
    for excitatory, inhibitory in plane.separatrix(saddle_of(theory)):
        for k in range(1, len(excitatory), max(len(excitatory) // 4, 1)):
            for factor, end in ((0.97, 0.0), (1.03, 4.0)):
                path = solve_ivp(
                    lambda _, rates: plane.velocity(rates), (0, 2), (factor * excitatory[k], inhibitory[k])
                )
                assert path.y[0, -1] == pytest.approx(end, abs=0.05)


def test_a_state_without_a_stable_direction_has_no_separatrix():
    theory = toy()
    theory.time_constants = lambda e, i: (10e-3, 5e-3)
    theory.inhibitory_rate = lambda e, i: 2 + 3 * (np.asarray(i) - 2) + 0 * np.asarray(e)
    assert plane_of(theory).separatrix(saddle_of(toy())) == []


def test_excitatory_nullcline_is_where_excitation_is_self_consistent():
    pieces = plane_of(toy()).excitatory_nullcline()
    excitatory, inhibitory = (np.concatenate(rates) for rates in zip(*pieces, strict=True))
    assert len(excitatory) > 30
    expected = 2 * excitatory - 0.2 * (excitatory - 1) * (excitatory - 4) / 0.3
    inside = (inhibitory > 0.7) & (excitatory < 5)  # elsewhere cells fall silent within a step of the grid
    assert inside.sum() > 30
    np.testing.assert_allclose(inhibitory[inside], expected[inside], rtol=0.02, atol=0.05)


def test_flow_points_where_rates_go():
    plane = plane_of(toy(coupling=0.0))
    excitatory, inhibitory, right, up = plane.flow(12)
    np.testing.assert_allclose(np.hypot(right, up)[excitatory > 0], 1)
    grows = (excitatory > 1) & (excitatory < 4)
    assert (right[grows] > 0).all()
    assert (right[(excitatory > 0) & (excitatory < 1)] < 0).all()
    assert (up[inhibitory < 2 * excitatory - 1e-9] > 0).all()

from __future__ import annotations

import numpy as np
import pytest
from brian2 import mV

from cortexnet.analysis.meanfield.working_point import working_point
from cortexnet.models.spontaneous_activity.parameters import Parameters
from tests.theory.poisson_cell import excitatory_cells, inhibitory_cells

PUBLISHED = Parameters()


def test_high_conductance_state_of_the_network():
    # Measured in the simulated network: E g_E 0.026, g_I 0.057, tau_e 7.5 ms; I 0.060, 0.071, 4.3 ms.
    point = working_point(PUBLISHED, 1.7, 14.3)
    np.testing.assert_allclose(point["excitatory_conductance_per_ms"], [0.026, 0.061], atol=1e-3)
    np.testing.assert_allclose(point["inhibitory_conductance_per_ms"], [0.057, 0.0715], atol=5e-4)
    np.testing.assert_allclose(point["time_constant_ms"], [7.5, 4.3], atol=0.05)
    np.testing.assert_allclose(point["colour"], [0.52, 0.68], atol=0.01)
    assert point.loc["excitatory", "sd_mv"] == pytest.approx(3.73, abs=0.02)
    assert point.loc["excitatory", "white_sd_mv"] == pytest.approx(4.2, abs=0.02)
    assert point.loc["excitatory", "multiplicative_shift_mv"] == pytest.approx(-0.2, abs=0.04)


def test_without_input_the_cell_rests():
    point = working_point(PUBLISHED, 0.0, 0.0)
    np.testing.assert_allclose(point["mean_mv"], -70)
    np.testing.assert_allclose(point["time_constant_ms"], [20, 10])
    assert (point[["sd_mv", "white_sd_mv", "multiplicative_shift_mv"]] == 0).all(axis=None)


@pytest.mark.parametrize(
    ("simulate", "cell_type"), [(excitatory_cells, "excitatory"), (inhibitory_cells, "inhibitory")]
)
def test_free_potential_equals_simulated_cells_without_threshold(simulate, cell_type):
    # 20 cells, 20 s, seed 3. The mean has a standard error below 0.03 mV (some 40,000 correlation times); the
    # theory is of first order in the noise, hence the bounds of 0.15 mV and 4 %.
    parameters = PUBLISHED.replace(threshold_potential=-1 * mV)
    _, mean, sd = simulate(parameters.as_si(), (1.7, 14.3), cells=20, seconds=20.0, seed=3)
    point = working_point(PUBLISHED, 1.7, 14.3).loc[cell_type]
    assert 1e3 * mean == pytest.approx(point["mean_mv"] + point["multiplicative_shift_mv"], abs=0.15)
    assert 1e3 * sd == pytest.approx(point["sd_mv"], rel=0.04)
    assert abs(1e3 * sd / point["white_sd_mv"] - 1) > 0.08

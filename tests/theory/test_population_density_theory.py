from __future__ import annotations

import time

import numpy as np
import pytest
from brian2 import ms, mV

from cortexnet.analysis.meanfield.population_density import PopulationDensity
from cortexnet.models.spontaneous_activity.parameters import Parameters

PUBLISHED = Parameters()


@pytest.fixture(scope="module")
def theory():
    theory = PopulationDensity.of(PUBLISHED)
    started = time.process_time()
    theory.states()
    assert time.process_time() - started < 15  # 4 s on an idle core
    return theory


def test_states_are_those_of_the_density(theory):
    silent, unstable, low = theory.states()
    assert [state.branch for state in (silent, unstable, low)] == ["silent", "unstable", "low"]
    for state in (unstable, low):
        rates = theory.evaluate(state.rate_excitatory, state.rate_inhibitory)
        assert rates.excitatory == pytest.approx(state.rate_excitatory, rel=2e-3)
        assert rates.inhibitory == pytest.approx(state.rate_inhibitory, rel=5e-3, abs=1e-3)
        assert theory.is_valid(state.rate_excitatory, state.rate_inhibitory)
    # An independent solver, of frozen inhibition, has 0.42, and 1.57 with 12.7 Hz; the amplifier is large.
    assert unstable.rate_excitatory == pytest.approx(0.44, abs=0.05)
    assert low.rate_excitatory == pytest.approx(1.5, rel=0.1)
    assert low.rate_inhibitory == pytest.approx(12.0, rel=0.15)


def test_one_point_is_fast(theory):
    started = time.process_time()
    theory.evaluate(1.7, 14.3)
    assert time.process_time() - started < 1


def test_density_of_the_potential(theory):
    potential, thickness = theory.voltage_mesh(1.7, 14.3)
    active = thickness @ theory.density(potential, 1.7, 14.3)
    assert active == pytest.approx(1 - 1.5e-3, abs=1e-4)
    assert theory.density(np.array([-0.0499, -0.12]), 1.7, 14.3).tolist() == [0.0, 0.0]
    # Measured in the network, which is somewhat broader by differences between cells: -61.0, 3.5 mV.
    mean, sd = theory.membrane_potential(1.7, 14.3)
    assert mean == pytest.approx(-61.0e-3, abs=0.2e-3)
    assert sd == pytest.approx(3.45e-3, abs=0.1e-3)
    assert theory.membrane_potential(0.0, 0.0) == (-70e-3, 0.0)


def test_validity_is_about_inhibitory_noise():
    strong = PUBLISHED.replace(conductance_inhibitory_to_excitatory=0.04 / ms)
    assert not PopulationDensity.of(strong).is_valid(1.7, 5.0)
    assert PopulationDensity.of(PUBLISHED).is_valid(1.7, 14.3)


def test_validity_ends_where_cells_fire_regularly():
    # Then their slow noise is next to nothing, not that of the Poisson trains that the theory takes them for.
    runaway = PopulationDensity.of(PUBLISHED.replace(conductance_inhibitory_to_excitatory=0 / ms))
    assert not runaway.is_valid(986.0, 900.0)
    assert not PopulationDensity.of(PUBLISHED).is_valid(30.0, 150.0)


def test_networks_without_inhibition_or_excitation_of_it():
    for changes in (
        {"conductance_inhibitory_to_excitatory": 0 / ms},
        {"conductance_excitatory_to_inhibitory": 0 / ms},
        {"release_failure_epsp": 0 * mV, "refractory_period": 0 * ms},
    ):
        theory = PopulationDensity.of(PUBLISHED.replace(**changes))
        for rates in ((0.1, 0.0), (1.7, 14.3), (100.0, 100.0)):
            output = theory.evaluate(*rates)
            assert np.isfinite([output.excitatory, output.inhibitory]).all()
            assert min(output.excitatory, output.inhibitory) >= 0

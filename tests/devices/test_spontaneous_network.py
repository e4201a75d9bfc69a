"""The published equations on 800 + 200 cells: one seed gives one network on every target, to the bit.

So small a network does not sustain itself; the kick outlasts the 200 ms, and every synapse is used.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from brian2 import ms, prefs, set_device

import cortexnet as cn
from cortexnet.models.spontaneous_activity import Parameters, build
from cortexnet.models.spontaneous_activity.pathways import PATHWAYS, POPULATIONS

SMALL = {"n_excitatory": 800, "n_inhibitory": 200, "kick_duration": 600 * ms}
TARGETS = ["numpy", "cython", "cpp_standalone"]


def simulate(target: str, seed: int = 4, **changes: object) -> dict[str, np.ndarray]:
    """All synapses, and the spikes of 200 ms, as arrays."""
    device, options = ("runtime", {"codegen_target": target}) if target != "cpp_standalone" else (target, {})
    with cn.device(device, progress=False, **options):
        network = build(Parameters(**(SMALL | changes)), seed=seed)
        network.run(200 * ms)
    arrays: dict[str, np.ndarray] = {}
    for pathway in PATHWAYS:
        synapses = network[pathway.name]
        arrays |= {f"{pathway.name}.{name}": np.asarray(getattr(synapses, name)) for name in ("i", "j")}
        arrays[f"{pathway.name}.delay"] = np.asarray(synapses.delay)
        arrays[f"{pathway.name}.conductance"] = np.asarray(synapses.conductance)
    strengths = network["excitatory_to_excitatory"]
    arrays["failure_probability"] = np.asarray(strengths.failure_probability)
    for population in POPULATIONS:
        monitor = network[f"{population}_spikes"]
        order = np.lexsort((monitor.i, monitor.t))
        arrays[f"{population}.spike_cells"] = np.asarray(monitor.i)[order]
        arrays[f"{population}.spike_times"] = np.asarray(monitor.t)[order]
        arrays[f"{population}.v"] = np.asarray(network[population].v)
    return arrays


@pytest.fixture(scope="module")
def on_numpy() -> dict[str, np.ndarray]:
    return simulate("numpy")


def test_the_small_network_is_active(on_numpy: dict[str, np.ndarray]) -> None:
    assert on_numpy["excitatory.spike_cells"].size > 500
    assert on_numpy["inhibitory.spike_cells"].size > 200


@pytest.mark.standalone
@pytest.mark.parametrize("target", TARGETS[1:])
def test_synapses_and_spikes_are_equal_to_the_bit(target: str, on_numpy: dict[str, np.ndarray]) -> None:
    other = simulate(target)
    for name, expected in on_numpy.items():
        if name.endswith(".v"):
            # The only quantity in which the order of additions may show.
            assert other[name] == pytest.approx(expected, abs=1e-9), name
        else:
            assert np.array_equal(other[name], expected), name


@pytest.mark.standalone
def test_seed_and_parameters_reach_the_compiled_program_when_it_runs() -> None:
    """Other seed, weights and EPSP law: nothing is compiled, and the result is that of numpy."""
    changes = {"epsp_mode": 0.25 * Parameters().epsp_mode / 0.2, "connection_probability_excitatory": 0.12}
    simulate("cpp_standalone")
    with cn.device("cpp_standalone", progress=False) as execution:
        network = build(Parameters(**(SMALL | changes)), seed=9)
        network.run(200 * ms)
    assert not execution.compiled
    expected = simulate("numpy", seed=9, **changes)
    assert np.array_equal(
        np.asarray(network["excitatory_to_excitatory"].conductance),
        expected["excitatory_to_excitatory.conductance"],
    )
    assert np.array_equal(
        np.sort(np.asarray(network["excitatory_spikes"].t)), np.sort(expected["excitatory.spike_times"])
    )


@pytest.mark.standalone
def test_plain_set_device_gives_the_same_network(tmp_path: Path, on_numpy: dict[str, np.ndarray]) -> None:
    """A user's own script without our device."""
    set_device("cpp_standalone", directory=str(tmp_path / "project"))
    prefs.devices.cpp_standalone.extra_make_args_unix = ["-j2"]
    network = build(Parameters(**SMALL), seed=4)
    network.run(200 * ms)
    synapses = network["excitatory_to_excitatory"]
    assert np.array_equal(np.asarray(synapses.conductance), on_numpy["excitatory_to_excitatory.conductance"])
    assert np.array_equal(
        np.sort(np.asarray(network["inhibitory_spikes"].t)), np.sort(on_numpy["inhibitory.spike_times"])
    )


def test_another_trial_differs_in_release_failures_alone(on_numpy: dict[str, np.ndarray]) -> None:
    with cn.device("runtime", progress=False):
        network = build(Parameters(**SMALL), seed=4, trial=1)
        network.run(200 * ms)
    synapses = network["excitatory_to_excitatory"]
    assert np.array_equal(np.asarray(synapses.conductance), on_numpy["excitatory_to_excitatory.conductance"])
    assert not np.array_equal(np.asarray(network["excitatory_spikes"].t), on_numpy["excitatory.spike_times"])

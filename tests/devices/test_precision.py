"""Single precision: the variables of a model are of it, and nothing else changes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from brian2 import ms, prefs

import cortexnet as cn
from cortexnet.devices import DEVICES
from cortexnet.errors import CortexnetError
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.models.spontaneous_activity import build as build_network
from cortexnet.network import ModelNetwork
from cortexnet.recording import Recording
from tests.devices.small_model import build

KINDS = [
    pytest.param("runtime", id="runtime"),
    pytest.param("cpp_standalone", id="cpp_standalone", marks=pytest.mark.standalone),
]
COMPILED = [name for name in DEVICES if name != "cuda_standalone"]  # which needs brian2cuda to be imported


def simulated(device: str, precision: str) -> tuple[ModelNetwork, cn.devices.Execution]:
    with cn.device(device, precision=precision, progress=False) as execution:
        network = build_network(Parameters(n_excitatory=800, n_inhibitory=200), seed=1)
        network.run(100 * ms)
    return network, execution


@pytest.mark.parametrize("device", KINDS)
def test_a_network_in_single_precision_differs_by_rounding(device: str) -> None:
    """Its early spikes, before the kicks have died down, are those of double precision to a time step."""
    (single, execution), (double, _) = (simulated(device, precision) for precision in ("single", "double"))
    assert (execution.status, execution.precision) == ("complete", "single")
    potentials = [np.asarray(network["excitatory"].v) for network in (single, double)]
    assert [array.dtype for array in potentials] == [np.float32, np.float64]
    np.testing.assert_allclose(*potentials, atol=1e-5)  # volts
    assert not np.array_equal(*potentials)
    for name in ("excitatory_spikes", "inhibitory_spikes"):
        first, second = (
            (np.asarray(network[name].i), np.asarray(network[name].t)) for network in (single, double)
        )
        np.testing.assert_array_equal(first[0], second[0])
        np.testing.assert_allclose(first[1], second[1], atol=1.1e-4)
    recordings = [Recording.of(network, warmup=0 * ms) for network in (single, double)]
    assert [recording.manifest["precision"] for recording in recordings] == ["single", "double"]


@pytest.mark.parametrize(("outer", "precision"), product([np.float64, np.float32], ["double", "single"]))
def test_the_preference_is_put_back(outer: type, precision: str) -> None:
    before = prefs["core.default_float_dtype"]
    prefs["core.default_float_dtype"] = outer
    try:
        with cn.device("runtime", precision=precision, progress=False):
            network = build()
        assert prefs["core.default_float_dtype"] is outer
    finally:
        prefs["core.default_float_dtype"] = before
    assert np.asarray(network["cells"].v).dtype == {"double": np.float64, "single": np.float32}[precision]
    assert np.asarray(network["spikes"].t).dtype == np.float64


@pytest.mark.parametrize("device", COMPILED)
def test_there_are_two_precisions(device: str) -> None:
    with (
        pytest.raises(CortexnetError, match=r"^precision is 'half'; allowed: double, single$"),
        cn.device(device, precision="half"),
    ):
        pass

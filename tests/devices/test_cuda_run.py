"""On a card: what a program computes there. Skipped where there is none."""

from __future__ import annotations

import importlib.util
import shutil

import numpy as np
import pytest
from brian2 import ms

import cortexnet as cn
from cortexnet.errors import CortexnetError
from cortexnet.models import spontaneous_activity as sa
from cortexnet.models.spontaneous_activity.pathways import PATHWAYS
from tests.devices.cuda_models import MODELS

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(shutil.which("nvidia-smi") is None, reason="there is no card"),
    pytest.mark.skipif(importlib.util.find_spec("brian2cuda") is None, reason="brian2cuda is not installed"),
]


def simulate(device: str, delivery: str) -> dict[str, np.ndarray]:
    """All that `delivered` leaves, spikes sorted within a step: a card records them in any order."""
    with cn.device(device, progress=False, delivery=delivery):
        network, duration = MODELS["delivered"]()
        network.run(duration)
    spikes = network["spikes"]
    order = np.lexsort((spikes.i, spikes.t_))
    return {
        "cells": np.asarray(spikes.i)[order],
        "times": np.asarray(spikes.t_)[order],
        "used": np.asarray(network["synapses"].used),
        "answered": np.asarray(network["synapses"].answered),
        "heard": np.asarray(network["some"].heard),
        "recorded": np.asarray(network["record"].heard),
    }


def test_ranges_give_what_the_queue_of_a_processor_gives() -> None:
    """Sums are exact here; potentials are rounded by fused operations: a spike may come a step later."""
    on_card, on_processor = simulate("cuda_standalone", "auto"), simulate("cpp_standalone", "brian2")
    for name in ("heard", "recorded"):
        assert on_card[name].sum() == pytest.approx(on_processor[name].sum(), rel=0.01)
    assert len(on_card["cells"]) == pytest.approx(len(on_processor["cells"]), rel=0.01)
    first = slice(0, 100)
    np.testing.assert_array_equal(on_card["cells"][first], on_processor["cells"][first])


def test_a_second_run_of_one_program_repeats_the_first() -> None:
    """Since no sum depends on the order in which threads arrive."""
    first, second = (simulate("cuda_standalone", "auto") for _ in range(2))
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name], err_msg=name)


def test_one_seed_gives_one_network_on_card_and_processor() -> None:
    """Pairs, delays, conductances and failure probabilities, to the bit; rates within a tenth."""
    parameters = sa.Parameters(n_excitatory=800, n_inhibitory=200, kick_duration=600 * ms)
    networks = {}
    for device in ("cuda_standalone", "cpp_standalone"):
        with cn.device(device, progress=False):
            networks[device] = sa.build(parameters, seed=4)
            networks[device].run(200 * ms)
    on_card, on_processor = networks["cuda_standalone"], networks["cpp_standalone"]
    for pathway in PATHWAYS:
        for name in ("i", "j", "delay", "conductance"):
            values = [np.asarray(getattr(each[pathway.name], name)) for each in (on_card, on_processor)]
            np.testing.assert_array_equal(*values, err_msg=f"{pathway.name}.{name}")
    numbers = [len(each["inhibitory_spikes"].i) for each in (on_card, on_processor)]
    assert numbers[0] == pytest.approx(numbers[1], rel=0.1)


def test_a_network_beyond_the_machine_is_refused_before_it_is_compiled() -> None:
    """Some 10^11 synapses, which no host holds either."""
    parameters = sa.Parameters(n_excitatory=600_000, n_inhibitory=100_000)
    with cn.device("cuda_standalone"), pytest.raises(CortexnetError, match="GB"):
        sa.build(parameters, seed=1)

"""Delivery over ranges on a card: the generated program, run on the host, does what the C++ program does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from brian2 import Hz, ms, prefs

import cortexnet as cn
from cortexnet.devices import set_at_run_time
from cortexnet.models.spontaneous_activity.pathways import POPULATIONS
from tests.devices.conftest import CudaSources
from tests.devices.cuda_models import MODELS
from tests.devices.on_host import FLAGS, compile_for_host, result, run_on_host


@pytest.fixture
def rounded_alike() -> Iterator[None]:
    """Let the C++ program round as the one does that is made from CUDA."""
    before = prefs["codegen.cpp.extra_compile_args_gcc"]
    prefs["codegen.cpp.extra_compile_args_gcc"] = FLAGS
    yield
    prefs["codegen.cpp.extra_compile_args_gcc"] = before


@pytest.mark.cuda
@pytest.mark.usefixtures("rounded_alike")
def test_on_the_host_it_computes_the_bits_of_the_queue(cuda_sources: dict[str, CudaSources]) -> None:
    """Of `delivered`, whose sums are exact, so that no order of them can be told from another.

    Spikes, potentials, what synapses have learnt, and what was recorded of them, all in the users' order.
    """
    folder = cuda_sources["delivered"].folder
    compile_for_host(folder)
    run_on_host(folder, 0.06)
    with cn.device("cpp_standalone", progress=False, delivery="brian2"):
        network, duration = MODELS["delivered"]()
        network.run(duration)

    spikes, synapses, some = network["spikes"], network["synapses"], network["some"]
    assert len(spikes.i) > 500
    assert len(np.unique(synapses.used)) > 4
    expected = {
        "_dynamic_array_spikes_i": ("int32", spikes.i),
        "_dynamic_array_spikes_t": ("float64", spikes.t_),
        "_array_cells_v": ("float64", network["cells"].v),
        "_array_cells_arrived": ("float64", network["cells"].arrived),
        "_dynamic_array_synapses_used": ("int32", synapses.used),
        "_dynamic_array_synapses_answered": ("int32", synapses.answered),
        "_dynamic_array_synapses_w": ("float64", synapses.w),
        "_dynamic_array_synapses__synaptic_pre": ("int32", synapses.i),
        "_dynamic_array_synapses_delay": ("float64", synapses.pre.delay_),
        "_dynamic_array_synapses_delay_1": ("float64", synapses.post.delay_),
        "_dynamic_array_some_heard": ("int32", some.heard),
        "_dynamic_array_record_heard": ("int32", np.asarray(network["record"].heard).T.ravel()),
    }
    for name, (dtype, values) in expected.items():
        np.testing.assert_array_equal(result(folder, name, dtype), np.asarray(values), err_msg=name)


@pytest.mark.cuda
@pytest.mark.usefixtures("rounded_alike")
def test_on_the_host_the_published_equations_fire_alike(cuda_sources: dict[str, CudaSources]) -> None:
    """1000 cells, seed 4, kicked so hard that they fire all the time: every spike and potential of 100 ms."""
    sources = cuda_sources["spontaneous_activity"]
    kick = {"kick_steps": 6000, "kick_conductance": 400.0}
    values = {f"{group}.{name}": value for group in POPULATIONS for name, value in kick.items()}
    compile_for_host(sources.folder)
    run_on_host(sources.folder, 0.1, seeds="4", **sources.facts["run_time_values"] | values)
    with cn.device("cpp_standalone", progress=False, delivery="brian2"):
        network, _ = MODELS["spontaneous_activity"]()
        for group in POPULATIONS:
            set_at_run_time(network[group], "kick_steps", kick["kick_steps"])
            set_at_run_time(network[group], "kick_conductance", kick["kick_conductance"] * Hz)
        network.run(100 * ms)

    for group in POPULATIONS:
        spikes = network[f"{group}_spikes"]
        assert len(spikes.i) > 10_000
        found = result(sources.folder, f"_dynamic_array_{group}_spikes_i", "int32")
        np.testing.assert_array_equal(found, np.asarray(spikes.i))
        found = result(sources.folder, f"_dynamic_array_{group}_spikes_t", "float64")
        np.testing.assert_array_equal(found, np.asarray(spikes.t_))
        found = result(sources.folder, f"_array_{group}_v", "float64")
        np.testing.assert_array_equal(found, np.asarray(network[group].v))


@pytest.mark.cuda
def test_arrays_move_unless_a_synapse_is_known_by_its_number(cuda_sources: dict[str, CudaSources]) -> None:
    """`some` is recorded by synapse; of `synapses` the second pathway follows the order of the first."""
    model = cuda_sources["delivered"]
    units = {
        name: model.text(f"code_objects/before_run_{name}_push_spikes.cu")
        for name in ("synapses_pre", "synapses_post", "some_pre")
    }
    laid_out = {name: re.findall(r"(true|false), (nullptr|&\w+)", text)[0] for name, text in units.items()}
    assert laid_out == {
        "synapses_pre": ("true", "nullptr"),
        "synapses_post": ("false", "&synapses_pre_ranges"),
        "some_pre": ("false", "nullptr"),
    }
    moved = re.findall(r"to_order_of_delivery\(dev_dynamic_array_(\w+)\)", units["synapses_pre"])
    assert moved == [f"synapses_{n}" for n in ("_synaptic_post", "_synaptic_pre", "answered", "used", "w")]


@pytest.mark.cuda
def test_it_compiles_for_a_card(cuda_sources: dict[str, CudaSources]) -> None:
    cuda_sources["delivered"].compile("cortexnet_ranges.o")


@pytest.mark.cuda
@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("clip", "v_post = clip(v_post + w, 0, 1) is no sum or product that can be applied in any order"),
        ("reads", "w = v_post reads what the pathway changes"),
        ("event-driven", "dw/dt = (v_post - w)/(10*ms) reads what the pathway changes"),
        ("subexpression", "v_post += drive reads what the pathway changes"),
        ("spontaneous_activity, brian2", "delivery='brian2'"),
    ],
)
def test_what_is_left_to_brian2cuda_is_said(
    cuda_sources: dict[str, CudaSources], model: str, reason: str
) -> None:
    sources = cuda_sources[model]
    assert set(sources.facts["delivery"].values()) == {reason}
    assert sources.facts["delivery_after_a_run"] == sources.facts["delivery"]
    noted = (
        "cortexnet: brian2cuda delivers the spikes of 'synapses_pre', "
        f"slowly if a pair has several synapses: {reason}\n"
    )
    assert sources.facts["notes"] == ("" if "brian2" in model else noted)
    assert not (sources.folder / "cortexnet_ranges.cu").exists()

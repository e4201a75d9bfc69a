"""What can be chosen of the delivery and of what is kept, and what is said where it cannot be had."""

from __future__ import annotations

import brian2
import numpy as np
import pytest
from brian2 import DEFAULT_FUNCTIONS, Network, NeuronGroup, SpikeMonitor, Synapses, ms, prefs

import cortexnet as cn
from cortexnet.devices.delivery.code_objects import template_for, vectorisable
from cortexnet.errors import CortexnetError

STATE_UPDATE = """
    const double dt = _ptr_dt[0];
    const int64_t _lio_1 = _timestep(refractory_period, dt);
    for (int _idx = 0; _idx < _N; _idx++)
    {
        // vector code
        not_refractory = _timestep(t - lastspike, dt) >= _lio_1;
        const float k = dt * (1.5 * v - 2.0e-3);
        const float on = int_(t < 0.1);
    }
"""


def network() -> Network:
    cells = NeuronGroup(
        3, "dv/dt = 200*Hz : 1", threshold="v > 1", reset="v = 0", method="euler", name="cells"
    )
    synapses = Synapses(cells, cells, "w : 1\nn : integer", on_pre="v_post += w\nn += 1", name="synapses")
    synapses.connect()
    synapses.w = "0.01*i"
    synapses.delay = "j*ms"
    return Network(cells, synapses, SpikeMonitor(cells, name="spikes"))


@pytest.mark.standalone
def test_values_of_synapses_can_be_left_out() -> None:
    spikes = {}
    for results in ("all", "recorded"):
        with cn.device("cpp_standalone", progress=False, results=results) as execution:
            made = network()
            made.run(30 * ms)
        spikes[results] = np.asarray(made["spikes"].t)
        assert execution.delivery == {"synapses_pre": "ranges"}
        np.testing.assert_array_equal(made["synapses"].variables["N_outgoing"].get_value(), [3, 3, 3])
    np.testing.assert_array_equal(spikes["all"], spikes["recorded"])
    for name in ("w", "n", "delay"):
        with pytest.raises(CortexnetError, match=rf"synapses.*{name} was not kept.*results='all'"):
            made["synapses"].__getattr__(name)[:]


@pytest.mark.parametrize("option", ["delivery", "results", "precision"])
def test_an_unknown_choice_is_named_with_those_allowed(option: str) -> None:
    with (
        pytest.raises(CortexnetError, match=f"{option} is 'fast'; allowed: [a-z0-9]+, "),
        cn.device("cpp_standalone", **{option: "fast"}),
    ):
        pass


def test_an_unknown_brian2_is_refused_but_for_its_own_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brian2, "__version__", "2.90.0")
    with (
        pytest.raises(CortexnetError, match=r"Brian2 is 2\.90\.0.*2\.9, 2\.10, 2\.11.*delivery='brian2'"),
        cn.device("cpp_standalone"),
    ):
        pass
    with cn.device("cpp_standalone", delivery="brian2"):
        pass


def test_a_state_update_in_double_precision_changes_its_test_for_refractoriness_alone() -> None:
    changed = vectorisable(STATE_UPDATE).splitlines()
    different = [line for line, old in zip(changed, STATE_UPDATE.splitlines(), strict=True) if line != old]
    assert different == ["        not_refractory = trunc((t - lastspike + 1e-3*dt)/dt) >= double(_lio_1);"]


def test_a_state_update_in_single_precision_stays_in_it() -> None:
    outer = prefs.core.default_float_dtype
    prefs.core.default_float_dtype = np.float32
    try:
        changed = vectorisable(STATE_UPDATE)
    finally:
        prefs.core.default_float_dtype = outer
    assert "const float k = float(dt) * (1.5f * v - 2.0e-3f);" in changed
    assert "const double dt = _ptr_dt[0];" in changed
    assert "int_(t < 0.1)" in changed  # a boundary between time steps stays where it is
    assert "trunc((t - lastspike + 1e-3*dt)/dt) >= double(_lio_1)" in changed


@pytest.mark.parametrize(
    ("condition", "template"),
    [
        ("v > 1", "threshold_in_blocks"),
        ("exp(v) > 1", "threshold"),
        ("v**0.3 > 1", "threshold"),
        ("root > 1", "threshold"),
    ],
)
def test_blocks_of_cells_are_asked_only_what_vectors_answer_alike(condition: str, template: str) -> None:
    group = NeuronGroup(1, "v : 1\nroot = v**0.3 : 1")
    words = {name: group.variables[name] for name in ("v", "root") if name in condition}
    words |= {"exp": DEFAULT_FUNCTIONS["exp"]} if "exp" in condition else {}
    assert template_for("threshold", group, f"_cond = {condition}", words) == template

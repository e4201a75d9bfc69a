"""Recordings of small networks whose every spike and voltage is known beforehand, on each device."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import brian2
import numpy as np
import pandas as pd
import pytest
from brian2 import (
    Network,
    NeuronGroup,
    Quantity,
    SpikeMonitor,
    Synapses,
    ms,
    mV,
    network_operation,
    second,
)

import cortexnet as cn
from cortexnet.devices.progress import Silent
from cortexnet.errors import RecordingError, RunFailed
from cortexnet.network import Description, ModelNetwork, Population
from cortexnet.recording import Recording
from tests.toy_network import EVENTS, N_CELLS, SIZES, SPIKES, Parameters, Summary, build


@contextmanager
def plain_standalone(folder: Path, **options: object) -> Iterator[None]:
    """Choose the device as any user of Brian2 does."""
    brian2.set_device("cpp_standalone", directory=str(folder), **options)
    try:
        yield
    finally:
        brian2.device.reinit()
        brian2.device.activate()
        brian2.set_device("runtime")


def assert_is_as_built(recording: Recording, events: int = EVENTS) -> None:
    assert list(recording.spikes.itertuples(index=False, name=None)) == [
        (name, cell, pytest.approx(time, abs=1e-12)) for name, cell, time in SPIKES
    ]
    expected = [(cell, step * 1e-3, -60.0 + cell + step) for step in range(100) for cell in (0, 3)]
    assert recording.voltages is not None
    assert set(recording.voltages["population"]) == {"excitatory"}
    assert recording.voltages[["neuron", "time_s", "voltage_mv"]].to_numpy() == pytest.approx(
        np.array(expected)
    )
    assert recording.summary["synaptic_events"] == events
    assert recording.summary["survived"] is True
    assert recording.summary["lifetime_s"] == pytest.approx(0.1)
    assert recording.duration_s == pytest.approx(0.1)
    assert recording.sizes == SIZES
    assert recording.manifest["status"] == "complete"


def test_after_a_plain_run_the_costs_are_unknown() -> None:
    network = build()
    network.run(100 * ms)
    recording = Recording.of(network)
    assert_is_as_built(recording)
    costs = ("simulation_cpu_seconds", "peak_memory_mb", "build_seconds")
    assert [recording.summary[name] for name in costs] == [None, None, None]
    assert [recording.manifest[name] for name in ("device", "codegen_target")] == ["runtime", "numpy"]


def test_after_a_run_in_a_device_block_the_costs_are_known() -> None:
    with cn.device("runtime", progress=False):
        network = build()
        network.run(100 * ms)
    recording = Recording.of(network)
    assert_is_as_built(recording)
    assert recording.summary["simulation_cpu_seconds"] > 0
    assert recording.summary["peak_memory_mb"] > 10
    assert recording.manifest["device"] == "runtime"


@pytest.mark.standalone
def test_after_a_compiled_run_the_costs_are_known() -> None:
    with cn.device("cpp_standalone", progress=False):
        network = build()
        network.run(100 * ms)
    recording = Recording.of(network)
    assert_is_as_built(recording)
    assert recording.summary["simulation_cpu_seconds"] > 0
    assert recording.summary["peak_memory_mb"] > 1
    assert [recording.manifest[name] for name in ("device", "codegen_target")] == ["cpp_standalone", "cpp"]
    assert "compiler" in recording.manifest["versions"]


@pytest.mark.standalone
def test_after_plain_standalone_and_what_its_damaged_results_lead_to(tmp_path: Path) -> None:
    with plain_standalone(tmp_path):
        network = build()
        with pytest.raises(RecordingError, match="has not been run"):
            Recording.of(network)
        network.run(100 * ms)
        recording = Recording.of(network)
        assert_is_as_built(recording)
        assert [recording.manifest[name] for name in ("device", "codegen_target")] == [
            "cpp_standalone",
            "cpp",
        ]
        assert recording.summary["simulation_cpu_seconds"] is None
        for array in ("excitatory_spikes_t", "excitatory_voltage_v", "excitatory_voltage_t"):
            file = next((tmp_path / "results").glob(f"*{array}*"))
            with _truncated(file), pytest.raises(RecordingError, match="are incomplete"):
                Recording.of(network)
        assert_is_as_built(Recording.of(network))


@contextmanager
def _truncated(file: Path) -> Iterator[None]:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 16 * 8])
    yield
    file.write_bytes(content)


def test_events_are_counted_where_population_and_source_are_parts_of_groups() -> None:
    group = NeuronGroup(9, "due : second", threshold="abs(t - due) < dt/2", refractory=1 * ms, name="all")
    group.due = [100, 1, 2, 100, 4, 100, 100, 100, 8] * ms
    part = group[2:7]  # its cells 0 and 2 fire
    cells = NeuronGroup(3, "v : volt", name="cells")
    pathways = {"whole": "part", "rest": "part"}
    description = Description(
        "toy", Parameters(), 1, (Population("part", 5, "spikes"),), pathways, lambda _: {}
    )
    network = ModelNetwork(group, cells, description=description)
    whole = Synapses(part, cells, on_pre="v_post += 0*mV", name="whole")
    whole.connect(i=[0, 0, 2], j=[0, 1, 2])
    rest = Synapses(group[4:6], cells, on_pre="v_post += 0*mV", name="rest")
    rest.connect(i=[0, 0, 0, 1], j=[0, 1, 2, 2])
    network.add(whole, rest, SpikeMonitor(part, name="spikes"))
    network.run(10 * ms)
    recording = Recording.of(network)
    assert recording.spikes["neuron"].tolist() == [0, 2]
    assert recording.summary["synaptic_events"] == 2 + (1 + 3)


def test_an_interrupted_run_counts_as_long_as_it_lasted() -> None:
    network = build()

    @network_operation(dt=1 * ms)
    def stop(t: Quantity) -> None:
        if t >= 30 * ms:
            network.stop()

    network.add(stop)
    network.run(100 * ms)
    recording = Recording.of(network)
    assert_lasted_30_ms(recording)
    assert len(recording.rates) == 2 * math.ceil(recording.duration_s / 0.01 - 1e-6)


def test_the_end_of_a_stopped_run_does_not_move_with_another_network() -> None:
    stopped, other = build(), build()
    stopped.add(network_operation(lambda: stopped.stop(), when="end"))
    stopped.run(100 * ms)
    other.run(50 * ms)
    assert Recording.of(stopped).duration_s == pytest.approx(1e-4)


#: As a signal would, but at a known time: a compiled program calls a function with this text as its body.
STOP = {"report": "if (completed > 0.3) Network::_globally_stopped = true;", "report_period": 1e-9 * second}


def assert_lasted_30_ms(recording: Recording) -> None:
    assert recording.manifest["status"] == "interrupted"
    assert recording.duration_s == pytest.approx(0.030, abs=2e-3)
    assert recording.summary["lifetime_s"] == recording.duration_s
    assert len(recording.spikes) == 3


@pytest.mark.standalone
def test_a_stopped_program_of_plain_standalone_counts_as_long_as_it_lasted(tmp_path: Path) -> None:
    with plain_standalone(tmp_path):
        network = build()
        network.run(100 * ms, **STOP)
        assert_lasted_30_ms(Recording.of(network))


@pytest.mark.standalone
def test_a_stopped_program_counts_as_long_as_it_lasted() -> None:
    with cn.device("cpp_standalone", progress=False):
        network = build()
        network.run(100 * ms, **STOP)
    assert_lasted_30_ms(Recording.of(network))


class InterruptAtOnce(Silent):
    """Presses Ctrl-C, once, when the program first tells how far it is."""

    armed = False

    def begin(self, stage: str, total: float, unit: str) -> None:
        self.armed = stage == "simulate"

    def advance_to(self, completed: float) -> None:
        if self.armed and completed > 0:
            self.armed = False
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.standalone
def test_an_interrupted_program_counts_as_long_as_it_lasted() -> None:
    with cn.device("cpp_standalone", progress=InterruptAtOnce()) as execution:
        network = build()
        network.run(1000 * second)
    recording = Recording.of(network)
    assert recording.manifest["status"] == "interrupted"
    assert 0 < recording.duration_s < 999
    assert recording.duration_s == execution.duration_s
    assert recording.voltages is not None
    assert recording.voltages["time_s"].max() == pytest.approx(recording.duration_s, abs=1.1e-3)


def test_the_manifest_tells_everything_that_was_run(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["run", "toy", "--set", "time_constant=20*ms", "--out", "/data/a run"]
    monkeypatch.setattr(sys, "argv", ["/somewhere/on/this/machine/bin/cortexnet", *arguments])
    network = build()
    network.run(100 * ms)
    manifest = Recording.of(network, warmup=10 * ms).manifest
    assert manifest["command_line"] == ["cortexnet", *arguments]
    assert "/somewhere" not in json.dumps(manifest)
    assert manifest["parameters"] == {
        "time_constant": {"value": 20.0, "unit": "ms"},
        "n_cells": {"value": 4, "unit": ""},
        "distribution": {"value": "normal", "unit": ""},
    }
    assert manifest["versions"] == {
        "cortexnet": cn.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "brian2": brian2.__version__,
        "numpy": np.__version__,
    }
    expected = {"schema_version": 1, "system": "toy", "seed": 7, "delivery": "brian2", "populations": SIZES}
    assert {name: manifest[name] for name in expected} == expected
    assert [manifest[name] for name in ("time_step_s", "duration_s", "warmup_s")] == pytest.approx(
        [1e-4, 0.1, 0.01]
    )
    age = pd.Timestamp.now("UTC") - pd.Timestamp(manifest["created"])
    assert pd.Timedelta(0) <= age < pd.Timedelta(minutes=5)


def test_every_recording_has_an_identity_of_its_own() -> None:
    network = build()
    network.run(1 * ms)
    assert Recording.of(network).manifest["run_id"] != Recording.of(network).manifest["run_id"]


@pytest.mark.parametrize("program", ["/usr/lib/python3/site-packages/cortexnet/__main__.py", "cortexnet"])
def test_the_program_is_named_and_not_placed(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [program, "compare"])
    network = build()
    network.run(1 * ms)
    assert Recording.of(network).manifest["command_line"] == ["cortexnet", "compare"]


def test_the_models_own_values_join_the_summary() -> None:
    def summarise(recording: Recording) -> Summary:
        inside = recording.spikes["time_s"] >= recording.warmup_s
        return {
            "spikes_after_warmup": int(inside.sum()),
            "lives": recording.summary["survived"],
            "undefined": math.nan,
            "lifetime_s": -1.0,  # what every simulation has is not the model's to define
        }

    network = build(summarise)
    network.run(100 * ms)
    summary = Recording.of(network, warmup=2.5 * ms).summary
    assert [summary[name] for name in ("spikes_after_warmup", "lives", "undefined")] == [2, True, None]
    assert summary["lifetime_s"] == pytest.approx(0.1)


def test_a_recording_is_not_changed_by_what_the_network_does_later() -> None:
    network = build()
    network.run(3.5 * ms)
    recording = Recording.of(network)
    before = recording.spikes.copy(deep=True), recording.voltages.copy(deep=True)
    network.run(50 * ms)
    pd.testing.assert_frame_equal(recording.spikes, before[0])
    pd.testing.assert_frame_equal(recording.voltages, before[1])
    assert len(Recording.of(network).spikes) == len(SPIKES)


@pytest.mark.parametrize("spikes", [[], [("inhibitory", 0, 0.05)]])
def test_no_spike_and_a_single_spike_are_recordings_too(
    spikes: list[tuple[str, int, float]], tmp_path: Path
) -> None:
    network = build(spikes=spikes)
    network.run(200 * ms)
    recording = Recording.load(Recording.of(network).save(tmp_path / "run"))
    assert len(recording.spikes) == len(spikes)
    assert recording.summary["survived"] is False
    assert recording.summary["lifetime_s"] == pytest.approx(0.05 * len(spikes))
    assert recording.summary["synaptic_events"] == N_CELLS * len(spikes)
    assert recording.rates["rate_hz"].sum() == pytest.approx(len(spikes) / SIZES["inhibitory"] / 0.01)
    assert recording.voltages is not None


def test_a_network_that_did_not_run_has_nothing_to_record() -> None:
    with pytest.raises(RecordingError, match=r"^the network has not been run: there is nothing to record$"):
        Recording.of(build())


def test_a_block_that_did_not_run_has_nothing_to_record() -> None:
    with cn.device("runtime", progress=False):
        network = build()
    with pytest.raises(RecordingError, match="has not been run"):
        Recording.of(network)


def test_only_networks_of_models_are_recorded() -> None:
    cells = NeuronGroup(1, "v : volt")
    network = Network(cells)
    network.run(1 * ms)
    with pytest.raises(RecordingError, match=r"^this network has no description"):
        Recording.of(network)


@pytest.mark.parametrize(
    "name", ["excitatory_spikes", "inhibitory_spikes", "excitatory_voltage", "from_inhibitory"]
)
def test_an_object_that_was_removed_is_named(name: str) -> None:
    network = build()
    network.remove(network[name])
    network.run(1 * ms)
    with pytest.raises(
        RecordingError, match=rf"^the network has no object '{name}', which its description names$"
    ):
        Recording.of(network)


def test_a_monitor_that_only_counts_is_named() -> None:
    network = build()
    network.remove(network["inhibitory_spikes"])
    network.add(SpikeMonitor(network["inhibitory"], record=False, name="inhibitory_spikes"))
    network.run(1 * ms)
    with pytest.raises(RecordingError, match=r"^inhibitory_spikes does not record i$"):
        Recording.of(network)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("in_block", [False, True])
def test_a_simulation_that_diverged_has_no_results(in_block: bool) -> None:
    slope = "v**3/(mV**2*ms)"
    if in_block:
        with suppress(RunFailed), cn.device("runtime", progress=False):
            network = build(slope=slope)
            network.run(100 * ms)
    else:
        network = build(slope=slope)
        network.run(100 * ms)
    with pytest.raises(RecordingError, match=r"^there is nothing to record, .*diverged"):
        Recording.of(network)


@pytest.mark.parametrize(
    "warmup", [1.0, -1 * ms, 5 * mV, np.inf * second, np.nan * second, [1, 2] * second, "1 s"]
)
def test_warmup_is_one_time(warmup: object) -> None:
    network = build()
    network.run(1 * ms)
    with pytest.raises(
        RecordingError, match=r"^warmup = .*: must be one time of at least 0 s, such as 1.second$"
    ):
        Recording.of(network, warmup=warmup)

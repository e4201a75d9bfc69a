"""The C++ device: what plain Brian2 computes, with values given at run time and results that can be read."""

from __future__ import annotations

import gc
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brian2 import (
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    device,
    get_device,
    ms,
    prefs,
    second,
    seed,
    set_device,
)
from brian2.devices.device import reset_device, runtime_device

import cortexnet as cn
from cortexnet.devices import execution_of, mark_run_time_values, set_at_run_time
from cortexnet.devices.one_unit import UNIT
from cortexnet.errors import CortexnetError
from cortexnet.folders import cache_directory
from tests.devices.small_model import arrays, build, build_tiny, equal
from tests.devices.test_runtime import Watching

pytestmark = pytest.mark.standalone

OTHER = {"drive": 1.1000000000000003, "time_constant": 12.3 * ms, "brian2_seed": 17}


def compiled(**changes) -> tuple[Network, cn.devices.Execution]:
    """The small model on the C++ device."""
    with cn.device("cpp_standalone", progress=False) as execution:
        network = build(**changes)
    return network, execution


@pytest.fixture(scope="module", autouse=True)
def first_network() -> Network:
    """Compile the small model, if an earlier test run has not."""
    return compiled()[0]


@pytest.fixture(scope="module")
def plain_brian2(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """What Brian2's own C++ device computes with the other values and seed written into the program."""
    set_device("cpp_standalone", build_on_run=False)
    try:
        network = build(values_at_run_time=False, **OTHER)
        device.build(directory=str(tmp_path_factory.mktemp("plain")), with_output=False)
        return arrays(network)
    finally:
        device.reinit()
        reset_device(runtime_device)


def test_values_and_seed_of_the_run_give_what_brian2_gives_with_them_written_in(
    plain_brian2: dict[str, np.ndarray],
) -> None:
    network, execution = compiled(**OTHER)
    assert not execution.compiled
    assert plain_brian2["spike_times"].size > 20
    assert equal(arrays(network), plain_brian2)


def test_run_time_values_arrive_to_the_last_bit() -> None:
    for value in (0.1 + 0.2, 1e-300, -1 / 3, np.nextafter(1.0, 2.0)):
        network, execution = compiled(drive=value)
        assert network["cells"].drive[:] == value
        assert execution.run_time_values["cells.drive"] == value


def test_other_seeds_and_tables_compile_nothing_and_matter(first_network: Network) -> None:
    first = arrays(first_network)
    for changes in ({"brian2_seed": 2}, {"table": (1.0, 0.0)}):
        network, execution = compiled(**changes)
        assert not execution.compiled
        assert not np.array_equal(arrays(network)["voltages"], first["voltages"])
    silent_half = arrays(network)["spike_times"]
    assert silent_half.max() < 0.11  # the table switches the drive off after half of the 0.2 s


def test_another_duration_compiles_nothing(plain_brian2: dict[str, np.ndarray]) -> None:
    """The second run starts later, on two clocks; its first half is that of the shorter simulation."""
    with cn.device("cpp_standalone", progress=False) as execution:
        network = build(**OTHER, duration=0.4 * second, table=(1.0, 1.0))
    assert not execution.compiled
    assert execution.duration_s == pytest.approx(0.4)
    longer = arrays(network)
    assert longer["voltage_times"].size == 2 * plain_brian2["voltage_times"].size
    early = longer["spike_times"] < 0.05  # before the second run of either
    assert np.array_equal(longer["spike_times"][early], spikes_before(plain_brian2, 0.05))
    assert np.all(np.diff(longer["voltage_times"]) > 0.9e-3)


def spikes_before(run: dict[str, np.ndarray], time_s: float) -> np.ndarray:
    return run["spike_times"][run["spike_times"] < time_s]


def test_the_same_seed_gives_the_same_run(first_network: Network) -> None:
    assert equal(arrays(first_network), arrays(compiled()[0]))


def test_networks_of_earlier_blocks_stay_readable(first_network: Network) -> None:
    before = arrays(first_network)
    compiled(brian2_seed=99)
    assert equal(before, arrays(first_network))


def test_the_account_of_a_run(first_network: Network) -> None:
    ballast = np.ones(40_000_000)  # 320 MB in this process, which must not count for the program
    network, execution = compiled(brian2_seed=3)
    assert execution_of(network) is execution
    assert (execution.device, execution.codegen_target, execution.status) == (
        "cpp_standalone",
        "cpp",
        "complete",
    )
    assert execution.requested_duration_s == pytest.approx(0.2)
    assert execution.duration_s == pytest.approx(0.2)
    assert execution.time_step_s == 1e-4
    assert execution.seeds == [3]
    assert 0 < execution.simulation_cpu_seconds < execution.simulation_wall_seconds + 0.1 < 10
    assert execution.build_seconds > 0
    assert 1 < execution.peak_memory_mb < 50 < ballast.nbytes / 1e6
    assert network.t == 0.2 * second
    assert execution_of(first_network) is not execution


def test_a_run_without_a_seed_can_be_repeated() -> None:
    def draw(seeds: list[int]) -> tuple[np.ndarray, list[int]]:
        with cn.device("cpp_standalone", progress=False) as execution:
            cells = NeuronGroup(20, "x : 1", name="cells")
            for value in seeds:
                seed(value)
            cells.x = "rand()"
            Network(cells).run(0 * ms)
        return cells.x[:], execution.seeds

    first, noted = draw([])
    second_time, others = draw([])
    assert noted != others
    assert not np.array_equal(first, second_time)
    assert np.array_equal(first, draw(noted)[0])


def test_everything_is_readable_after_the_block(first_network: Network) -> None:
    synapses, spikes = first_network["synapses"], first_network["spikes"]
    assert len(synapses) == synapses.i[:].size == synapses.w[:].size
    assert np.array_equal(synapses.N_outgoing_pre[:], np.bincount(synapses.i[:], minlength=50))
    assert spikes.num_spikes == spikes.i[:].size
    assert sum(times.size for times in spikes.spike_trains().values()) == spikes.num_spikes
    assert first_network["voltages"].v.shape == (2, 200)
    assert np.all((synapses.w[:] >= 0) & (synapses.w[:] < 0.013))


def test_unnamed_objects_do_not_make_another_program() -> None:
    """Brian2 would call the second network's objects neurongroup_1 and so on, and compile all of it again."""

    def simulate() -> tuple[Network, cn.devices.Execution]:
        with cn.device("cpp_standalone", progress=False) as execution:
            cells = NeuronGroup(5, "dv/dt = 100*Hz : 1", threshold="v > 1", reset="v = 0", method="euler")
            network = Network(cells, SpikeMonitor(cells))
            network.run(20 * ms)
        return network, execution

    alive, first = simulate()
    _, second_run = simulate()
    assert alive.objects
    assert second_run.build_key == first.build_key
    assert not second_run.compiled


def test_another_model_in_the_same_process_is_another_program(first_network: Network) -> None:
    with cn.device("cpp_standalone", progress=False) as execution:
        others = NeuronGroup(3, "dw/dt = 1*Hz : 1", method="euler", name="others")
        watch = StateMonitor(others, "w", record=True, name="watch")
        network = Network(others, watch)
        network.run(10 * ms)
    assert execution.build_key != execution_of(first_network).build_key
    sources = cache_directory() / "builds" / execution.build_key
    assert "synapses" not in (sources / "main.cpp").read_text()
    assert watch.w[0][-1] == pytest.approx(0.0099)


def test_everything_is_put_back() -> None:
    flags = list(prefs.codegen.cpp.extra_compile_args_gcc)
    with cn.device("cpp_standalone", progress=False):
        assert get_device() is not runtime_device
    assert get_device() is runtime_device
    assert prefs.codegen.cpp.extra_compile_args_gcc == flags
    cells = NeuronGroup(1, "dv/dt = 1*Hz : 1", method="euler")
    Network(cells).run(1 * ms)
    assert cells.v[0] == pytest.approx(0.001)


def test_a_block_without_a_run_does_nothing(empty_cache: Path) -> None:
    with cn.device("cpp_standalone", progress=False) as execution:
        NeuronGroup(1, "v : 1", name="cells")
    assert execution.status == "not run"
    assert not (empty_cache / "runs").exists()


def test_after_an_error_in_the_block_nothing_is_built(empty_cache: Path) -> None:
    def fail() -> None:
        build()
        raise KeyError

    with pytest.raises(KeyError), cn.device("cpp_standalone", progress=False) as execution:
        fail()
    assert execution.status == "not run"
    assert not (empty_cache / "runs").exists()
    assert get_device() is runtime_device


def test_a_finished_model_is_not_run_or_changed_by_mistake(first_network: Network) -> None:
    with pytest.raises(CortexnetError, match="has ended"):
        first_network.run(1 * ms)
    with cn.device("cpp_standalone", progress=False), pytest.raises(CortexnetError, match="has ended"):
        first_network.run(1 * ms)


def test_building_by_hand_is_refused() -> None:
    with cn.device("cpp_standalone", progress=False):
        for call in (device.build, device.run, device.reinit):
            with pytest.raises(CortexnetError, match="not needed"):
                call()


def test_progress_of_build_and_run_is_told(empty_cache: Path) -> None:
    watching = Watching()
    with cn.device("cpp_standalone", progress=watching) as execution:
        build()
    assert execution.compiled
    (stage, units, unit), run = watching.stages
    assert (stage, unit) == ("compile", "units")
    assert run == ("simulate", pytest.approx(0.2), "s")
    assert units >= 2
    assert watching.seen[: int(units) + 1] == list(range(int(units) + 1))
    assert watching.seen[-1] == pytest.approx(0.2)
    assert watching.ended == 2


def test_no_bar_is_up_when_a_program_is_started(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar's thread may hold a lock at the fork, which nobody in the child would ever release."""

    def start(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        bars_up.append(len(watching.stages) - watching.ended)
        return popen(*arguments, **options)

    watching, popen, bars_up = Watching(), subprocess.Popen, []
    monkeypatch.setattr("cortexnet.devices.child_process.subprocess.Popen", start)
    with cn.device("cpp_standalone", progress=watching):
        build_tiny()
    assert bars_up[-2:] == [0, 0]
    assert set(bars_up) == {0}
    assert watching.ended == 2


def test_ccache_is_used_where_it_exists(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for ccache notes how it is called."""
    calls = tmp_path / "calls"
    stand_in = tmp_path / "bin" / "ccache"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\necho "$@" >> "{calls}"\nexec "$@"\n')
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}:{os.environ['PATH']}")
    with cn.device("cpp_standalone", progress=False):
        network = build_tiny()
    assert network["cells"].v[0] == pytest.approx(1)
    compilations = [line for line in calls.read_text().splitlines() if " -c " in line]
    assert sum(UNIT in line for line in compilations) == 1
    assert len(compilations) == 2


def test_results_go_with_the_network() -> None:
    network, _ = compiled()
    runs = cache_directory() / "runs"
    folder = Path(get_results_folder(network))
    assert folder.is_relative_to(runs)
    assert folder.exists()
    del network
    gc.collect()
    assert not folder.exists()


def get_results_folder(network: Network) -> str:
    return network["cells"].variables["v"].device.results_dir


def test_several_kinds_of_run_time_values() -> None:
    with cn.device("cpp_standalone", progress=False):
        cells = NeuronGroup(
            2,
            "n : integer (shared)\nbig : integer (shared)\nb : boolean (shared)\nv : volt (shared)\nx : 1",
            dtype={"big": np.int64},
            name="cells",
        )
        set_at_run_time(cells, "n", -(2**31))
        set_at_run_time(cells, "big", 2**40 + 1)
        set_at_run_time(cells, "b", True)
        mark_run_time_values()
        cells.x = "int(b) + n"
        Network(cells).run(0 * ms)
    assert cells.n[:] == -(2**31)
    assert cells.big[:] == 2**40 + 1
    assert bool(cells.b[:]) is True
    assert np.array_equal(cells.x[:], [1 - 2**31] * 2)


def test_brian2_alone_works_before_and_after(tmp_path: Path) -> None:
    """A plain set_device around our blocks is left as it was."""
    set_device("cpp_standalone", build_on_run=False)
    try:
        cells = NeuronGroup(1, "dv/dt = 1*Hz : 1", method="euler", name="cells")
        compiled()
        network = Network(cells)
        network.run(1 * ms)
        device.build(directory=str(tmp_path / "plain"), with_output=False)
        assert cells.v[0] == pytest.approx(0.001)
    finally:
        device.reinit()
        reset_device(runtime_device)


def test_seeding_takes_effect_where_it_stands() -> None:
    """Two seeds in one script: equal seeds give equal numbers, wherever they are given."""
    with cn.device("cpp_standalone", progress=False) as execution:
        cells = NeuronGroup(20, "x : 1\ny : 1\nz : 1", name="cells")
        seed(5)
        cells.x = "rand()"
        seed(5)
        cells.y = "rand()"
        seed(6)
        cells.z = "rand()"
        Network(cells).run(0 * ms)
    assert execution.seeds == [5, 5, 6]
    assert np.array_equal(cells.x[:], cells.y[:])
    assert not np.array_equal(cells.x[:], cells.z[:])


def test_synapses_given_as_arrays() -> None:
    with cn.device("cpp_standalone", progress=False):
        cells = NeuronGroup(4, "v : 1", threshold="v > 1", name="cells")
        synapses = Synapses(cells, cells, "w : 1", name="synapses")
        synapses.connect(i=[0, 1, 3], j=[2, 2, 0])
        synapses.w = [1.0, 2.0, 3.0]
        Network(cells, synapses).run(0.1 * ms)
    assert np.array_equal(synapses.i[:], [0, 1, 3])
    assert np.array_equal(synapses.w[:], [1.0, 2.0, 3.0])

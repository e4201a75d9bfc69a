"""The runtime device: Brian2 as it is, with an account of every run."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest
from brian2 import (
    Hz,
    Network,
    NetworkOperation,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    get_device,
    ms,
    mV,
    prefs,
    second,
    seed,
    set_device,
)
from brian2.devices.device import runtime_device
from brian2.units.fundamentalunits import DimensionMismatchError

import cortexnet as cn
from cortexnet.devices import execution_of, set_at_run_time
from cortexnet.errors import CortexnetError, RunFailed
from tests.devices.small_model import VALUES, arrays, build, equal


def test_the_numbers_are_those_of_brian2() -> None:
    with cn.device("runtime", progress=False):
        network = build()
    set_device("runtime")
    assert equal(arrays(network), arrays(build()))


def test_the_account_of_a_run() -> None:
    with cn.device("runtime", progress=False) as execution:
        assert execution.status == "not run"
        network = build(brian2_seed=5)
    assert execution_of(network) is execution
    assert (execution.device, execution.codegen_target, execution.status) == ("runtime", "numpy", "complete")
    assert execution.requested_duration_s == pytest.approx(0.2)
    assert execution.duration_s == pytest.approx(0.2)
    assert execution.time_step_s == 1e-4
    assert execution.seeds == [5]
    assert 0 < execution.simulation_cpu_seconds < 60
    assert 0 < execution.simulation_wall_seconds < 60
    assert execution.build_seconds > 0
    assert 20 < (execution.peak_memory_mb or 0) < 20_000


def test_time_spent_in_preparing_is_not_time_of_the_loop() -> None:
    """The loop of a longer run takes longer; generating code takes the same."""

    def simulate(steps: int) -> cn.devices.Execution:
        with cn.device("runtime", progress=False) as execution:
            cells = NeuronGroup(1, "dv/dt = -v/(10*ms) : 1", method="euler", name="cells")
            Network(cells).run(steps * 0.1 * ms)
        return execution

    short, long = simulate(10), simulate(5000)
    assert short.simulation_cpu_seconds < 0.1 * long.simulation_cpu_seconds
    assert short.build_seconds > short.simulation_wall_seconds


def test_plain_brian2_leaves_no_account() -> None:
    assert execution_of(build()) is None


@pytest.mark.parametrize("end", ["normal", "exception"])
def test_everything_is_put_back(end: str) -> None:
    prefs.codegen.target = "auto"
    outer = get_device()
    try:
        with cn.device("runtime", codegen_target="numpy", progress=False):
            assert get_device() is not outer
            assert prefs.codegen.target == "numpy"
            from brian2 import defaultclock

            defaultclock.dt = 0.5 * ms
            if end == "exception":
                raise KeyError
    except KeyError:
        pass
    assert get_device() is outer is runtime_device
    assert prefs.codegen.target == "auto"
    assert defaultclock.dt == 0.1 * ms


def test_a_block_that_changes_the_device_itself_is_undone() -> None:
    with cn.device("runtime", progress=False):
        set_device("cpp_standalone", build_on_run=False)
    assert get_device() is runtime_device


def test_the_time_step_set_before_holds_inside() -> None:
    from brian2 import defaultclock

    defaultclock.dt = 0.2 * ms
    with cn.device("runtime", progress=False) as execution:
        build()
    assert execution.time_step_s == 2e-4


def test_constants_of_the_caller_are_found() -> None:
    leak = 3 / second
    with cn.device("runtime", progress=False):
        cells = NeuronGroup(1, "dv/dt = -leak*v : 1", method="exact", name="cells")
        cells.v = 1
        Network(cells).run(1 * second)
    assert cells.v[0] == pytest.approx(np.exp(-3.0))
    assert leak == 3 * Hz


def test_a_missing_seed_is_drawn_and_noted() -> None:
    with cn.device("runtime", progress=False) as execution:
        seed()
        network = build(brian2_seed=None)
    with cn.device("runtime", progress=False):
        again = build(brian2_seed=execution.seeds[0])
    assert equal(arrays(network), arrays(again))


@pytest.mark.parametrize("bad", [-1, 2**32])
def test_seeds_out_of_range_are_refused(bad: int) -> None:
    with cn.device("runtime", progress=False), pytest.raises(CortexnetError, match=str(bad)):
        seed(bad)


@pytest.mark.parametrize("good", [0, 2**32 - 1, np.int64(7)])
def test_seeds_at_the_limits_are_accepted(good: int) -> None:
    with cn.device("runtime", progress=False) as execution:
        seed(good)
    assert execution.seeds == [good]


def test_ctrl_c_ends_the_run_and_keeps_what_there_is() -> None:
    def press_ctrl_c(t) -> None:
        if t >= 20 * ms:
            os.kill(os.getpid(), signal.SIGINT)
            operation.active = False

    with cn.device("runtime", progress=False) as execution:
        cells = NeuronGroup(
            1, "dv/dt = 200*Hz : 1", threshold="v > 1", reset="v = 0", method="euler", name="cells"
        )
        spikes = SpikeMonitor(cells, name="spikes")
        operation = NetworkOperation(press_ctrl_c, name="ctrl_c")
        network = Network(cells, spikes, operation)
        network.run(100 * ms)
        network.run(100 * ms)  # must not start
    assert execution.status == "interrupted"
    assert execution.duration_s == pytest.approx(0.0201)
    assert execution.requested_duration_s == pytest.approx(0.1)
    assert spikes.num_spikes / execution.duration_s == pytest.approx(200, rel=0.1)


def test_a_run_that_takes_too_long_is_ended() -> None:
    with (
        cn.device("runtime", progress=False, timeout=0.2) as execution,
        pytest.raises(RunFailed, match=r"0\.2 s"),
    ):
        build(duration=1e4 * second)
    assert execution.status == "timeout"


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
@pytest.mark.parametrize("recorded", [True, False])
def test_a_diverging_variable_is_named(recorded: bool) -> None:
    with cn.device("runtime", progress=False) as execution:
        cells = NeuronGroup(3, "dv/dt = 1e6*Hz*v**2 : 1", method="euler", name="cells")
        cells.v = 1
        network = Network(cells)
        if recorded:
            network.add(StateMonitor(cells, "v", record=[1], name="voltages"))
        with pytest.raises(
            RunFailed, match=r"cells\.v is not finite" + (" from t = 0.00" if recorded else "")
        ):
            network.run(100 * ms)
    assert execution.status == "diverged"


def test_an_error_in_a_run_is_a_failure() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with cn.device("runtime", progress=False) as execution, pytest.raises(ZeroDivisionError):
        Network(NetworkOperation(fail, name="fail")).run(1 * ms)
    assert execution.status == "failed"


class Watching:
    """A progress display that notes what it is told."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, float, str]] = []
        self.seen: list[float] = []
        self.ended = 0

    def begin(self, stage: str, total: float, unit: str) -> None:
        self.stages.append((stage, total, unit))

    def advance_to(self, completed: float) -> None:
        self.seen.append(completed)

    def end(self) -> None:
        self.ended += 1


def test_progress_is_told_to_an_object_of_ones_own() -> None:
    watching = Watching()
    with cn.device("runtime", progress=watching):
        build()
    assert watching.stages == [("simulate", pytest.approx(0.05), "s"), ("simulate", pytest.approx(0.15), "s")]
    assert watching.seen[0] == 0
    assert watching.seen[-1] == pytest.approx(0.15)
    assert watching.ended == 2


def test_without_a_terminal_nothing_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with cn.device("runtime"):
        build()
    assert capfd.readouterr() == ("", "")


def test_a_report_function_of_ones_own_still_works() -> None:
    seen = []
    with cn.device("runtime", progress=False):
        cells = NeuronGroup(1, "v : 1", name="cells")
        Network(cells).run(10 * ms, report=lambda elapsed, completed, start, duration: seen.append(completed))
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def test_wrong_devices_and_options_are_named() -> None:
    with pytest.raises(CortexnetError, match=r"'gpu'.*runtime, cpp_standalone, cuda_standalone"):
        cn.device("gpu")
    with (
        pytest.raises(CortexnetError, match=r"'weave'.*numpy, cython"),
        cn.device("runtime", codegen_target="weave"),
    ):
        pass
    with pytest.raises(CortexnetError, match=r"'cpp_standalone'.*'codegen_target'.*progress, timeout"):
        cn.device("cpp_standalone", codegen_target="numpy")


def group() -> NeuronGroup:
    return NeuronGroup(
        2, "v : volt (shared)\nw : volt\nn : integer (shared)\nb : boolean (shared)", name="cells"
    )


def test_run_time_values_are_assigned_at_once_here() -> None:
    cells = group()
    set_at_run_time(cells, "v", -60 * mV)
    set_at_run_time(cells, "n", 7)
    set_at_run_time(cells, "b", True)
    assert (cells.v, cells.n[:], cells.b[:]) == (-60 * mV, 7, True)


def test_run_time_values_that_cannot_be_are_refused() -> None:
    cells = group()
    with pytest.raises(CortexnetError, match=r"cells\.w .*shared"):
        set_at_run_time(cells, "w", -60 * mV)
    with pytest.raises(CortexnetError, match=r"cells\.x .*shared"):
        set_at_run_time(cells, "x", 1)
    with pytest.raises(DimensionMismatchError):
        set_at_run_time(cells, "v", -60)
    with pytest.raises(CortexnetError, match=r"cells\.v is nan"):
        set_at_run_time(cells, "v", np.nan * mV)


def test_values_of_the_model_are_what_was_given() -> None:
    with cn.device("runtime", progress=False):
        network = build(drive=2.5)
    assert network["cells"].drive[:] == 2.5
    assert network["cells"].time_constant == VALUES["time_constant"]

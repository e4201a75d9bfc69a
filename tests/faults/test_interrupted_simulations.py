"""Ctrl-C, signals and time limits: no wrong numbers, and no process is left behind."""

from __future__ import annotations

import signal
import time

import psutil
import pytest

import cortexnet as cn
from cortexnet.errors import RunFailed
from tests.devices.small_model import ENDLESS, build
from tests.faults.simulations import (
    ENDLESS_RUN,
    a_process,
    program_of,
    wait_until,
)

standalone = pytest.mark.standalone


@standalone
def test_ctrl_c_keeps_what_was_simulated_and_its_true_duration() -> None:
    """Spikes over the true duration are a rate; over the requested one they would be nearly zero."""
    process = a_process(
        ENDLESS_RUN + "print(execution.status, execution.duration_s, execution.requested_duration_s, "
        "float(network.t), network['spikes'].num_spikes, float(network['spikes'].t[-1]))"
    )
    program_of(process)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    status, *numbers = output.split()
    duration, requested, network_time, spikes, last_spike = map(float, numbers)
    assert status == "interrupted", errors
    assert requested == 1e6
    assert 1 < duration < 1e5
    assert network_time == pytest.approx(duration)
    assert duration - 0.1 < last_spike <= duration
    assert 50 * 20 < spikes / duration < 50 * 200  # 50 cells, driven to fire


A_RUN_THAT_FAILS = """
try:
    with cn.device("cpp_standalone", progress=False) as execution:
        network = build(duration=ENDLESS)
except cn.errors.RunFailed as error:
    print(error)
print(execution.status)
try:
    print(network["spikes"].num_spikes)
except cn.errors.RunFailed as error:
    print("unreadable")
"""


@standalone
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_program_leaves_a_status_and_no_numbers(number: signal.Signals) -> None:
    process = a_process(A_RUN_THAT_FAILS)
    program_of(process).send_signal(number)
    message, status, reading = process.communicate(timeout=60)[0].splitlines()
    assert status.startswith(f"killed (signal {int(number)}")
    assert ("out of memory?" in status) == (number == signal.SIGKILL)
    assert status in message
    assert reading == "unreadable"


@standalone
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_program_outlives_the_python_that_started_it(number: signal.Signals) -> None:
    process = a_process(ENDLESS_RUN)
    program = program_of(process)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert wait_until(lambda: not program.is_running() or program.status() == psutil.STATUS_ZOMBIE)


@standalone
def test_a_second_ctrl_c_kills() -> None:
    process = a_process(
        "try:\n    with cn.device('cpp_standalone', progress=False) as e:\n        build(duration=ENDLESS)\n"
        "except KeyboardInterrupt:\n    print(e.status)"
    )
    program = program_of(process)
    program.suspend()  # so that it cannot react to the first one
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted\n"
    assert not program.is_running() or program.status() == psutil.STATUS_ZOMBIE


@standalone
def test_a_timeout_ends_the_program() -> None:
    with pytest.raises(RunFailed, match=r"timeout of 1\.5 s: [0-9.]+ s were simulated") as failure:
        run_with(timeout=1.5)
    assert failure.value.exit_status == 1
    assert not [child for child in psutil.Process().children() if child.name() == "main"]


def run_with(**options) -> None:
    with cn.device("cpp_standalone", progress=False, **options):
        build(duration=ENDLESS)

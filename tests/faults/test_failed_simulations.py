"""Missing tools, programs that fail, numbers that diverge, and what a target would skip silently."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from brian2 import Hz, NetworkOperation, device, prefs
from brian2.core.network import Network

import cortexnet as cn
from cortexnet import folders
from cortexnet.devices import standalone_run
from cortexnet.devices.child_process import Outcome
from cortexnet.errors import CortexnetError, RunFailed, ToolMissing
from tests.devices.small_model import build, build_tiny
from tests.faults.simulations import (
    compiled,
    enter,
    kept_folder,
)

standalone = pytest.mark.standalone


def test_a_missing_compiler_is_named_on_entering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    for name, options in (("cpp_standalone", {}), ("runtime", {"codegen_target": "cython"})):
        with pytest.raises(ToolMissing, match="'no-such-compiler' was not found: install one") as failure:
            enter(name, **options)
        assert failure.value.exit_status == 2


def test_a_missing_make_is_named_on_entering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(prefs, "devices.cpp_standalone.make_cmd_unix", "no-such-make")
    with pytest.raises(ToolMissing, match="make is needed and 'no-such-make' was not found"):
        enter("cpp_standalone")


@standalone
def test_what_the_compiler_says_is_passed_on(empty_cache: Path) -> None:
    def build_nonsense() -> None:
        build_tiny()
        device.insert_code("main", "this is not C++;")

    with (
        pytest.raises(RunFailed, match=r"could not be compiled: .*error.*build\.log"),
        cn.device("cpp_standalone", progress=False) as execution,
    ):
        build_nonsense()
    assert execution.status == "failed"


@standalone
def test_a_full_graphics_card_is_told_from_other_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for a program on a card says what CUDA says."""

    def fail(run: standalone_run.StandaloneRun, program: Path) -> Outcome:
        (run.scratch / "run.log").write_text("ERROR: cudaMalloc failed with out of memory\n")
        return Outcome(returncode=255, interrupted=False, timed_out=False)

    monkeypatch.setattr(standalone_run.StandaloneRun, "_start", fail)
    with (
        pytest.raises(RunFailed, match="exit status 255: ERROR: cudaMalloc failed") as failure,
        cn.device("cpp_standalone", progress=False) as execution,
    ):
        build()
    assert execution.status == "out of device memory"
    folders.remove(kept_folder(failure.value))


@standalone
def test_a_diverging_run_fails_and_names_the_variable_and_the_first_bad_time() -> None:
    with pytest.raises(RunFailed, match=r"cells\.u is not finite at the end"):
        compiled(growth=1e300 * Hz)
    with pytest.raises(RunFailed, match=r"cells\.v is not finite from t = 0\.1\d* s on"):
        compiled(table=(1.0, np.nan))  # from half of the 0.2 s on


def test_network_operations_are_refused_by_name() -> None:
    def extra(cells) -> list[NetworkOperation]:
        return [NetworkOperation(lambda: None, name="my_operation")]

    with cn.device("cpp_standalone", progress=False), pytest.raises(CortexnetError, match="'my_operation'"):
        build(extra=extra)


@pytest.mark.parametrize("method", ["store", "restore"])
def test_store_and_restore_are_refused_by_name(method: str) -> None:
    network = Network()
    with cn.device("cpp_standalone", progress=False), pytest.raises(CortexnetError, match=rf"{method}\(\)"):
        getattr(network, method)()


@standalone
def test_values_that_the_program_does_not_know_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    generate = standalone_run.StandaloneRun._generate

    def add_unknown_value(run: standalone_run.StandaloneRun) -> None:
        generate(run)
        run.execution.run_time_values["cells.typo"] = 1.0

    monkeypatch.setattr(standalone_run.StandaloneRun, "_generate", add_unknown_value)
    with pytest.raises(RunFailed, match=r"Cannot set unknown variable 'cells\.typo'"):
        compiled()


def test_numbers_are_exact_on_the_command_line() -> None:
    """``repr`` of a float is the shortest text that reads back as the same float."""
    values = np.random.default_rng(1).standard_normal(1000) * 10.0 ** np.arange(-300, 300, 0.6)
    assert all(float(repr(float(value))) == value for value in values)

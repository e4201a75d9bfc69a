"""Brian2's own tests of standalone programs, with our delivery: ``python -m tests.devices.brian2_suite``.

Arguments are pytest's, the test modules of Brian2 to run among them (``test_synapses.py``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import brian2.tests
import pytest
from brian2 import prefs
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from brian2.devices.device import all_devices, reset_device

from cortexnet.devices.delivery import RangeDevice
from cortexnet.devices.execution import Execution

HOME = Path(brian2.tests.__file__).parent
PLAIN = {"directory": None, "with_output": False}
#: What is selected, and how the device is then set: as Brian2's `brian2.tests.run` does.
PARTS = [
    ("standalone_compatible and not multiple_runs", PLAIN),
    ("standalone_compatible and multiple_runs", {**PLAIN, "build_on_run": False}),
    ("cpp_standalone", PLAIN),
]


class ReusedRangeDevice(RangeDevice):
    """Our code generation under Brian2's own ways to build, run and start again."""

    def __init__(self) -> None:
        super().__init__(Execution("cpp_standalone", "cpp"))

    network_run = CPPStandaloneDevice.network_run
    build = CPPStandaloneDevice.build
    run = CPPStandaloneDevice.run
    reinit = CPPStandaloneDevice.reinit
    seed = CPPStandaloneDevice.seed
    generate_main_source = CPPStandaloneDevice.generate_main_source
    generate_run_source = CPPStandaloneDevice.generate_run_source


def run(arguments: list[str], device: Any) -> bool:
    """Run tests of Brian2 on a device in place of its own; tells whether all passed."""
    all_devices["cpp_standalone"] = device
    prefs["codegen.cpp.extra_compile_args_gcc"].extend(["-w", "-O0"])
    modules = [str(HOME / argument) for argument in arguments if argument.endswith(".py")]
    options = [argument for argument in arguments if not argument.endswith(".py")]
    plugin = brian2.tests.PreferencePlugin(prefs)
    plugin.device = "cpp_standalone"
    codes = []
    for marks, plugin.device_options in PARTS:
        selected = brian2.tests.make_argv(modules or [str(HOME)], f"{marks} and not long and not openmp")
        codes.append(pytest.main([*selected, "-p", "no:cacheprovider", *options], plugins=[plugin]))
        brian2.tests.clear_caches()
        reset_device()
    return set(codes) <= {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}


if __name__ == "__main__":
    sys.exit(not run(sys.argv[1:], ReusedRangeDevice()))

"""The C++ standalone device: the whole model becomes one compiled program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from brian2.core.variables import ArrayVariable
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice, CPPWriter

from cortexnet.devices import tools
from cortexnet.devices.compilation import PRECOMPILATION_RULES, PRECOMPILED_HEADER
from cortexnet.devices.execution import Execution
from cortexnet.devices.progress import Progress, choose_progress
from cortexnet.devices.scope import active_device, float_type, fresh_names, preferences
from cortexnet.devices.standalone import StandaloneDevice
from cortexnet.devices.standalone_run import StandaloneRun
from cortexnet.folders import cache_directory

HEADERS_OF_EVERY_UNIT = (
    *('"objects.h"', '"synapses_classes.h"', '"brianlib/common_math.h"', '"brianlib/stdint_compat.h"'),
    *("<cmath>", "<ctime>", "<iostream>", "<fstream>", "<climits>"),
)


@contextmanager
def cpp_standalone(
    *, progress: bool | Progress = True, timeout: float | None = None, precision: str = "double"
) -> Iterator[Execution]:
    """Compile the model of the block to one C++ program and run it on leaving the block."""
    chosen = float_type(precision)
    tools.require_compiler()
    cache_directory()
    execution = Execution(device="cpp_standalone", codegen_target="cpp", precision=precision)
    device = CppDevice(execution)
    with preferences(chosen), fresh_names(), active_device(device):
        with device.building():
            yield execution
        if device.networks:
            StandaloneRun(device, choose_progress(progress), timeout).carry_out()


class CppDevice(StandaloneDevice, CPPStandaloneDevice):
    """Brian2's C++ standalone device with a program that reports what it does."""

    def compiler(self) -> list[str]:
        """Return the C++ compiler's command."""
        return tools.compiler_command()

    def toolchain(self) -> str:
        """Return nothing: the program depends on that compiler alone."""
        return ""

    def seeding_code(self, value: str) -> str:
        """Return what Brian2's ``seed`` generates: one generator a thread, seeded with successive numbers."""
        return (
            "for (std::size_t i = 0; i < brian::_random_generators.size(); i++)"
            f" brian::_random_generators[i].seed({value} + i);"
        )

    def written_arrays(self) -> list[ArrayVariable]:
        """Return all variables: every array is written."""
        return list(self.arrays)

    def length_code(self, variable: ArrayVariable) -> str:
        """Return the C++ expression for the number of elements of a variable."""
        if variable in self.dynamic_arrays:
            return f"brian::{self.dynamic_arrays[variable]}.size()"
        if variable in self.dynamic_arrays_2d:
            array = self.dynamic_arrays_2d[variable]
            return f"brian::{array}.n * double(brian::{array}.m)"
        return str(variable.size)

    def generate_makefile(self, writer: CPPWriter, *arguments: Any, **options: Any) -> None:
        """Write the makefile, and what lets the compiler read the common headers once."""
        super().generate_makefile(writer, *arguments, **options)
        writer.write(
            PRECOMPILED_HEADER, "\n".join(f"#include {name}" for name in HEADERS_OF_EVERY_UNIT) + "\n"
        )
        with open(f"{writer.project_dir}/makefile", "a") as makefile:
            makefile.write(PRECOMPILATION_RULES)

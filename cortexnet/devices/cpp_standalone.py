"""The C++ standalone device: the whole model becomes one compiled program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

from brian2.codegen.generators.cpp_generator import c_data_type
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice, CPPWriter

from cortexnet.devices import tools
from cortexnet.devices.compilation import PRECOMPILATION_RULES, PRECOMPILED_HEADER
from cortexnet.devices.execution import Execution
from cortexnet.devices.folders import cache_directory
from cortexnet.devices.progress import Progress, choose_progress
from cortexnet.devices.scope import active_device, fresh_names
from cortexnet.devices.standalone import StandaloneDevice
from cortexnet.devices.standalone_run import StandaloneRun

REPORT_HEADER = "cortexnet_run_report.h"
ARRAYS_HEADER = "cortexnet_arrays.h"
COMMON_HEADERS = (
    *('"objects.h"', '"synapses_classes.h"', '"brianlib/common_math.h"', '"brianlib/stdint_compat.h"'),
    *("<cmath>", "<ctime>", "<iostream>", "<fstream>", "<climits>"),
)


@contextmanager
def cpp_standalone(*, progress: bool | Progress = True, timeout: float | None = None) -> Iterator[Execution]:
    """Compile the model of the block to one C++ program and run it on leaving the block."""
    tools.require_compiler()
    cache_directory()
    execution = Execution(device="cpp_standalone", codegen_target="cpp")
    device = CppDevice(execution)
    with fresh_names(), active_device(device):
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

    def generate_main_source(self, writer: CPPWriter) -> None:
        """Write main.cpp, which includes our report of the run."""
        writer.write(REPORT_HEADER, (resources.files(__package__) / "run_report.h").read_text())
        writer.write(ARRAYS_HEADER, self._arrays_header())
        if not self.execution.seeds:  # so that every run can be repeated
            self.insert_code("after_start", self.new_seed(None))
        self.insert_code("before_end", "cortexnet::announce_results();")
        self.insert_code("after_end", "cortexnet::finish();")
        self._with_our_header(super().generate_main_source, writer)

    def generate_run_source(self, writer: CPPWriter) -> None:
        """Write run.cpp, where runs inside ``device.run_function`` are."""
        self._with_our_header(super().generate_run_source, writer)

    def generate_makefile(self, writer: CPPWriter, *arguments: Any, **options: Any) -> None:
        """Write the makefile, and what lets it read the common headers once."""
        super().generate_makefile(writer, *arguments, **options)
        writer.write(PRECOMPILED_HEADER, "\n".join(f"#include {name}" for name in COMMON_HEADERS) + "\n")
        with open(f"{writer.project_dir}/makefile", "a") as makefile:
            makefile.write(PRECOMPILATION_RULES)

    def _with_our_header(self, generate: Callable[[CPPWriter], None], writer: CPPWriter) -> None:
        user_headers: list[str] = self.headers
        self.headers = [*user_headers, f'"{ARRAYS_HEADER}"']
        try:
            generate(writer)
        finally:
            self.headers = user_headers

    def _arrays_header(self) -> str:
        """Return C++ that announces every array file with its length, which only the program knows."""
        lines = [f'#include "{REPORT_HEADER}"', "inline void cortexnet::announce_results() {"]
        for variable in sorted(self.arrays, key=self.get_array_filename):
            if variable in self.dynamic_arrays:
                elements = f"double(brian::{self.dynamic_arrays[variable]}.size())"
            elif variable in self.dynamic_arrays_2d:
                array = self.dynamic_arrays_2d[variable]
                elements = f"double(brian::{array}.n) * brian::{array}.m"
            else:
                elements = f"{variable.size}.0"
            file, size = self.get_array_filename(variable), f"sizeof({c_data_type(variable.dtype)})"
            lines.append(f'announce("{file}", {elements} * {size});')
        return "\n".join([*lines, "require_space_for_results();", "}", ""])

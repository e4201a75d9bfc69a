"""Brian2's C++ standalone device with a program of one unit that reports what it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brian2.core.variables import ArrayVariable
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice, CPPWriter

from cortexnet.devices import tools
from cortexnet.devices.execution import Execution
from cortexnet.devices.one_unit import QUICK_RULES, join_sources
from cortexnet.devices.standalone import StandaloneDevice
from cortexnet.errors import CortexnetError


class CppDevice(StandaloneDevice, CPPStandaloneDevice):
    """Brian2's C++ standalone device with a program of one unit that reports what it does.

    Parameters
    ----------
    execution : Execution
        Keeps account of the run.
    keeps_synapses : bool
        Whether the values of single synapses can be read after the run.
    """

    def __init__(self, execution: Execution, keeps_synapses: bool = True) -> None:
        super().__init__(execution)
        self.keeps_synapses = keeps_synapses

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

    def dropped_arrays(self) -> set[ArrayVariable]:
        """Return the values of single synapses, unless they are kept."""
        if self.keeps_synapses:
            return set()
        return {variable for synapses in self.synapses for variable in synapses._registered_variables}

    def get_value(self, variable: ArrayVariable, access_data: bool = True) -> Any:
        """Read a variable, unless it was dropped."""
        if self.has_been_run and self.array_cache.get(variable) is None and variable in self.dropped_arrays():
            raise CortexnetError(
                f"{variable.owner.name}.{variable.name} was not kept: values of single synapses are, with "
                "cn.device('cpp_standalone', results='all')"
            )
        return super().get_value(variable, access_data)

    def length_code(self, variable: ArrayVariable) -> str:
        """Return the C++ expression for the number of elements of a variable."""
        if variable in self.dynamic_arrays:
            return f"brian::{self.dynamic_arrays[variable]}.size()"
        if variable in self.dynamic_arrays_2d:
            array = self.dynamic_arrays_2d[variable]
            return f"brian::{array}.n * double(brian::{array}.m)"
        return str(variable.size)

    def generate_makefile(self, writer: CPPWriter, *arguments: Any, **options: Any) -> None:
        """Join the code objects to one unit and write the makefile."""
        writer.source_files = join_sources(Path(writer.project_dir), writer.source_files)
        super().generate_makefile(writer, *arguments, **options)
        with open(f"{writer.project_dir}/makefile", "a") as makefile:
            makefile.write(QUICK_RULES)

"""The C++ standalone device: the whole model becomes one compiled program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brian2.core.variables import ArrayVariable
from brian2.codegen.codeobject import CodeObject
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice, CPPWriter
from brian2.synapses.synapses import SynapticPathway

from cortexnet.devices import delivery as ranges
from cortexnet.devices import tools
from cortexnet.devices.execution import Execution
from cortexnet.devices.one_unit import QUICK_RULES, join_sources
from cortexnet.devices.progress import Progress, choose_progress
from cortexnet.devices.scope import active_device, float_type, fresh_names, preferences
from cortexnet.devices.standalone import StandaloneDevice
from cortexnet.devices.standalone_run import StandaloneRun
from cortexnet.errors import CortexnetError
from cortexnet.folders import cache_directory

DELIVERIES = ("auto", "brian2")


@contextmanager
def cpp_standalone(
    *,
    progress: bool | Progress = True,
    timeout: float | None = None,
    precision: str = "double",
    delivery: str = "auto",
) -> Iterator[Execution]:
    """Compile the model of the block to one C++ program and run it on leaving the block.

    Parameters
    ----------
    progress, timeout, precision
        As for every device.
    delivery : {"auto", "brian2"}
        How spikes reach synapses: over ranges of sorted synapses where a pathway allows it, or by Brian2's
        queue. Both give the same results.
    """
    if delivery not in DELIVERIES:
        raise CortexnetError(f"delivery is {delivery!r}; allowed: {', '.join(DELIVERIES)}")
    if delivery == "auto":
        ranges.require_known_brian2()
    chosen = float_type(precision)
    tools.require_compiler()
    cache_directory()
    execution = Execution(device="cpp_standalone", codegen_target="cpp", precision=precision)
    device = (RangeDevice if delivery == "auto" else CppDevice)(execution)
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
        """Join the code objects to one unit and write the makefile."""
        writer.source_files = join_sources(Path(writer.project_dir), writer.source_files)
        super().generate_makefile(writer, *arguments, **options)
        with open(f"{writer.project_dir}/makefile", "a") as makefile:
            makefile.write(QUICK_RULES)


class RangeDevice(CppDevice):
    """The C++ device with a delivery of its own: see `cortexnet.devices.delivery`."""

    def __init__(self, execution: Execution) -> None:
        super().__init__(execution)
        self.pathways: dict[str, SynapticPathway] = {}

    def code_object_class(
        self, codeobj_class: type[CodeObject] | None = None, fallback_pref: str | None = None
    ) -> type[CodeObject]:
        """Return the class whose templates are ours before they are Brian2's."""
        return codeobj_class or ranges.RangeCodeObject

    def code_object(
        self,
        owner: Any,
        name: str,
        abstract_code: Any,
        variables: Any,
        template_name: str,
        variable_indices: Any,
        template_kwds: dict[str, Any] | None = None,
        **options: Any,
    ) -> CodeObject:
        """Generate the code of an object from one of our templates, where there is one for it."""
        chosen = ranges.template_for(template_name, owner, abstract_code, variables)
        code_object = super().code_object(
            owner,
            name,
            abstract_code,
            variables,
            chosen,
            variable_indices,
            template_kwds=template_kwds,
            **options,
        )
        if chosen == "synapses_in_ranges":
            self.pathways[code_object.name] = template_kwds["pathway"]
        return code_object

    def generate_codeobj_source(self, writer: CPPWriter) -> None:
        """Write the code objects, which can be completed now that all of them are known."""
        counted = {variable: start for variable, _, start in self.arange_arrays}
        ranges.fill_in(self.code_objects.values(), self.pathways, self.arrays, counted)
        super().generate_codeobj_source(writer)

    def generate_synapses_classes_source(self, writer: CPPWriter) -> None:
        """Write the class of a pathway."""
        for name, text in ranges.headers().items():
            writer.write(name, text)
        super().generate_synapses_classes_source(writer)

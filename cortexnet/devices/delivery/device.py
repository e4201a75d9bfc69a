"""The C++ device with a delivery of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brian2 import prefs
from brian2.codegen.codeobject import CodeObject
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.devices.cpp_standalone.device import CPPWriter
from brian2.synapses.synapses import SynapticPathway

from cortexnet.devices.cpp_device import CppDevice
from cortexnet.devices.delivery.code_objects import RangeCodeObject, headers, template_for
from cortexnet.devices.delivery.preparation import prepared_early
from cortexnet.devices.delivery.statement import Program
from cortexnet.devices.execution import RANGES, Execution


def _with_threads() -> bool:
    return bool(prefs["devices.cpp_standalone.openmp_threads"] > 0)


class RangeDevice(CppDevice):
    """The C++ device whose programs deliver spikes over ranges where a pathway allows it."""

    def __init__(self, execution: Execution, keeps_synapses: bool = True) -> None:
        super().__init__(execution, keeps_synapses)
        self.pathways: dict[str, SynapticPathway] = {}

    def code_object_class(
        self, codeobj_class: type[CodeObject] | None = None, fallback_pref: str | None = None
    ) -> type[CodeObject]:
        """Return the class whose templates are ours before Brian2's; with threads, all are Brian2's."""
        return codeobj_class or (CPPStandaloneCodeObject if _with_threads() else RangeCodeObject)

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
        chosen = template_for(template_name, owner, abstract_code, variables)
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
        if chosen == "synapses_in_ranges" and template_kwds:
            self.pathways[code_object.name] = template_kwds["pathway"]
        return code_object

    def generate(self, folder: Path) -> None:
        """Write the program's sources and static arrays into `folder`."""
        if self._may_drop():
            self.main_queue[:] = prepared_early(self.main_queue, self.arrays)
        super().generate(folder)

    def planned_delivery(self) -> dict[str, str]:
        """Return how the spikes of each synaptic pathway are delivered: "ranges", or why not so."""
        ours = {pathway.name for pathway in self.pathways.values()}
        otherwise = "OpenMP" if _with_threads() else "it was never used"
        return {name: RANGES if name in ours else otherwise for name in super().planned_delivery()}

    def _may_drop(self) -> bool:
        """Whether values of synapses can be given up in the run: no other run follows that may want them."""
        runs = [kind for kind, _ in self.main_queue if kind == "run_network"]
        return len(runs) == 1 and not self.keeps_synapses

    def generate_codeobj_source(self, writer: CPPWriter) -> None:
        """Write the code objects, which can be completed now that all of them are known."""
        dropped = self.dropped_arrays() if self._may_drop() else set()
        Program(
            code_objects=self.code_objects.values(),
            pathways=self.pathways,
            arrays=self.arrays,
            counted={variable: start for variable, _, start in self.arange_arrays},
            droppable={variable: self.dynamic_arrays[variable] for variable in dropped},
        ).fill_in()
        super().generate_codeobj_source(writer)

    def generate_synapses_classes_source(self, writer: CPPWriter) -> None:
        """Write the class of a pathway."""
        for name, text in headers().items():
            writer.write(name, text)
        super().generate_synapses_classes_source(writer)

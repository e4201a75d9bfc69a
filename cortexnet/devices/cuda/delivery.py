"""How the spikes of a pathway are delivered on a card: over ranges of sorted synapses, or as brian2cuda does.

brian2cuda's device decides of what class and template a unit is made, then calls what stands behind it:
`RangeDelivery`, which puts our templates in the place of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any

from brian2.codegen.codeobject import CodeObject
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice, CPPWriter
from brian2.synapses.synapses import SynapticPathway
from brian2cuda.codeobject import CUDAStandaloneAtomicsCodeObject, CUDAStandaloneCodeObject

from cortexnet.devices.cuda.fitting import may_be_reordered, reason_against_ranges
from cortexnet.devices.cuda.refusals import (
    refuse_clocks_between,
    refuse_in_effect,
    refuse_names_that_change,
)
from cortexnet.devices.execution import RANGES

TEMPLATES = CUDAStandaloneCodeObject.templater.derive(__package__)
IN_RANGES = {"synapses": "synapses_in_ranges", "synapses_push_spikes": "push_spikes_in_ranges"}
SOURCES = ("ranges.h", "ranges.cu")


class PlainCodeObject(CUDAStandaloneCodeObject):
    """A unit made from our templates where there are any, else from brian2cuda's."""

    templater = TEMPLATES


class AtomicCodeObject(CUDAStandaloneAtomicsCodeObject):
    """The same with atomic operations."""

    templater = TEMPLATES


class RangeDelivery(CPPStandaloneDevice):
    """Mixed in behind brian2cuda's device.

    Attributes
    ----------
    delivery : {"auto", "brian2"}
        Whether ranges are used where they can be.
    deliveries : dict of str to str
        For each pathway "ranges", or why brian2cuda delivers its spikes.
    """

    delivery: str
    deliveries: dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self._objects: list[Any] = []
        self._lying_as: dict[str, str] = {}  # synapses -> the pathway in whose order their arrays lie

    def choose_deliveries(self, objects: Iterable[Any]) -> None:
        """Choose for the pathways among the `objects` of the network that is about to be generated."""
        self._objects = list(objects)
        for pathway in self._objects:
            if isinstance(pathway, SynapticPathway):
                chosen = RANGES if self.delivery == "auto" else f"delivery={self.delivery!r}"
                self.deliveries[pathway.name] = reason_against_ranges(pathway) or chosen
                if self.deliveries[pathway.name] != RANGES:
                    refuse_clocks_between(pathway, {obj.clock for obj in self._objects})

    def code_object(
        self,
        owner: Any,
        name: str,
        abstract_code: Any,
        variables: Any,
        template_name: str,
        variable_indices: Any,
        codeobj_class: type[CodeObject] | None = None,
        template_kwds: dict[str, Any] | None = None,
        **options: Any,
    ) -> CodeObject:
        """Generate a unit, from one of our templates where there is one."""
        refuse_names_that_change(variables)
        is_atomic = codeobj_class is CUDAStandaloneAtomicsCodeObject
        keywords = dict(template_kwds or {})
        if template_name in IN_RANGES:
            pathway = keywords.get("pathway", owner)
            over_ranges = self.deliveries[pathway.name] == RANGES
            if template_name == "synapses":
                refuse_in_effect(pathway, str(abstract_code), variables, over_ranges)
            elif over_ranges:
                keywords |= self._layout(pathway)
            template_name = IN_RANGES[template_name] if over_ranges else template_name
        return super().code_object(
            owner,
            name,
            abstract_code,
            variables,
            template_name,
            variable_indices,
            codeobj_class=AtomicCodeObject if is_atomic else PlainCodeObject,
            template_kwds=keywords,
            **options,
        )

    def _layout(self, pathway: SynapticPathway) -> dict[str, Any]:
        """Choose how the arrays of its synapses lie: as the first pathway delivers, if they may be moved."""
        synapses = pathway.synapses
        if synapses.name not in self._lying_as and may_be_reordered(synapses, self._objects):
            self._lying_as[synapses.name] = pathway.name
        lying_as = self._lying_as.get(synapses.name)
        in_order = lying_as == pathway.name
        return {"in_order": in_order, "lying_as": None if in_order else lying_as}

    def write_ranges(self, writer: CPPWriter) -> None:
        """Write what all pathways share that are delivered over ranges."""
        if RANGES in self.deliveries.values():
            for name in SOURCES:
                writer.write(f"cortexnet_{name}", (resources.files(__package__) / name).read_text())

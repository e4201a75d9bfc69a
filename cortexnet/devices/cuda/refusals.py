"""What brian2cuda would compute wrongly, or not compile, without saying so: refused by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from brian2 import PopulationRateMonitor, prefs
from brian2.core.clocks import Clock
from brian2.core.functions import Function
from brian2.core.variables import Variable
from brian2.synapses.synapses import SynapticPathway
from brian2.utils.stringtools import get_identifiers
from brian2cuda.utils.stringtools import replace_floating_point_literals

from cortexnet.devices.execution import RANGES
from cortexnet.errors import CortexnetError


def refuse_names_that_change(variables: Collection[str]) -> None:
    """Refuse names in which brian2cuda would find a number to be made one of single precision."""
    if prefs["core.default_float_dtype"] == np.float32:
        for name in variables:
            if replace_floating_point_literals(f" {name} ") != f" {name} ":
                raise CortexnetError(
                    f"the name {name!r} ends like a number, which brian2cuda changes in single precision: "
                    "choose another name, or precision='double'"
                )


def refuse_in_effect(
    pathway: SynapticPathway, code: str, variables: Mapping[str, Variable], over_ranges: bool
) -> None:
    """Refuse what may stand in ``on_pre`` and ``on_post`` elsewhere, but not on a card."""
    for name in sorted(get_identifiers(code)):
        variable = variables.get(name)
        if isinstance(variable, Function) and not variable.stateless:
            raise CortexnetError(
                f"{pathway.name!r} draws by {name}(), which brian2cuda does not do independently for each "
                "synapse: use cortexnet.draws.uniform"
            )
        if name == "delay":
            raise CortexnetError(
                f"{pathway.name!r} reads delay, which is not on the card: keep a copy in a variable"
            )
        if name == "j" and not over_ranges:
            raise CortexnetError(f"{pathway.name!r} reads j, which brian2cuda cannot compile: write i_post")


def refuse_clocks_between(pathway: SynapticPathway, clocks: Collection[Clock]) -> None:
    """Refuse brian2cuda's delivery where other clocks tick between the steps of the source.

    Where all delays are the same it counts the iterations of the network, not the steps.
    """
    dt = pathway.clock.dt_
    for clock in clocks:
        ratio = getattr(clock, "dt_", 0.0) / dt
        if ratio < 0.5 or abs(ratio - round(ratio)) > 1e-9:
            raise CortexnetError(
                f"{clock.name!r} ticks between the steps of {dt * 1e3:g} ms in which {pathway.name!r} counts "
                "its delays, which brian2cuda then gets wrong: use delivery='auto', or one time step"
            )


def slow_objects(objects: Collection[Any], deliveries: Mapping[str, str]) -> list[str]:
    """Return a line for each object that works on a card, but slowly."""
    lines = [
        f"the rate monitor {obj.name!r} runs on one thread of the card: a spike monitor does not"
        for obj in objects
        if isinstance(obj, PopulationRateMonitor)
    ]
    return lines + [
        f"brian2cuda delivers the spikes of {name!r}, slowly if a pair has several synapses: {reason}"
        for name, reason in deliveries.items()
        if reason not in (RANGES, "delivery='brian2'")
    ]

"""Effects in single precision; the cells have no equations, whose arithmetic is another there."""

from __future__ import annotations

from brian2 import Synapses, ms

from tests.devices.range_scripts.cells import noise, silent
from tests.devices.range_scripts.delays import (
    half_steps,
    many_targets,
    multapses_from_unsorted_arrays,
    no_synapses,
)
from tests.devices.range_scripts.effects import not_additive
from tests.devices.range_scripts.plasticity import synapses_onto_synapses


def quotients_in_order():
    """Made in the order of delivery, so that nothing need be looked up; a quotient of vectors is inexact."""
    source, target = noise("quotient_source"), silent("quotient_target", 500)
    on_pre = "w = w/(1 + c)\ntrace = (trace + c)/(w + 3)\nv_post += trace"
    model = "w : 1\nc : 1\ntrace : 1"
    synapses = Synapses(source, target, model, on_pre=on_pre, delay=1 * ms, name="quotients")
    synapses.connect()
    synapses.w = "rand()"
    synapses.c = "0.1*rand()"
    yield [source, target, synapses]


MODELS = [
    half_steps,
    multapses_from_unsorted_arrays,
    no_synapses,
    many_targets,
    not_additive,
    synapses_onto_synapses,
    quotients_in_order,
]

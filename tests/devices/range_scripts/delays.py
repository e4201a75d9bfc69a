"""Which synapses there are, and when spikes reach them."""

from __future__ import annotations

import numpy as np
from brian2 import NeuronGroup, SpikeGeneratorGroup, StateMonitor, Synapses, ms

from tests.devices.range_scripts.cells import firing, noise, silent, spikes

TIME_STEP = 0.1 * ms


def heterogeneous_delays():
    """Recurrent, with a monitor of synapses that are not in the order of delivery."""
    cells = firing("heterogeneous_cells")
    synapses = Synapses(cells, cells, "w : 1\nlatest : 1", on_pre="v_post += w\nlatest = v_post",
                        name="heterogeneous")  # fmt: skip
    synapses.connect(p=0.4)
    synapses.w = "0.04*rand() - 0.02"
    synapses.delay = "4*ms*rand()"
    record = StateMonitor(synapses, ("w", "latest"), record=range(0, 200, 7), name="heterogeneous_record")
    yield [cells, synapses, spikes(cells), record]


def half_steps():
    """Delays that lie between two steps, where only the very same rounding gives the same step."""
    source, target = noise("half_source", 200), silent("half_target", 7)
    synapses = Synapses(source, target, "w : 1", on_pre="v_post += w*(1 + v_post)", name="half")
    synapses.connect()
    synapses.w = "1e-3*rand()"
    synapses.delay = (np.arange(1400) % 97 + 0.5) * TIME_STEP
    yield [source, target, synapses]


def zero_delays():
    """A spike makes others spike in steps to come, without any delay."""
    first = SpikeGeneratorGroup(3, [0, 2, 1, 1], np.array([1, 1, 7, 19]) * ms, name="zero_first")
    second, third = firing("zero_second", 12), firing("zero_third", 12)
    one = Synapses(first, second, on_pre="v_post = 2", delay=0 * ms, name="zero_one")
    other = Synapses(second, third, "w : 1", on_pre="v_post += w", name="zero_other")
    back = Synapses(third, second, on_pre="v_post *= 0.9", delay=0 * ms, name="zero_back")
    for synapses in (one, other, back):
        synapses.connect(p=0.5)
    other.w = "rand()"
    yield [first, second, third, one, other, back, spikes(second), spikes(third)]


def scalar_delay():
    """One delay for all, given its value after the synapses were made."""
    cells = firing("scalar_cells")
    synapses = Synapses(cells, cells, "w : 1", on_pre="v_post += w", delay=1 * ms, name="scalar")
    synapses.connect(p=0.3)
    synapses.w = "0.03*rand() - 0.01"
    synapses.delay = 2.25 * ms
    yield [cells, synapses, spikes(cells)]


def multapses_from_unsorted_arrays():
    """Created in two batches of random pairs, some of them five times."""
    source, target = noise("multapse_source"), silent("multapse_target")
    generator = np.random.default_rng(1)
    synapses = Synapses(source, target, "w : 1", on_pre="v_post += w*(1 + k)\nx_post = w - x_post",
                        multisynaptic_index="k", name="multapses")  # fmt: skip
    synapses.connect(i=generator.integers(50, size=900), j=generator.integers(30, size=900), n=2)
    synapses.connect(i=generator.integers(50, size=90), j=generator.integers(30, size=90), n=5)
    synapses.w = "rand()"
    synapses.delay = "1.5*ms*rand()"
    yield [source, target, synapses]


def overlapping_subgroups():
    """Source, target and both are parts of a group, with their own numbering."""
    cells = firing("whole", 60)
    parts = [
        Synapses(cells[a:b], cells[c:d], "w : 1", on_pre="v_post += w*(1 + 1e-3*(i - 2*j))", name=name)
        for name, (a, b, c, d) in {
            "within": (10, 35, 10, 35),
            "overlap": (5, 25, 15, 60),
            "to_all": (40, 60, 0, 60),
            "from_all": (0, 60, 59, 60),
        }.items()
    ]
    for synapses in parts:
        synapses.connect(p=0.4)
        synapses.w = "0.03*rand() - 0.015"
        synapses.delay = "rand()*1*ms"
    yield [cells, *parts, spikes(cells)]


def no_synapses():
    source, target = noise("lonely_source"), silent("lonely_target")
    synapses = Synapses(source, target, "w : 1", on_pre="v_post += w", name="lonely")
    synapses.connect(condition="i > 1000")
    yield [source, target, synapses]


def one_very_long_delay():
    """A table of all delays would be mostly empty."""
    source, target = noise("long_source"), silent("long_target")
    synapses = Synapses(source, target, on_pre="v_post += x_post + 1", name="long")
    synapses.connect(j="i % 30")
    synapses.delay = "int(i == 3)*500*ms + rand()*5*ms"
    yield [source, target, synapses]


def many_targets():
    """More of them than 16 bits can number."""
    source = noise("many_source")
    target = NeuronGroup(70_000, "v : 1", name="many_target")
    synapses = Synapses(source, target, "w : 1", on_pre="v_post += w", name="many")
    synapses.connect(i=np.arange(6000) % 50, j=69_999 - 11 * np.arange(6000))
    synapses.w = "rand()"
    synapses.delay = "rand()*3*ms"
    yield [source, target, synapses]


MODELS = [
    heterogeneous_delays,
    half_steps,
    zero_delays,
    scalar_delay,
    multapses_from_unsorted_arrays,
    overlapping_subgroups,
    no_synapses,
    one_very_long_delay,
    many_targets,
]

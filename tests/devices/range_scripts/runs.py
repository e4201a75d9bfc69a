"""Two runs, between which something is changed while spikes are under way."""

from __future__ import annotations

from brian2 import NeuronGroup, Synapses, defaultclock, ms

from tests.devices.range_scripts.cells import firing, noise, silent, spikes


def _recurrent(name: str) -> tuple[NeuronGroup, Synapses]:
    cells = firing(f"{name}_cells")
    synapses = Synapses(cells, cells, "w : 1", on_pre="v_post += w", name=name)
    synapses.connect(p=0.3)
    synapses.w = "0.04*rand() - 0.02"
    synapses.delay = "5*ms*rand()"
    return cells, synapses


def unchanged():
    cells, synapses = _recurrent("unchanged")
    yield [cells, synapses, spikes(cells)]


def weights_changed():
    cells, synapses = _recurrent("weights")
    yield [cells, synapses, spikes(cells)]
    synapses.w = "0.1*rand() - 0.06 + 0.001*j"


def delays_changed():
    cells, synapses = _recurrent("delays")
    yield [cells, synapses, spikes(cells)]
    synapses.pre.delay = "1*ms + 6*ms*rand()"


def scalar_delay_changed():
    source, target = noise("rescaled_source"), silent("rescaled_target")
    synapses = Synapses(source, target, on_pre="v_post += i\nx_post -= v_post", delay=4 * ms, name="rescaled")
    synapses.connect(p=0.3)
    yield [source, target, synapses]
    synapses.delay = 1 * ms


def synapses_added():
    cells, synapses = _recurrent("added")
    yield [cells, synapses, spikes(cells)]
    synapses.connect(i=[3, 1, 39], j=[0, 1, 2])
    synapses.w = "0.05*rand()"
    synapses.delay = "5*ms*rand()"


def pathway_woken():
    """One that did nothing in the first run, one that does nothing in the second."""
    source, target = noise("woken_source"), silent("woken_target")
    on_pre = {"a": "v_post += w", "b": "v_post *= 1 - w"}
    synapses = Synapses(source, target, "w : 1", on_pre=on_pre, name="woken")
    synapses.connect(p=0.3)
    synapses.w = "0.1*rand()"
    synapses.a.delay = "3*ms*rand()"
    synapses.b.delay = "3*ms*rand()"
    synapses.a.active = False
    yield [source, target, synapses]
    synapses.a.active = True
    synapses.b.active = False


def plastic():
    """Values that the first run has left are the second one's."""
    source, target = noise("plastic_source"), silent("plastic_target")
    synapses = Synapses(source, target, "w : 1\nc : 1", on_pre="v_post += w*c\nw *= 0.98", name="plastic")
    synapses.connect(p=0.3)
    synapses.w = "rand()"
    synapses.c = "rand()"
    synapses.delay = "3*ms*rand()"
    yield [source, target, synapses]
    synapses.c = "w"


def time_step_changed():
    cells, synapses = _recurrent("step")
    yield [cells, synapses, spikes(cells)]
    defaultclock.dt = 0.05 * ms


MODELS = [
    unchanged,
    weights_changed,
    delays_changed,
    scalar_delay_changed,
    synapses_added,
    pathway_woken,
    plastic,
]

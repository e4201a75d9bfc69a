"""Values of synapses that somebody writes while others read them."""

from __future__ import annotations

from brian2 import StateMonitor, Synapses, ms

from tests.devices.range_scripts.cells import firing, noise, silent, spikes

STDP = """
w : 1
dpre_trace/dt = -pre_trace/(5*ms) : 1 (event-driven)
dpost_trace/dt = -post_trace/(7*ms) : 1 (event-driven)
"""


def timing_dependent():
    source, target = noise("stdp_source"), firing("stdp_target", 20)
    synapses = Synapses(
        source,
        target,
        STDP,
        on_pre="v_post += w*int(rand() < 0.8)\npre_trace += 0.01\nw = clip(w + post_trace, 0, 0.3)",
        on_post="post_trace -= 0.011\nw = clip(w + pre_trace*(0.5 + rand()), 0, 0.3)",
        name="stdp",
    )
    synapses.connect(p=0.7)
    synapses.w = "0.1*rand()"
    synapses.pre.delay = "3*ms*rand()"
    synapses.post.delay = "2*ms*rand()"
    record = StateMonitor(synapses, "w", record=[0, 55, 99], dt=5 * ms, name="stdp_record")
    yield [source, target, synapses, spikes(target), record]


def two_pathways():
    cells = firing("twice_cells")
    on_pre = {"pre_a": "v_post += w\nu += 1", "pre_b": "v_post -= 0.5*w*u\nw *= 0.999"}
    synapses = Synapses(cells, cells, "w : 1\nu : 1", on_pre=on_pre, name="twice")
    synapses.connect(p=0.3)
    synapses.w = "0.02*rand()"
    synapses.pre_a.delay = "rand()*ms"
    synapses.pre_b.delay = "1*ms + 2*rand()*ms"
    yield [cells, synapses, spikes(cells)]


def summed_and_clock_driven():
    """Conductances of synapses, which run with the clock and add up in their cells."""
    source, target = noise("summed_source"), firing("summed_target", 20)
    model = "dg/dt = -g/(3*ms) : 1 (clock-driven)\nw : 1\nx_post = 1e-3*g*(j - v_post) : 1 (summed)"
    synapses = Synapses(source, target, model, on_pre="g += w\nv_post += 0.01*x_post", method="exact",
                        name="summed")  # fmt: skip
    synapses.connect(p=0.5)
    synapses.w = "rand()"
    synapses.delay = "rand()*ms"
    yield [source, target, synapses, spikes(target)]


def synapses_onto_synapses():
    """Some add to a value of other synapses, others sum into one that their effect only reads."""
    source, target = noise("onto_source"), silent("onto_target")
    synapses = Synapses(source, target, "w : 1\ngain : 1", on_pre="v_post += w*(1 + gain)", name="onto")
    synapses.connect(p=0.3)
    synapses.w = "rand()"
    synapses.delay = "2*ms*rand()"
    n = 200  # of the synapses; how many there are, only the program knows
    modulation = Synapses(source, synapses, on_pre="w_post *= 0.95", name="modulation")
    modulation.connect(i=[k % 50 for k in range(n)], j=[(7 * k) % n for k in range(n)])
    modulation.delay = "rand()*ms"
    gains = Synapses(source, synapses, "dg/dt = -g/(5*ms) : 1 (clock-driven)\ngain_post = g : 1 (summed)",
                     on_pre="g += 1", method="euler", name="gains")  # fmt: skip
    gains.connect(i=[k % 50 for k in range(n)], j=[(3 * k) % n for k in range(n)])
    yield [source, target, synapses, modulation, gains]


def written_regularly():
    cells = firing("regular_cells")
    model = "w : 1\nfactor : 1 (shared)"
    synapses = Synapses(cells, cells, model, on_pre="v_post += w*factor", name="regular")
    synapses.connect(p=0.3)
    synapses.w = "0.1*rand()"
    synapses.factor = 0.1
    synapses.delay = "2*ms*rand()"
    synapses.run_regularly("w = clip(w + 0.02*(rand() - 0.5), 0, 0.1)", dt=3 * ms, name="regular_drift")
    synapses.run_regularly("factor = 0.3 - factor", dt=7 * ms, name="regular_switch")
    yield [cells, synapses, spikes(cells)]


MODELS = [timing_dependent, two_pathways, summed_and_clock_driven, synapses_onto_synapses, written_regularly]

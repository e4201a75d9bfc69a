"""Cells whose threshold and equations leave no room for another order or other functions."""

from __future__ import annotations

from brian2 import NeuronGroup, Synapses, linked_var, ms

from tests.devices.range_scripts.cells import firing, spikes


def _connected(cells: NeuronGroup) -> list:
    synapses = Synapses(cells, cells, "w : 1", on_pre="v_post += w", name=f"{cells.name}_synapses")
    synapses.connect(p=0.2)
    synapses.w = "0.02*rand()"
    synapses.delay = "2*ms*rand()"
    return [cells, synapses, spikes(cells)]


def random_thresholds():
    """One draws itself, one by a subexpression."""
    direct = NeuronGroup(300, "dv/dt = 1/(9*ms) : 1", threshold="v > 0.5 + rand()", reset="v = 0",
                         method="euler", name="drawing")  # fmt: skip
    model = "dv/dt = 1/(9*ms) : 1\nlimit = 0.5 + rand() : 1 (constant over dt)"
    hidden = NeuronGroup(300, model, threshold="v > limit", reset="v = 0", method="euler", name="hidden")
    yield [*_connected(direct), *_connected(hidden)]


def exponential_euler():
    """With a time constant for every cell, so that exp stays in the loop."""
    model = "dv/dt = (1.4 - v)/tau : 1 (unless refractory)\ntau : second (constant)"
    cells = NeuronGroup(150, model, threshold="v > 1", reset="v = 0", refractory=1.5 * ms,
                        method="exponential_euler", name="exponential")  # fmt: skip
    cells.tau = "(5 + 10*rand())*ms"
    cells.v = "rand()"
    yield _connected(cells)


def powers():
    """A power is a function too, though it is not written as one."""
    model = """
    dv/dt = (1.2 + 0.1*v**a - v)/(9*ms) : 1 (unless refractory)
    du/dt = (v**2.5 - u**3)/(20*ms) : 1
    a : 1 (constant)
    """
    cells = NeuronGroup(150, model, threshold="v**a > 1", reset="v = 0.1", refractory=2 * ms, method="euler",
                        name="powers")  # fmt: skip
    cells.a = "1 + rand()"
    cells.v = "0.1 + 0.9*rand()"
    yield _connected(cells)


def refractory_periods_of_their_own():
    """As an expression and as a condition."""
    model = "dv/dt = (1.5 - v)/(6*ms) : 1 (unless refractory)\nwait : second (constant)"
    timed = NeuronGroup(100, model, threshold="v > 1", reset="v = 0", refractory="wait + 0.5*ms",
                        method="euler", name="timed")  # fmt: skip
    timed.wait = "rand()*4*ms"
    until = NeuronGroup(100, model, threshold="v > 1", reset="v = 0.9", refractory="v > 0.3 + 0.5*rand()",
                        method="rk4", name="until")  # fmt: skip
    until.wait = "rand()*4*ms"
    yield [*_connected(timed), *_connected(until)]


def noisy_and_linked():
    """White noise, and cells that follow a value of others."""
    model = "dv/dt = (1.1 - v)/(8*ms) + 0.5*xi/(8*ms)**0.5 : 1 (unless refractory)"
    leader = NeuronGroup(60, model, threshold="v > 1", reset="v = 0", refractory=1 * ms, method="euler",
                         name="leader")  # fmt: skip
    followed = "dv/dt = (other - v)/(8*ms) : 1 (unless refractory)\nother : 1 (linked)"
    follower = NeuronGroup(60, followed, threshold="v > 0.6 + 0.1*other", reset="v = 0", refractory=1 * ms,
                           method="euler", name="follower")  # fmt: skip
    follower.other = linked_var(leader, "v", index=[(7 * k) % 60 for k in range(60)])
    yield [*_connected(leader), *_connected(follower)]


def steady():
    cells = firing("steady", 300)
    yield _connected(cells)


MODELS = [
    random_thresholds,
    exponential_euler,
    powers,
    refractory_periods_of_their_own,
    noisy_and_linked,
    steady,
]

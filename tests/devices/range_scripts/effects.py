"""What a spike does when it arrives."""

from __future__ import annotations

from brian2 import Function, NeuronGroup, StateMonitor, Synapses, ms

from cortexnet.draws import uniform
from tests.devices.range_scripts.cells import firing, noise, silent, spikes

#: A generator of its own, so that the order of calls shows.
COUNTING = """
static double counted(double x) {
    static int calls = 0;
    calls = (calls*75 + 74) % 65537;
    return x*calls/65537.0;
}
"""


def cpp_function(code: str, name: str, **options) -> Function:
    """A function of one number that exists in C++ only."""
    function = Function(lambda x: x, arg_units=[1], return_unit=1, **options)
    function.implementations.add_implementation("cpp", code, name=name)
    return function


def not_additive():
    """What arrives first matters."""
    source, target = noise("clipping_source"), silent("clipping_target")
    on_pre = "v_post = clip(v_post + w, -0.5, 2)\nv_post *= 0.99\nx_post = v_post**w"
    synapses = Synapses(source, target, "w : 1", on_pre=on_pre, name="clipping")
    synapses.connect(p=0.5)
    synapses.w = "rand() - 0.3"
    synapses.delay = "2*ms*rand()"
    yield [source, target, synapses]


def draws_of_the_shared_generator():
    """Every draw is made in the queue's order, or all that follow are others."""
    cells = firing("failing_cells")
    on_pre = "v_post += w*int(rand() < 0.3) + 0.01*randn()*(x_pre + 1)"
    synapses = Synapses(cells, cells, "w : 1", on_pre=on_pre, name="failing")
    synapses.connect(p=0.4)
    synapses.w = "0.1*rand() - 0.05"
    synapses.delay = "2*ms*rand()"
    yield [cells, synapses, spikes(cells)]


def counter_based_draws():
    """Some depend on what nothing writes, some on what this effect or another part of the model writes."""
    cells = firing("counter_cells")
    model = "w : 1\nage : integer\nphase : integer\nkept : integer"
    on_pre = """
    age += 1
    v_post += w*int(uniform(3, 1, t_in_timesteps, i, j) < 0.5)
    x_post += int(uniform(3, 2, age, i, j) < 0.5)
    kept += int(uniform(3, 3, phase, i, j) < 0.5)
    """
    synapses = Synapses(cells, cells, model, on_pre=on_pre, name="counter", namespace={"uniform": uniform})
    synapses.connect(p=0.4)
    synapses.w = "0.1*rand() - 0.04"
    synapses.delay = "2*ms*rand()"
    synapses.run_regularly("phase += 1", dt=5 * ms, name="counter_phases")
    yield [cells, synapses, spikes(cells)]


def users_functions():
    """One that remembers its calls, and functions of the mathematical library on values of synapses."""
    source, target = noise("called_source"), silent("called_target")
    counted = cpp_function(COUNTING, "counted", stateless=False)
    on_pre = "v_post += counted(w)\nx_post += exp(-3*w)*sin(w)**trace\ntrace = exp(-trace - w)"
    synapses = Synapses(source, target, "w : 1\ntrace : 1", on_pre=on_pre, name="called",
                        namespace={"counted": counted})  # fmt: skip
    synapses.connect(p=0.5)
    synapses.w = "rand()"
    synapses.delay = "rand()*2*ms"
    yield [source, target, synapses]


def function_of_the_synapse():
    """Brian2 tells a vectorised function which synapse it is called for."""
    which = Function(lambda index: index, arg_units=[], return_unit=1, auto_vectorise=True)
    code = "static double which(int index) { return index; }"
    which.implementations.add_implementation("cpp", code, name="which")
    source, target = noise("which_source"), silent("which_target")
    synapses = Synapses(source, target, on_pre="v_post += which()", name="which_synapses",
                        namespace={"which": which})  # fmt: skip
    synapses.connect(p=0.5)
    synapses.delay = "rand()*2*ms"
    yield [source, target, synapses]


def custom_events():
    """A pathway of spikes and one of other events, with clocks of their own."""
    cells = NeuronGroup(40, "dv/dt = 1.3/(9*ms) : 1\nx : 1", threshold="v > 1", reset="v = 0",
                        events={"half": "v > 0.5 and x < 5"}, method="euler", name="event_cells")  # fmt: skip
    cells.v = "rand()"
    cells.run_on_event("half", "x += 1")
    cells.run_regularly("x -= 2*int(x > 3)", dt=3 * ms, name="event_resets")
    target = silent("event_target")
    on_pre = {"pre": "v_post += w", "middle": "v_post *= 1 - w"}
    synapses = Synapses(cells, target, "w : 1", on_pre=on_pre, on_event={"middle": "half"},
                        delay={"pre": 1 * ms}, name="event_synapses")  # fmt: skip
    synapses.connect(p=0.5)
    synapses.w = "0.1*rand()"
    synapses.middle.delay = "2*ms*rand()"
    yield [cells, target, synapses]


def order_and_activity():
    """One pathway comes after the others and after the cells, one does nothing."""
    cells = firing("ordered_cells")
    on_pre = {"late": "v_post *= 0.99", "early": "v_post += w", "never": "v_post = nan"}
    synapses = Synapses(cells, cells, "w : 1", on_pre=on_pre, name="ordered")
    synapses.connect(p=0.3)
    synapses.w = "0.05*rand()"
    synapses.early.delay = "2*ms*rand()"
    synapses.late.order = 5
    synapses.early.when = "end"
    synapses.never.active = False
    yield [cells, synapses, spikes(cells), StateMonitor(cells, "v", record=[1, 5], name="ordered_record")]


MODELS = [
    not_additive,
    draws_of_the_shared_generator,
    counter_based_draws,
    users_functions,
    function_of_the_synapse,
    custom_events,
    order_and_activity,
]

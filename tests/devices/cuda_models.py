"""The networks that are generated for a card: every system that has one, and a small one for every trap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from brian2 import (
    Clock,
    Function,
    Network,
    NeuronGroup,
    PopulationRateMonitor,
    Quantity,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    ms,
    network_operation,
    seed,
)

from cortexnet.devices import mark_run_time_values, set_at_run_time
from cortexnet.draws import uniform
from cortexnet.models import dual_sampling, spontaneous_activity
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.network import build as dual_sampling_network
from cortexnet.models.dual_sampling.network import duration
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.forgetting.experiment import in_spikes
from cortexnet.models.forgetting.parameters import Parameters as ForgettingParameters
from cortexnet.models.synaptic_boltzmann.network import joint_machine, sampling_machine, synaptic_posterior
from cortexnet.models.synaptic_boltzmann.parameters import Parameters as BoltzmannParameters

Model = tuple[Network, Quantity]

# -- the systems --


def spontaneous() -> Model:
    parameters = spontaneous_activity.Parameters(n_excitatory=800, n_inhibitory=200)
    return spontaneous_activity.build(parameters, seed=4), 200 * ms


def dual() -> Model:
    random = np.random.default_rng(1)
    examples = Examples(random.random((20, 30)), random.integers(0, 3, 20), 3, 20)
    schedule = Schedule.training(np.arange(20))
    parameters = dual_sampling.Parameters(
        n_hidden=8, data_per_update=10, hidden_connections="all", neuron_update_fraction=0.5
    )
    return dual_sampling_network(parameters, examples, schedule, seed=4), duration(parameters, schedule)


def forgetting() -> Model:
    parameters = ForgettingParameters(n_data=20)
    network = in_spikes.rates_per_update(parameters).replace(n_hidden=8)
    schedule, _ = in_spikes.phase(parameters, in_spikes.LEARNING, 0, 1)
    n_images = parameters.n_data + in_spikes.N_TEST
    images = np.random.default_rng(1).random((n_images, 30))
    examples = Examples(images, np.arange(n_images) % 3, 3, parameters.n_data)
    return dual_sampling_network(network, examples, schedule, seed=4), duration(network, schedule)


def joint() -> Model:
    return joint_machine.build(BoltzmannParameters(), seed=1), 20 * ms


def sampling() -> Model:
    return sampling_machine.build(BoltzmannParameters(), seed=1), 20 * ms


def posterior() -> Model:
    parameters = BoltzmannParameters()
    data = np.sign(np.random.default_rng(1).normal(size=(20, parameters.n_synapses)))
    return synaptic_posterior.build(parameters, data, seed=1), 20 * ms


SYSTEMS: dict[str, Callable[[], Model]] = {
    "spontaneous_activity": spontaneous,
    "dual_sampling": dual,
    "forgetting": forgetting,
    "joint_machine": joint,
    "sampling_machine": sampling,
    "synaptic_posterior": posterior,
}

# -- what our models use, in one small network --

CODE = "inline double chance(int seed, int i) { return ((seed*7919 + i*104729) % 1000)/1000.0; }"


def a_function(for_cuda: bool = True) -> Function:
    """Return a function that has implementations for C++ and, perhaps, CUDA."""
    chance = Function(
        lambda seed, i: ((seed * 7919 + i * 104729) % 1000) / 1000.0,
        arg_types=["integer", "integer"],
        return_type="float",
        arg_units=[1, 1],
        return_unit=1,
    )
    chance.implementations.add_implementation("cpp", CODE, name="chance")
    if for_cuda:
        chance.implementations.add_implementation("cuda", f"__host__ __device__ {CODE}", name="chance")
    return chance


def model(seeded: bool = True) -> Model:
    """Return a network that uses what the package's models use."""
    clock = Clock(0.1 * ms, name="own_clock")  # brian2cuda's synapses know the default clock only
    cells = NeuronGroup(
        100,
        "dv/dt = (1.1 - v)/tau : 1\ntau : second (shared)\nmaster : integer (shared)",
        threshold="v > 1",
        reset="v = 0",
        method="euler",
        name="cells",
        clock=clock,
    )
    set_at_run_time(cells, "tau", 10 * ms)
    set_at_run_time(cells, "master", 3)
    mark_run_time_values()
    if seeded:
        seed(5)
    synapses = Synapses(
        cells,
        cells,
        "w : 1",
        on_pre="v_post += w*int(chance(master_pre, i_pre) > 0.5)",
        name="synapses",
        clock=clock,
        namespace={"chance": a_function()},
    )
    synapses.connect(p=0.1)
    synapses.w = "0.01*rand()"
    synapses.delay = "rand()*ms"
    spikes = SpikeMonitor(cells, name="spikes")
    voltages = StateMonitor(cells, "v", record=range(3), name="voltages", clock=clock)
    return Network(cells, synapses, spikes, voltages), 100 * ms


def delivered() -> Model:
    """Return a network that any delivery must drive to the same bits: weights whose sums are exact.

    Synapses are made in no order and some pairs have several; delays differ; a second pathway goes the
    other way with other delays and a subgroup listens; synapses change as they are used.
    """
    random = np.random.default_rng(1)
    cells = NeuronGroup(
        200,
        "dv/dt = (drive - v)/(10*ms) : 1\ndrive : 1 (constant)\narrived : 1\n"
        "master : integer (constant, shared)",
        threshold="v > 1",
        reset="v = 0",
        method="euler",
        name="cells",
    )
    cells.drive = random.integers(1000, 1400, 200) / 1024
    cells.v = random.random(200)
    cells.master = 5
    cells.run_regularly("v += arrived\narrived = 0", when="before_groups", name="take")
    synapses = Synapses(
        cells,
        cells,
        "w : 1\nused : integer\nanswered : integer",
        on_pre="arrived_post += w*int(uniform(master_pre, 3, t_in_timesteps, i_pre, i_post) > 0.3)\n"
        "used += 1",
        on_post="answered += used + 1000*j\narrived_pre -= w",
        namespace={"uniform": uniform},
        name="synapses",
    )
    n = 8000
    synapses.connect(i=random.integers(0, 200, n), j=random.integers(0, 200, n))
    synapses.w = random.integers(-3, 4, n) / 1024
    synapses.pre.delay = random.integers(0, 30, n) * 0.1 * ms
    synapses.post.delay = random.integers(5, 9, n) * 0.1 * ms
    some = Synapses(cells[50:120], cells[100:], "heard : integer", on_pre="heard += 1", name="some")
    pairs = np.indices((70, 100)).reshape(2, -1)
    some.connect(i=pairs[0], j=pairs[1])
    some.delay = "0.1*((7*i + 3*j) % 20)*ms"
    record = StateMonitor(some, "heard", record=range(0, 7000, 500), dt=5 * ms, name="record")
    objects = (cells, synapses, some, SpikeMonitor(cells, name="spikes"), record)
    return Network(*objects), 60 * ms


def noisy() -> Model:
    """Return a group that draws once, and in every step."""
    cells = NeuronGroup(100, "v : 1", name="cells")
    cells.v = "rand()"
    cells.run_regularly("v = randn()", name="noise")
    return Network(cells), 1 * ms


# -- traps --


def two(on_pre: str = "v_post += w", variables: str = "w : 1", **options: Any) -> Model:
    """Return two groups that are joined by synapses with an effect."""
    source = NeuronGroup(5, "v : 1", threshold="v > 1", name="source")
    target = NeuronGroup(5, "v : 1", name="target")
    synapses = Synapses(source, target, variables, on_pre=on_pre, name="synapses", **options)
    synapses.connect()
    return Network(source, target, synapses), 1 * ms


def with_other_clock(**options: Any) -> Model:
    network, duration = two(**options)
    network.add(NeuronGroup(1, "dx/dt = -x/second : 1", method="euler", dt=0.03 * ms, name="fine"))
    return network, duration


def with_operation() -> Model:
    network, duration = two()

    @network_operation(name="python")
    def operation() -> None:
        """Nothing."""

    network.add(operation)
    return network, duration


def with_rate_monitor() -> Model:
    network, duration = two()
    network.add(PopulationRateMonitor(network["source"], name="rate"))
    return network, duration


def seeded_with_nothing() -> Model:
    seed()
    return two()


def stored() -> Model:
    network, duration = two()
    network.store()
    return network, duration


def restored() -> Model:
    network, duration = two()
    network.restore()
    return network, duration


TRAPS: dict[str, Callable[[], Model]] = {
    "rand": lambda: two("v_post += w*int(rand() > 0.5)"),
    "randn": lambda: two("w = w + randn()"),
    "poisson": lambda: two("v_post += poisson(3)"),
    "just j": lambda: two("w = j"),
    "delay": lambda: two("w = delay/ms"),
    "clip": lambda: two("v_post = clip(v_post + w, 0, 1)"),
    "reads": lambda: two("v_post += w\nw = v_post"),
    "subexpression": lambda: two("v_post += drive", "drive = 1 - v_post : 1"),
    "event-driven": lambda: two("v_post += w", "dw/dt = (v_post - w)/(10*ms) : 1 (event-driven)"),
    "no cuda": lambda: two("v_post += chance(1, i_pre)", namespace={"chance": a_function(for_cuda=False)}),
    "name": lambda: two("v_post += x28e2", "x28e2 : 1"),
    "other clock": lambda: with_other_clock(delay=1 * ms),
    "network operation": with_operation,
    "rate monitor": with_rate_monitor,
    "seed()": seeded_with_nothing,
    "store": stored,
    "restore": restored,
    "no seed": lambda: model(seeded=False),
}

MODELS = SYSTEMS | TRAPS | {"model": model, "delivered": delivered, "plain": two, "noisy": noisy}


class Request(NamedTuple):
    """A model to generate, how often it is run, options of the device, and where if not in a new folder."""

    model: str
    runs: int = 1
    folder: str | None = None
    options: Mapping[str, Any] = MappingProxyType({})


#: All that tests look at: generated by one process, since importing takes longer than generating.
REQUESTS = {name: Request(name) for name in MODELS} | {
    "second run": Request("model", runs=2),
    "j, brian2": Request("just j", options={"delivery": "brian2"}),
    "other clock, brian2": Request("other clock", options={"delivery": "brian2"}),
    "name, single": Request("name", options={"precision": "single"}),
    "spontaneous_activity, brian2": Request("spontaneous_activity", options={"delivery": "brian2"}),
    "spontaneous_activity, single": Request("spontaneous_activity", options={"precision": "single"}),
    "sm_80": Request("plain", options={"compute_capability": 8.0}),
    "used folder": Request("plain", folder="plain"),
    "no such delivery": Request("plain", options={"delivery": "fast"}),
}

"""Small models chosen to hurt a delivery of spikes over ranges, several of which make one program.

A model is a generator: it yields its Brian2 objects, and what it does after that happens between two runs.
Many of them depend on the last bit: sums of random weights, draws from one generator that all share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from brian2 import BrianObject, Network, ms, seed

from tests.devices.range_scripts import delays, effects, neurons, plasticity, runs, single

Model = Callable[[], Iterator[list[BrianObject]]]

#: The programs by name: their models and how many runs of the network they make.
PROGRAMS: dict[str, tuple[list[Model], int]] = {
    "delays": (delays.MODELS, 1),
    "effects": (effects.MODELS, 1),
    "plasticity": (plasticity.MODELS, 1),
    "neurons": (neurons.MODELS, 1),
    "runs": (runs.MODELS, 2),
    "time steps": ([runs.time_step_changed], 2),
}
SINGLE_PRECISION: list[Model] = single.MODELS


def run_models(models: list[Model], n_runs: int = 1, **options: Any) -> Network:
    """Put models into one network and run it; on a device of ours this only notes the runs."""
    seed(20)
    parts = [model() for model in models]
    network = Network(*chain.from_iterable(next(part) for part in parts))
    for _ in range(n_runs):
        network.run(60 * ms / n_runs, **options)
        for part in parts:
            next(part, None)
    return network

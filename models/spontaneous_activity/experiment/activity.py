"""The network by itself: what every other experiment starts from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from brian2 import Quantity, second

import cortexnet as cn
from cortexnet.devices import Progress
from cortexnet.models.experiments import Outcome
from cortexnet.models.spontaneous_activity.figures import draw_run
from cortexnet.models.spontaneous_activity.network import build
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.network import ModelNetwork
from cortexnet.recording import Recording


def simulate(
    parameters: Parameters | None = None,
    *,
    duration: Quantity = 10 * second,
    warmup: Quantity = 1 * second,
    seed: int = 1,
    trial: int = 0,
    device: str = "cpp_standalone",
    precision: str = "double",
    delivery: str = "auto",
    timeout: float | None = None,
    progress: bool | Progress = True,
) -> Recording:
    """Simulate the network once.

    Parameters
    ----------
    parameters : Parameters, optional
        The published set where none is given.
    duration, warmup : Quantity
        Simulated time from the kick on, and how much of it statistics leave out.
    seed, trial : int
        Master seed, and number of the trial on that network.
    device : str
        "runtime", "cpp_standalone" or "cuda_standalone".
    precision : str
        Of the floating-point numbers: "double" or "single".
    delivery : str
        How spikes reach synapses, as in `cortexnet.device`.
    timeout : float, optional
        Seconds of real time after which the run is ended.
    progress : bool or Progress
        Whether progress is shown, or what shows it.

    Returns
    -------
    Recording
        Spikes, membrane potentials and the numbers of `cortexnet.analysis.summary.summary_numbers`.
    """
    # What is recorded is all that a Recording asks for, and a tenth of what a network holds.
    kept: dict[str, Any] = {"results": "recorded"} if device == "cpp_standalone" else {}
    network = simulated_network(
        parameters,
        duration=duration,
        seed=seed,
        trial=trial,
        device=device,
        precision=precision,
        delivery=delivery,
        timeout=timeout,
        progress=progress,
        **kept,
    )
    return Recording.of(network, warmup=warmup)


def simulated_network(
    parameters: Parameters | None,
    *,
    duration: Quantity,
    seed: int,
    trial: int = 0,
    extend: Callable[[ModelNetwork], object] = lambda network: None,
    device: str = "cpp_standalone",
    **options: Any,
) -> ModelNetwork:
    """Build the network, add what an experiment has in addition, and run all.

    Parameters
    ----------
    parameters, duration, seed, trial, device
        As in `simulate`.
    extend : callable
        Adds objects to the network before it is run.
    **options
        The others of `cortexnet.device`.
    """
    with cn.device(device, **options):
        network = build(parameters, seed=seed, trial=trial)
        extend(network)
        network.run(duration)
    return network


def run(parameters: Parameters, **simulation: Any) -> Outcome:
    """Simulate the network and draw the run."""
    recording = simulate(parameters, **simulation)
    return Outcome(recording, draw=partial(draw_run, recording))

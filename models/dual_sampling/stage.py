"""One run of the network through a schedule: what it read out, and the state in which it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from brian2 import second
from numpy.typing import NDArray

import cortexnet as cn
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.network import build, duration
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.dual_sampling.state import State
from cortexnet.models.dual_sampling.synapses import connections_of
from cortexnet.network import ModelNetwork
from cortexnet.recording import Recording


@dataclass(frozen=True, eq=False)
class Readout:
    """What the output cells did, one row a presentation and one column a class.

    Attributes
    ----------
    probability : ndarray of float, shape (presentations, classes)
        Probability of a spike, averaged over the bins of the datum.
    one_sample : ndarray of float, shape (presentations, classes)
        The same in its last bin alone.
    spike_count : ndarray of int, shape (presentations, classes)
        Spikes in all bins.
    """

    probability: NDArray[np.float64]
    one_sample: NDArray[np.float64]
    spike_count: NDArray[np.int64]

    @classmethod
    def of(cls, network: ModelNetwork, parameters: Parameters) -> Readout:
        """Read the monitor of a network after its run."""
        monitor = network["read_out"]
        # The first sample is from before the first presentation.
        one_sample, total, counts = (
            np.asarray(getattr(monitor, name)).T[1:]
            for name in ("probability", "probability_sum", "spike_count")
        )
        return cls(total / parameters.bins_per_datum, one_sample, counts.astype(np.int64))


@dataclass(frozen=True, eq=False)
class Stage:
    """A finished run.

    Attributes
    ----------
    state : State
        In which the network ends.
    readout : Readout
        Of all presentations.
    recording : Recording
        Spikes where the schedule recorded them, and what the run cost.
    """

    state: State
    readout: Readout
    recording: Recording


def run_stage(
    parameters: Parameters,
    examples: Examples,
    schedule: Schedule,
    *,
    seed: int = 1,
    state: State | None = None,
    device: str = "cpp_standalone",
    **options: Any,
) -> Stage:
    """Build the network, run it through a schedule and read it.

    Parameters
    ----------
    parameters, examples, schedule, seed, state
        As `build` takes them.
    device : str
        "runtime", "cpp_standalone" or "cuda_standalone".
    **options
        The others of `cortexnet.device`.
    """
    with cn.device(device, **options):
        network = build(parameters, examples, schedule, seed=seed, state=state)
        network.run(duration(parameters, schedule))
    recording = Recording.of(network, warmup=0 * second)
    summary = recording.summary | {"synaptic_events": _synaptic_events(network, parameters)}
    return Stage(
        State.of(network, schedule.first + len(schedule)),
        Readout.of(network, parameters),
        replace(recording, summary=summary),
    )


def _synaptic_events(network: ModelNetwork, parameters: Parameters) -> int:
    """Return how often a spike met a connection, whether it was recorded or not."""
    events = 0
    for connection in connections_of(parameters):
        counts = np.asarray(network[f"{connection.source}_counts"].count, dtype=np.int64)
        per_cell = np.asarray(network[connection.name].variables["N_outgoing"].get_value())
        events += int(counts[: len(per_cell)] @ per_cell)
    return events

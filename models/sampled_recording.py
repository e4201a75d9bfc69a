"""Recordings of networks of binary cells that were sampled in NumPy, without a Brian2 network.

A cell that is on in a sweep has spiked once in it, so that the recording has the same tables as any other.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cortexnet.network import Description, Population
from cortexnet.parameters import ParameterSet
from cortexnet.recording import Recording
from cortexnet.recording.provenance import Run, manifest_of
from cortexnet.recording.tables import Samples, spike_table
from cortexnet.survival import run_survival


@dataclass
class SampledCells:
    """States of some populations, sweep after sweep, and the processor time since they are watched."""

    states: dict[str, list[NDArray[np.bool_]]] = field(default_factory=dict)
    started: float = field(default_factory=time.process_time)

    def add(self, **populations: ArrayLike) -> None:
        """Keep the states (0 or 1) of every population in one more sweep."""
        for name, cells in populations.items():
            self.states.setdefault(name, []).append(np.asarray(cells) > 0)

    def __len__(self) -> int:
        return max((len(states) for states in self.states.values()), default=0)


def sampled_recording(
    system: str, parameters: ParameterSet, seed: int, cells: SampledCells, *, time_step_s: float
) -> Recording:
    """Make a recording of sampled cells, a sweep lasting one time step.

    Parameters
    ----------
    system, parameters, seed
        What was run.
    cells : SampledCells
        What its cells did.
    time_step_s : float
        Duration that a sweep stands for, in seconds.
    """
    spikes = spike_table({name: _spikes(states, time_step_s) for name, states in cells.states.items()})
    run = Run(
        device="numpy",
        codegen_target="numpy",
        status="complete",
        duration_s=len(cells) * time_step_s,
        time_step_s=time_step_s,
        simulation_cpu_seconds=time.process_time() - cells.started,
    )
    populations = tuple(Population(name, states[0].size, "") for name, states in cells.states.items())
    description = Description(system, parameters, seed, populations, {}, lambda recording: {})
    survival = run_survival(spikes["time_s"], run.duration_s)
    return Recording(
        spikes=spikes,
        voltages=None,
        summary={
            "survived": survival.survived,
            "lifetime_s": survival.lifetime_s,
            "simulation_cpu_seconds": run.simulation_cpu_seconds,
        },
        manifest=manifest_of(description, run, warmup_s=0.0),
    )


def _spikes(states: list[NDArray[np.bool_]], time_step_s: float) -> Samples:
    sweep, neuron = np.nonzero(np.stack(states))
    return Samples(neuron.astype(np.int32), sweep.astype(np.float64) * time_step_s)

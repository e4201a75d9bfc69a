"""What is kept of a stage that has passed: its answers, the state of the network, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cortexnet.models.dual_sampling.experiment.answers import Answers, Evidence
from cortexnet.models.dual_sampling.stage import Stage
from cortexnet.models.dual_sampling.state import State

#: Costs of which a whole training has the sum over its stages; of the others, the largest.
SUMMED = ("simulation_cpu_seconds", "synaptic_events", "build_seconds", "training_seconds")
LARGEST = ("peak_memory_mb",)
_POSITION = "position"


@dataclass(frozen=True, eq=False)
class Passed:
    """What is kept of a stage.

    Attributes
    ----------
    answers : Answers
        In the tests of its epochs.
    state : State
        At its end.
    costs : mapping of str to float
        Those of `SUMMED` and `LARGEST`; NaN where one is not known.
    """

    answers: Answers
    state: State
    costs: Mapping[str, float]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return it as arrays with names, for a file."""
        answers = {
            f"answers/{data}/{name}": array
            for data, evidence in self.answers._asdict().items()
            for name, array in evidence._asdict().items()
        }
        costs = {f"costs/{name}": np.array(value, dtype=np.float64) for name, value in self.costs.items()}
        return answers | costs | state_arrays(self.state)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Passed:
        """Return what `arrays` were made of."""
        evidence = (
            Evidence(*(arrays[f"answers/{data}/{name}"] for name in Evidence._fields))
            for data in Answers._fields
        )
        costs = {name: float(arrays[f"costs/{name}"]) for name in (*SUMMED, *LARGEST)}
        return cls(Answers(*evidence), state_from(arrays), costs)


def state_arrays(state: State, prefix: str = "state/") -> dict[str, NDArray[Any]]:
    """Return a state as arrays with names."""
    values = {f"{prefix}{name}": value for name, value in state.values.items()}
    return {f"{prefix}{_POSITION}": np.array(state.position), **values}


def state_from(arrays: Mapping[str, NDArray[Any]], prefix: str = "state/") -> State:
    """Return the state of `state_arrays`."""
    values = {name.removeprefix(prefix): arrays[name] for name in arrays if name.startswith(prefix)}
    return State(int(values.pop(_POSITION)), values)


def costs_of(stage: Stage, training_seconds: float) -> dict[str, float]:
    """Return what a stage cost.

    Parameters
    ----------
    stage : Stage
        That was run.
    training_seconds : float
        Real time that it took, without building.
    """
    known = {name: value for name, value in stage.recording.summary.items() if value is not None}
    costs = {name: float(known.get(name, np.nan)) for name in (*SUMMED, *LARGEST)}
    return costs | {"training_seconds": training_seconds}


def total_costs(stages: Sequence[Passed]) -> dict[str, float]:
    """Return what all stages cost together."""
    total = {name: sum(stage.costs[name] for stage in stages) for name in SUMMED}
    largest = {name: max(stage.costs[name] for stage in stages) for name in LARGEST}
    return total | largest | {"synaptic_events": round(total["synaptic_events"])}

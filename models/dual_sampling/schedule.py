"""Which datum is shown when, and what the network may do meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cortexnet.errors import ParameterError

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Schedule:
    """A sequence of presentations. All arrays have one entry a presentation.

    Attributes
    ----------
    datum : ndarray of int
        Row of the coded data that is shown; -1 shows nothing, so that the bias alone fires.
    learning : ndarray of bool
        Whether synapses take up what they see.
    clamped : ndarray of bool
        Whether output cells are held at the label of the datum; free ones are sampled.
    feedback : ndarray of bool
        Whether hidden cells hear what their targets make of them, b of [31]; off while outputs are free.
    recorded : ndarray of bool
        Whether spikes are recorded.
    first : int
        Presentations before this schedule, from which random numbers go on.
    """

    datum: NDArray[np.int64]
    learning: Flags
    clamped: Flags
    feedback: Flags
    recorded: Flags
    first: int = 0

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in ("learning", "clamped", "feedback", "recorded")}
        if lengths != {len(self.datum)} or not len(self.datum):
            raise ParameterError(f"a schedule needs one entry a presentation, has {len(self.datum)} data")

    def __len__(self) -> int:
        return len(self.datum)

    @classmethod
    def training(cls, datum: NDArray[np.int64], first: int = 0) -> Schedule:
        """Show data with their labels, and learn."""
        yes, no = np.ones(len(datum), bool), np.zeros(len(datum), bool)
        return cls(np.asarray(datum), learning=yes, clamped=yes, feedback=yes, recorded=no, first=first)

    @classmethod
    def test(cls, datum: NDArray[np.int64], first: int = 0, recorded: bool = False) -> Schedule:
        """Show data without their labels, and do not learn."""
        no = np.zeros(len(datum), bool)
        watched = np.full(len(datum), recorded)
        return cls(np.asarray(datum), learning=no, clamped=no, feedback=no, recorded=watched, first=first)

    @classmethod
    def joined(cls, parts: Sequence[Schedule]) -> Schedule:
        """Return one schedule of several, beginning where the first of them begins."""
        names = ("datum", "learning", "clamped", "feedback", "recorded")
        joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        return cls(**joined, first=parts[0].first)

    def updates(self, data_per_update: int) -> Flags:
        """Tell before which presentation synapses are redrawn, and whether they are after the last one.

        Parameters
        ----------
        data_per_update : int
            Presentations between two updates; one that ends a stretch without learning is left out.

        Returns
        -------
        ndarray of bool, shape (presentations + 1,)
        """
        due = np.arange(len(self) + 1) % data_per_update == 0
        updates: Flags = due & np.append(False, self.learning)
        return updates


def padded(datum: NDArray[np.int64], multiple: int) -> NDArray[np.int64]:
    """Return data to which the first ones are added until their number is a multiple.

    Stretches of a schedule must be multiples of the data between two updates, so that each update rests on
    as many data.
    """
    missing = -len(datum) % multiple
    return np.concatenate([datum, np.resize(datum, missing)])


class Shuffle:
    """An endless sequence of data, each shown once before any is shown again.

    Parameters
    ----------
    n_data : int
        Number of data.
    seed : int
        The order of a passage through the data depends on it and on the number of the passage alone.
    """

    def __init__(self, n_data: int, seed: int) -> None:
        self.n_data = n_data
        self.seed = seed

    def part(self, start: int, length: int) -> NDArray[np.int64]:
        """Return the data from the `start`-th to before the `start + length`-th of the sequence."""
        first, last = start // self.n_data, (start + length - 1) // self.n_data
        passages = [
            np.random.default_rng([self.seed, passage]).permutation(self.n_data)
            for passage in range(first, last + 1)
        ]
        begin = start - first * self.n_data
        return np.concatenate(passages)[begin : begin + length]

"""Which pairs connect: rows of independent connections, built by jumps from target to target.

The distance from one connected target to the next is geometric, so a row costs as many draws as it has
connections, not as it has candidates. Jumps come from integer tables: equal on every target.

Compiled C++ (and brian2cuda, which connects on the host) builds the rows while it connects, so that the
seed can come at run time. On the runtime device numpy builds the same rows at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from brian2 import Function, Synapses, get_device
from brian2.devices.device import RuntimeDevice
from numpy.typing import NDArray

from cortexnet.draws.function import PREAMBLE
from cortexnet.draws.philox import words
from cortexnet.draws.tables import WAITING_TIME, IntegerTable, waiting_time_table, waiting_times

_ALL_WORDS = 2**32
_HEADER = 2

#: Rows are built for as many sources at a time as give about this many draws.
_DRAWS_AT_ONCE = 2_000_000

# `table` holds the range of words to keep, then a waiting-time table. The row is built when its length
# is asked for; Brian2 asks for it before the targets of that row.
_ROW = (
    WAITING_TIME
    + """
#include <vector>
static std::vector<int32_t>& cortexnet_row()
{
    static thread_local std::vector<int32_t> row;
    return row;
}
static int64_t row_length(int64_t seed, int64_t i, int64_t n_targets)
{
    const int64_t* table = _namespace_row_table_%(stream)d;
    std::vector<int32_t>& row = cortexnet_row();
    const bool keep_all = table[0] <= 0 && table[1] >= 4294967296;
    const int64_t candidates = n_targets - %(exclude_self)d;
    int64_t position = -1;
    uint32_t word[4];
    row.clear();
    for (int64_t n = 0; ; n++) {
        if (n %% 4 == 0) cortexnet_philox(seed, %(stream)d, 0, i, n / 4, word);
        position += cortexnet_waiting_time(table + 2, word[n %% 4]);
        if (position >= candidates) return row.size();
        const int64_t target = position + (%(exclude_self)d && position >= i);
        const int64_t kept = keep_all ? 0 : cortexnet_word(seed, %(kept_stream)d, 0, i, target);
        if (keep_all || (kept >= table[0] && kept < table[1])) row.push_back(target);
    }
}
"""
)
_TARGET = """
static int64_t row_target(int64_t entry) { return cortexnet_row()[entry]; }
"""


class WordRange(NamedTuple):
    """Connections are kept whose word in `stream` is in [low, high); the others are drawn, then left out."""

    stream: int
    low: int = 0
    high: int = _ALL_WORDS

    @classmethod
    def of_probabilities(cls, stream: int, low: float, high: float) -> WordRange:
        """Range that keeps the quantiles from `low` to `high` of what is drawn from `stream`."""
        return cls(stream, round(low * _ALL_WORDS), round(high * _ALL_WORDS))


def _not_on_runtime(*_: Any) -> Any:
    raise NotImplementedError("rows are built by RandomRows.pairs on the runtime device")


@dataclass(frozen=True)
class RandomRows:
    """Independent connections with one probability.

    Parameters
    ----------
    stream : int
        Stream of the jumps.
    probability : float
        Connection probability of each pair, in [0, 1].
    n_sources, n_targets : int
        Sizes of the two groups.
    exclude_self : bool
        Whether i never connects to itself.
    kept : WordRange
        Which of the connections drawn are made.
    """

    stream: int
    probability: float
    n_sources: int
    n_targets: int
    exclude_self: bool
    kept: WordRange

    @cached_property
    def _table(self) -> IntegerTable:
        jumps = waiting_time_table(self.probability, longest=self.n_targets)
        return np.concatenate([np.array([self.kept.low, self.kept.high], dtype=np.int64), jumps])

    def functions(self) -> dict[str, Function]:
        """Brian2 functions ``row_length(seed, i, n)`` and ``row_target(entry)`` for generated connections.

        Returns
        -------
        dict
            For the namespace of the Synapses object.
        """
        numbers = {
            "stream": self.stream,
            "exclude_self": int(self.exclude_self),
            "kept_stream": self.kept.stream,
        }
        length = Function(
            _not_on_runtime,
            arg_units=[1] * 3,
            return_unit=1,
            arg_types=["integer"] * 3,
            return_type="integer",
        )
        target = Function(
            _not_on_runtime, arg_units=[1], return_unit=1, arg_types=["integer"], return_type="integer"
        )
        # Brian2 knows a static array by its name alone: one name for each stream.
        namespace = {f"_row_table_{self.stream}": self._table}
        for language in ("cpp", "cuda"):
            length.implementations.add_implementation(
                language, PREAMBLE + _ROW % numbers, namespace=namespace, name="row_length"
            )
            target.implementations.add_implementation(
                language, _TARGET, dependencies={"row_length": length}, name="row_target"
            )
        return {"row_length": length, "row_target": target}

    def pairs(self, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """All connections for a seed.

        Parameters
        ----------
        seed : int
            Master seed.

        Returns
        -------
        sources, targets : ndarray of int32
            Sorted by source, then target.
        """
        expected = self.n_targets * self.probability
        draws = 4 * int(np.ceil((expected + 6 * np.sqrt(expected) + 4) / 4))
        at_once = max(1, _DRAWS_AT_ONCE // draws)
        blocks = [
            self._block(seed, np.arange(start, min(start + at_once, self.n_sources)), draws)
            for start in range(0, self.n_sources, at_once)
        ]
        sources, targets = zip(*blocks, strict=True)
        return np.concatenate(sources), np.concatenate(targets)

    def _block(
        self, seed: int, sources: NDArray[Any], draws: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Connect some sources by `draws` jumps each, and by more where a row does not end with them."""
        four = words(seed, self.stream, 0, sources[:, None], np.arange(draws // 4)[None, :])
        word = np.stack(four, axis=-1).reshape(sources.size, draws)
        positions = np.cumsum(waiting_times(self._table[_HEADER:], word), axis=1) - 1
        candidates = self.n_targets - self.exclude_self
        if np.any(positions[:, -1] < candidates):
            return self._block(seed, sources, 2 * draws)
        row, column = np.nonzero(positions < candidates)
        i, j = sources[row], positions[row, column]
        if self.exclude_self:
            j = j + (j >= i)
        if (self.kept.low, self.kept.high) != (0, _ALL_WORDS):
            kept = words(seed, self.kept.stream, 0, i, j)[0]
            keep = (kept >= self.kept.low) & (kept < self.kept.high)
            i, j = i[keep], j[keep]
        return i.astype(np.int32), j.astype(np.int32)

    def connect(self, synapses: Synapses, seed: int) -> None:
        """Make the connections of a Synapses object that has `functions` in its namespace.

        The presynaptic group needs a shared variable ``master_seed``; compiled programs read it at run time.

        Parameters
        ----------
        synapses : Synapses
            Without connections yet.
        seed : int
            Master seed, for the runtime device.
        """
        if isinstance(get_device(), RuntimeDevice):
            sources, targets = self.pairs(seed)
            if sources.size:
                synapses.connect(i=sources, j=targets)
            else:
                synapses.connect(False)
        else:
            _EXPECTED[synapses] = self.probability * self.n_sources * self.n_targets
            synapses.connect(j="row_target(entry) for entry in range(row_length(master_seed_pre, i, N_post))")

    def connect_copies(self, synapses: Synapses, seed: int, *, n_copied: int, n_copies: int) -> None:
        """Connect the sources to copies of the first targets as to the targets themselves.

        Parameters
        ----------
        synapses : Synapses
            Without connections yet, with `functions` in its namespace. Its target t*n_copies + k is the k-th
            copy of target t.
        seed : int
            Master seed, for the runtime device.
        n_copied, n_copies : int
            How many of the targets are copied, at most all, and how often.
        """
        if isinstance(get_device(), RuntimeDevice):
            sources, targets = self.pairs_with_first(n_copied, seed)
            copies = targets[:, None] * n_copies + np.arange(n_copies)
            if sources.size:
                synapses.connect(i=np.repeat(sources, n_copies), j=copies.ravel())
            else:
                synapses.connect(False)
        else:
            # One candidate more than is copied: which one a jump reaches depends on the row's own cell.
            _EXPECTED[synapses] = self.probability * self.n_sources * n_copied * n_copies
            target = f"row_target(entry//{n_copies})"
            synapses.connect(
                j=f"{target}*{n_copies} + entry%{n_copies} "
                f"for entry in range({n_copies}*row_length(master_seed_pre, i, {n_copied + 1})) "
                f"if {target} < {n_copied}"
            )

    def pairs_with_first(self, n_targets: int, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Those of `pairs` whose target is one of the first `n_targets`, for the price of these.

        Returns
        -------
        sources, targets : ndarray of int32
            Sorted by source, then target.
        """
        shorter = replace(self, n_targets=min(n_targets + 1, self.n_targets))
        sources, targets = shorter.pairs(seed)
        return sources[targets < n_targets], targets[targets < n_targets]


_EXPECTED: WeakKeyDictionary[Synapses, float] = WeakKeyDictionary()


def expected_number(synapses: Synapses) -> float | None:
    """Return how many synapses a program will make on the average that connects by rows; None for others.

    Those drawn count, also where not all of them are kept.
    """
    return _EXPECTED.get(synapses)

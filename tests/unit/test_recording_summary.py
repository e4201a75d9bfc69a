"""What every summary holds, against definitions written out and sums over single spikes."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.errors import RecordingError
from cortexnet.recording.summary import plain, synaptic_events
from cortexnet.recording.tables import spike_table
from tests.recordings import samples


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9))),
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9))),
    st.lists(st.integers(0, 2000), min_size=7, max_size=7),
)
def test_synaptic_events_are_the_out_degrees_of_all_spikes(
    first: list[tuple[int, int]], second: list[tuple[int, int]], degrees: list[int]
) -> None:
    table = spike_table({"a": samples(first), "b": samples(second)})
    spikes_of = Counter([neuron for neuron, _ in first] + [5 + neuron for neuron, _ in second])
    expected = sum(degrees[cell] * count for cell, count in spikes_of.items())
    assert synaptic_events(table, [np.array(degrees[:5]), np.array(degrees[5:])]) == expected


def test_values_become_those_of_json() -> None:
    values = plain(
        {
            "rate": np.float64(1.5),
            "single": np.float32(0.25),
            "nan": np.nan,
            "infinite": -np.inf,
            "count": np.int64(3),
            "large": 2**60,
            "survived": np.bool_(True),
            "undefined": None,
        }
    )
    assert values == {
        "rate": 1.5,
        "single": 0.25,
        "nan": None,
        "infinite": None,
        "count": 3,
        "large": 2**60,
        "survived": True,
        "undefined": None,
    }
    assert {type(value) for value in values.values()} == {float, int, bool, type(None)}


@pytest.mark.parametrize("value", ["1.6 Hz", [1.0], np.array([1.0, 2.0]), 1j, {"a": 1}])
def test_a_summary_is_flat(value: object) -> None:
    with pytest.raises(RecordingError, match=r"^rate is a .*: a summary holds numbers, booleans and None$"):
        plain({"rate": value})


def test_nothing_that_is_not_finite_reaches_json() -> None:
    assert all(
        value is None or math.isfinite(value) for value in plain({"a": np.nan, "b": np.inf, "c": 1}).values()
    )

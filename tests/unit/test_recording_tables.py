"""The tables of a recording against sorted lists, and exact integer arithmetic of time steps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.recording.tables import rate_table, spike_table, voltage_table
from tests.recordings import samples

STEP_S = 1e-4
steps = st.integers(0, 20_000)
spikes = st.lists(st.tuples(st.integers(0, 7), steps))


def rows(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(table.itertuples(index=False, name=None))


def seconds(spikes: list[tuple[int, int]]) -> list[tuple[int, float]]:
    """Return the spikes with their times as Brian2 computes them."""
    return [(neuron, step * STEP_S) for neuron, step in spikes]


@given(spikes, spikes, st.booleans())
def test_spikes_are_those_of_the_monitors_by_time_population_and_neuron(
    first: list[tuple[int, int]], second: list[tuple[int, int]], in_order: bool
) -> None:
    if in_order:  # as most devices give them
        first, second = (sorted(part, key=lambda spike: spike[::-1]) for part in (first, second))
    given_spikes = {"zeta": seconds(first), "alpha": seconds(second)}  # the order is not that of the alphabet
    table = spike_table({name: samples(part) for name, part in given_spikes.items()})
    expected = [
        (time, code, neuron) for code, part in enumerate(given_spikes.values()) for neuron, time in part
    ]
    names = list(given_spikes)
    assert rows(table) == [(names[code], neuron, time) for time, code, neuron in sorted(expected)]


def test_columns_have_the_types_that_readers_rely_on() -> None:
    table = spike_table({"excitatory": samples([(1, 0.5)]), "inhibitory": samples([])})
    assert list(table.columns) == ["population", "neuron", "time_s"]
    assert [table["neuron"].dtype, table["time_s"].dtype] == [np.int32, np.float64]
    assert list(table["population"].cat.categories) == ["excitatory", "inhibitory"]


def test_voltages_of_populations_with_other_times_are_merged_by_time() -> None:
    table = voltage_table(
        {
            "excitatory": samples([(4, 0.0, -61.0), (2, 0.0, -62.0), (4, 0.002, -63.0), (2, 0.002, -64.0)]),
            "inhibitory": samples([(0, 0.0, -55.0), (0, 0.001, -56.0)]),
        }
    )
    assert rows(table) == [
        ("excitatory", 2, 0.0, -62.0),
        ("excitatory", 4, 0.0, -61.0),
        ("inhibitory", 0, 0.0, -55.0),
        ("inhibitory", 0, 0.001, -56.0),
        ("excitatory", 2, 0.002, -64.0),
        ("excitatory", 4, 0.002, -63.0),
    ]
    assert list(table.columns) == ["population", "neuron", "time_s", "voltage_mv"]


@given(spikes, spikes)
def test_rates_count_every_spike_in_the_bin_of_its_time_step(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    table = spike_table({"a": samples(seconds(first)), "b": samples(seconds(second))})
    rates = rate_table(table, {"a": 8, "b": 2}, duration_s=20_001 * STEP_S)
    for name, size, part in (("a", 8, first), ("b", 2, second)):
        found = rates.loc[rates["population"] == name, "rate_hz"].to_numpy()
        counts = np.zeros(201)
        for _, step in part:
            counts[step // 100] += 1
        widths = np.array([100] * 200 + [1]) * STEP_S  # the last bin holds one step
        assert found == pytest.approx(counts / size / widths, rel=1e-9)


def test_no_time_step_of_a_hundred_seconds_falls_into_a_neighbouring_bin() -> None:
    number = 1_000_000
    every_step = samples([])
    every_step = type(every_step)(np.zeros(number, np.int32), np.arange(number) * STEP_S)
    rates = rate_table(spike_table({"a": every_step}), {"a": 1}, duration_s=number * STEP_S)
    assert len(rates) == 10_000
    assert rates["rate_hz"].to_numpy() == pytest.approx(1 / STEP_S, rel=1e-9)
    assert rates["time_s"].to_numpy() == pytest.approx(np.arange(10_000) / 100, rel=1e-12)


def test_rates_of_silence_are_zero_in_every_bin() -> None:
    rates = rate_table(spike_table({"a": samples([]), "b": samples([])}), {"a": 3, "b": 1}, duration_s=0.03)
    assert rows(rates) == [(name, time, 0.0) for name in "ab" for time in (0.0, 0.01, 0.02)]

"""The tables of a recording: tidy, compact, sorted by time, population and neuron."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

RATE_BIN_S = 0.01
_SLACK = 1e-6  # of a bin, since multiples of the time step in floating point may lie a bit below its edge


@dataclass(frozen=True)
class Samples:
    """Samples of one population: spikes (no values), or a variable of some cells at some times.

    Attributes
    ----------
    neuron : int32 array, shape (n,)
        Index of the cell in its population.
    time_s : float64 array, shape (n,)
        Time since the start of the simulation in seconds.
    value : float64 array, shape (n,), or None
        The value in the unit of the table.
    """

    neuron: NDArray[np.int32]
    time_s: NDArray[np.float64]
    value: NDArray[np.float64] | None = None


def spike_table(populations: Mapping[str, Samples]) -> pd.DataFrame:
    """Return the spikes of all populations: population (categorical), neuron (int32), time_s (float64)."""
    return _table(populations)


def voltage_table(populations: Mapping[str, Samples]) -> pd.DataFrame:
    """Return the voltages of all populations: population, neuron, time_s, voltage_mv (float64)."""
    return _table(populations, value_name="voltage_mv")


def labelled(
    codes: NDArray[np.int8], names: Iterable[str], columns: Mapping[str, NDArray[np.generic]]
) -> pd.DataFrame:
    """Return a table whose first column is the population, given by its index in `names`."""
    population = pd.Categorical.from_codes(codes, categories=pd.Index(list(names)))
    return pd.DataFrame({"population": population, **columns}, copy=False)


def rate_table(spikes: pd.DataFrame, sizes: Mapping[str, int], duration_s: float) -> pd.DataFrame:
    """Return the rate of each population in bins of 10 ms.

    Parameters
    ----------
    spikes : DataFrame
        As made by `spike_table`.
    sizes : mapping
        Population -> number of cells.
    duration_s : float
        Simulated time in seconds. Where it is no multiple of 10 ms, the last bin is shorter, and its rate
        refers to its true width.

    Returns
    -------
    DataFrame
        Columns ``population``, ``time_s`` (where the bin starts, inclusive) and ``rate_hz`` (spikes per cell
        and second), sorted by population and time.
    """
    n_bins = int(np.ceil(duration_s / RATE_BIN_S - _SLACK))
    edges = np.arange(n_bins + 1) * RATE_BIN_S
    edges[-1] = duration_s
    counts = _bin_counts(spikes, len(sizes), n_bins)
    rates = counts / (np.array(list(sizes.values()))[:, np.newaxis] * np.diff(edges))
    codes = np.repeat(np.arange(len(sizes), dtype=np.int8), n_bins)
    return labelled(codes, sizes, {"time_s": np.tile(edges[:-1], len(sizes)), "rate_hz": rates.ravel()})


def _bin_counts(spikes: pd.DataFrame, n_populations: int, n_bins: int) -> NDArray[np.int64]:
    bins = np.minimum((spikes["time_s"].to_numpy() / RATE_BIN_S + _SLACK).astype(np.int64), n_bins - 1)
    codes = spikes["population"].cat.codes.to_numpy()
    return np.array([np.bincount(bins[codes == code], minlength=n_bins) for code in range(n_populations)])


def _table(populations: Mapping[str, Samples], value_name: str | None = None) -> pd.DataFrame:
    parts = [_by_time_and_neuron(samples) for samples in populations.values()]
    lengths = [len(samples.time_s) for samples in parts]
    codes = np.repeat(np.arange(len(parts), dtype=np.int8), lengths)
    columns: dict[str, NDArray[np.generic]] = {
        "neuron": np.concatenate([part.neuron for part in parts]),
        "time_s": np.concatenate([part.time_s for part in parts]),
    }
    if value_name is not None:
        columns[value_name] = np.concatenate([part.value for part in parts if part.value is not None])
    # Every part is sorted: a stable sort merges them in linear time and keeps the order of populations.
    order = np.argsort(columns["time_s"], kind="stable")
    return labelled(codes[order], populations, {name: column[order] for name, column in columns.items()})


def _by_time_and_neuron(samples: Samples) -> Samples:
    later = np.diff(samples.time_s)
    if np.all((later > 0) | ((later == 0) & (np.diff(samples.neuron) >= 0))):
        return samples
    order = np.lexsort((samples.neuron, samples.time_s))
    value = None if samples.value is None else samples.value[order]
    return Samples(samples.neuron[order], samples.time_s[order], value)

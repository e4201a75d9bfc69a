"""Tidy tables of a recording: cells, bins, potentials, and statistics with their standard errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cortexnet.analysis.averages import defined, mean, standard_error
from cortexnet.analysis.correlation import pairwise_correlation
from cortexnet.analysis.recordings import RecordingLike, potentials_of, trains_of
from cortexnet.analysis.regression import regress
from cortexnet.analysis.spikes import bin_starts, firing_rates, population_rate, spike_counts
from cortexnet.analysis.survival import survival_curve
from cortexnet.analysis.variability import cv2_isi, cv_isi, fano_factor
from cortexnet.analysis.voltage import potential_density


def cell_table(recording: RecordingLike) -> pd.DataFrame:
    """One row a cell: population, neuron, spikes, rate_hz, cv_isi (5 spikes or more), cv2_isi (3 or more)."""
    tables = []
    for population in recording.sizes:
        trains = trains_of(recording, population)
        tables.append(
            pd.DataFrame(
                {
                    "population": population,
                    "neuron": np.arange(trains.size),
                    "spikes": spike_counts(trains),
                    "rate_hz": firing_rates(trains),
                    "cv_isi": cv_isi(trains),
                    "cv2_isi": cv2_isi(trains),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def population_rate_table(recording: RecordingLike, width_s: float = 0.01) -> pd.DataFrame:
    """One row a bin of the window: population, time_s (its start), rate_hz (averaged over the cells)."""
    tables = []
    for population in recording.sizes:
        trains = trains_of(recording, population)
        rates = {"time_s": bin_starts(trains, width_s), "rate_hz": population_rate(trains, width_s)}
        tables.append(pd.DataFrame({"population": population} | rates))
    return pd.concat(tables, ignore_index=True)


def potential_density_table(recording: RecordingLike, edges_mv: ArrayLike) -> pd.DataFrame:
    """One row a bin of membrane potential: population, voltage_mv (its centre), density_per_mv."""
    edges = np.asarray(edges_mv, dtype=np.float64)
    tables = []
    for population in recording.sizes:
        density = potential_density(potentials_of(recording, population).voltage_mv, edges)
        columns = {"voltage_mv": (edges[1:] + edges[:-1]) / 2, "density_per_mv": density}
        tables.append(pd.DataFrame({"population": population} | columns))
    return pd.concat(tables, ignore_index=True)


def variability_table(recording: RecordingLike, *, fano_width_s: float = 0.1) -> pd.DataFrame:
    """Irregularity averaged over cells: population, quantity, value, unit, standard_error, n (cells)."""
    rows = []
    for population in recording.sizes:
        trains = trains_of(recording, population)
        values = {
            "cv_isi": cv_isi(trains),
            "cv2_isi": cv2_isi(trains),
            "fano_factor": fano_factor(trains, fano_width_s),
        }
        for quantity, of_cells in values.items():
            sample = defined(of_cells)
            rows.append((population, quantity, mean(sample), "1", standard_error(sample), sample.size))
    return pd.DataFrame(rows, columns=["population", "quantity", "value", "unit", "standard_error", "n"])


def correlation_table(
    recording: RecordingLike, *, width_s: float = 0.01, n_cells: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Pairwise correlations of spike counts, one row a population: see `cortexnet.analysis.correlation`."""
    rows = []
    for population in recording.sizes:
        rng = np.random.default_rng(seed)
        correlation = pairwise_correlation(
            trains_of(recording, population), width_s, rng=rng, n_cells=n_cells
        )
        rows.append({"population": population, "width_s": width_s} | vars(correlation))
    return pd.DataFrame(rows)


def regression_table(
    recording: RecordingLike,
    *,
    x: str = "excitatory",
    y: str = "inhibitory",
    width_s: float = 0.01,
    block_s: float = 0.25,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Linear regression of the population rate of y on that of x in bins.

    Returns
    -------
    DataFrame
        Rows slope (Hz per Hz), intercept and r; columns quantity, value, unit, standard_error, low, high
        (ends of the confidence interval), n (blocks of `block_s`, which must outlast the correlation of the
        rates; see `regress`).
    """
    rates = [population_rate(trains_of(recording, population), width_s) for population in (x, y)]
    line = regress(*rates, block=max(round(block_s / width_s), 1), confidence=confidence)
    estimates = {"slope": (line.slope, "1"), "intercept": (line.intercept, "Hz"), "r": (line.r, "1")}
    rows = [
        (name, estimate.value, unit, estimate.standard_error, estimate.low, estimate.high, line.n_blocks)
        for name, (estimate, unit) in estimates.items()
    ]
    return pd.DataFrame(rows, columns=["quantity", "value", "unit", "standard_error", "low", "high", "n"])


def survival_table(runs: pd.DataFrame) -> pd.DataFrame:
    """Kaplan-Meier curve of runs, a table with the columns lifetime_s and survived; see `SurvivalCurve`."""
    return pd.DataFrame(vars(survival_curve(runs["lifetime_s"], runs["survived"])))

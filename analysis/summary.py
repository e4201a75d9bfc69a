"""The numbers that stand for a run of an excitatory-inhibitory network: a tidy table, and fixed names."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from cortexnet.analysis.averages import defined, mean, standard_error
from cortexnet.analysis.rate_distribution import fit_lognormal
from cortexnet.analysis.recordings import RecordingLike, potentials_of, trains_of, window_of
from cortexnet.analysis.spikes import firing_rates, population_rate
from cortexnet.analysis.variability import cv_isi
from cortexnet.analysis.voltage import potential_moments

SUMMARY_NAMES = (
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "cv_isi_excitatory",
    "cv_isi_inhibitory",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
    "membrane_potential_mean_inhibitory_mv",
    "membrane_potential_sd_inhibitory_mv",
    "log10_rate_mean_excitatory",
    "log10_rate_sd_excitatory",
    "silent_fraction_excitatory",
)
BLOCK_S = 1.0
BLOCKS = "blocks of 1 s"
CELLS = "cells"

_UNIT_SUFFIX = {"Hz": "_hz", "mV": "_mv", "1": ""}


def summary_name(quantity: str, population: str, unit: str) -> str:
    """Name of a number in summaries of runs and in predictions, such as ``rate_excitatory_hz``."""
    return f"{quantity}_{population}{_UNIT_SUFFIX[unit]}"


def by_summary_name(table: pd.DataFrame, column: str) -> dict[str, float]:
    """Column of a table with population, quantity and unit, as a mapping from the names of its numbers."""
    return {
        summary_name(row["quantity"], row["population"], row["unit"]): float(row[column])
        for row in table.to_dict("records")
    }


def summary_numbers(recording: RecordingLike) -> dict[str, float | None]:
    """Reduce a run to named numbers: rates, irregularity, potentials, distribution of rates.

    What cannot be computed (no spikes, nothing recorded, an empty window) is None, never NaN.
    """
    values = by_summary_name(summary_table(recording), "value")
    return {name: None if math.isnan(values[name]) else values[name] for name in SUMMARY_NAMES}


def summary_table(recording: RecordingLike) -> pd.DataFrame:
    """Tidy summary of a run within [warmup, end of run or activity).

    Returns
    -------
    DataFrame
        Columns population, quantity, value, unit, standard_error, n, n_of: the standard error comes from
        the scatter of n pieces taken as independent, which `n_of` names. Rates and potentials: blocks of 1
        s (batch means). CV (cells of 5 spikes or more), log10 rates (cells that fired) and silent fraction:
        cells. NaN where undefined.
    """
    rows = [row for population in recording.sizes for row in _rows(recording, population)]
    return pd.DataFrame(
        rows, columns=["population", "quantity", "value", "unit", "standard_error", "n", "n_of"]
    )


def _rows(recording: RecordingLike, population: str) -> list[tuple[Any, ...]]:
    """Rows of one population."""
    trains, window = trains_of(recording, population), window_of(recording)
    rate_of_cell, rate_of_block = firing_rates(trains), population_rate(trains, BLOCK_S)
    cv = defined(cv_isi(trains))
    fit = fit_lognormal(rate_of_cell)
    observed = defined(rate_of_cell).size
    silent = fit.silent_fraction
    silent_error = math.sqrt(silent * (1 - silent) / observed) if observed else math.nan
    samples = potentials_of(recording, population)
    v = potential_moments(
        samples.voltage_mv, samples.time_s, start_s=window.start_s, stop_s=window.stop_s, block_s=BLOCK_S
    )
    return [
        (population, *row)
        for row in (
            ("rate", mean(rate_of_cell), "Hz", standard_error(rate_of_block), rate_of_block.size, BLOCKS),
            ("cv_isi", mean(cv), "1", standard_error(cv), cv.size, CELLS),
            ("membrane_potential_mean", v.mean_mv, "mV", v.mean_error_mv, v.n_blocks, BLOCKS),
            ("membrane_potential_sd", v.sd_mv, "mV", v.sd_error_mv, v.n_blocks, BLOCKS),
            ("log10_rate_mean", fit.log10_mean, "1", fit.log10_mean_error, fit.n, CELLS),
            ("log10_rate_sd", fit.log10_sd, "1", fit.log10_sd_error, fit.n, CELLS),
            ("silent_fraction", silent, "1", silent_error, observed, CELLS),
        )
    ]

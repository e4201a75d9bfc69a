"""Signal transmission: how well a cell hears its strongest inputs, as a function of its mean potential.

Copies of some excitatory cells sit in the running network and receive what their originals receive, and each
copy a constant current besides. The current moves the mean membrane potential and leaves alone the
conductances, and with them the noise and the effective time constant of the spontaneous state; a further
conductance would change all three. One curve then shows what the noise does for the transmission: is there a
potential at which a strong input and the output are most correlated, and is it that of the spontaneous state?

Source: Teramae, Tsubo & Fukai (2012), Sci. Rep. 2, 485, who report such a maximum as stochastic resonance.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from brian2 import Quantity

from cortexnet.analysis.averages import mean, standard_error
from cortexnet.analysis.recordings import trains_of, window_of
from cortexnet.analysis.signal_transmission import (
    Coincidences,
    answer_probability,
    coincidences,
    correlation,
    correlation_difference,
    delayed,
    excess_correlation,
    excess_probability,
)
from cortexnet.analysis.spikes import SpikeTrains, firing_rates
from cortexnet.models.experiments import Outcome
from cortexnet.models.spontaneous_activity.copies import Copies, ObservedCopies, Variant
from cortexnet.models.spontaneous_activity.experiment.activity import simulated_network
from cortexnet.models.spontaneous_activity.experiment_figures import draw_signal_transmission
from cortexnet.models.spontaneous_activity.links import excitatory_links, strongest_links
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.recording import Recording

#: mV/ms. With the effective time constant of 7.5 ms each step moves the free potential by 2 mV.
CURRENTS = tuple(round(0.25 * k, 2) for k in range(-6, 7))
ORIGINALS = 250
RANKS = (1, 2, 3)
#: Answers count up to 3 ms after the arrival of an input, while its EPSP rises; and up to 10 ms.
WINDOWS_MS = (3, 10)
TABLE = "signal_transmission.csv"

#: Of all cells, by (window in ms, rank, variant).
Counts = dict[tuple[int, int, int], Coincidences]


def run(
    parameters: Parameters, *, duration: Quantity, warmup: Quantity, seed: int, **options: Any
) -> Outcome:
    """Run the network with copies of some cells at other potentials.

    Parameters
    ----------
    parameters, duration, warmup, seed, **options
        As in `cortexnet.models.spontaneous_activity.experiment.simulate`.

    Returns
    -------
    Outcome
        The table has a row a window for answers, rank of the input (1: the strongest) and current. The
        coefficient is that of `cortexnet.analysis.signal_transmission`; errors are over cells.
    """
    copies = Copies(
        min(ORIGINALS, parameters.n_excitatory), [Variant(current_mv_per_ms=current) for current in CURRENTS]
    )
    network = simulated_network(parameters, duration=duration, seed=seed, extend=copies.add_to, **options)
    recording = Recording.of(network, warmup=warmup)
    observed = copies.observed(network, window_of(recording))
    links = strongest_links(excitatory_links(parameters, seed, n_targets=copies.n_originals), max(RANKS))
    counts = _counts(trains_of(recording, "excitatory"), observed, links)
    table = _table(counts, observed, links)
    return Outcome(
        recording,
        partial(draw_signal_transmission, table),
        {TABLE: table},
        numbers=_numbers(table) | _prominences(counts),
    )


def _counts(excitatory: SpikeTrains, observed: ObservedCopies, links: pd.DataFrame) -> Counts:
    """Count the coincidences of all cells."""
    counts = {}
    for rank in RANKS:
        of_rank = links[links["rank"] == rank]
        inputs = delayed(excitatory, of_rank["source"], of_rank["delay_s"])
        for variant in range(observed.n_variants):
            outputs = observed.of_variant(variant).trains.select(of_rank["target"])
            for window_ms in WINDOWS_MS:
                counts[window_ms, rank, variant] = coincidences(inputs, outputs, 1e-3 * window_ms)
    return counts


def _table(counts: Counts, observed: ObservedCopies, links: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (window_ms, rank, variant), of_cells in counts.items():
        copies = observed.of_variant(variant)
        rates = firing_rates(copies.trains)
        estimates = {
            "answer_probability": answer_probability(of_cells),
            "excess_probability": excess_probability(of_cells),
            "correlation": correlation(of_cells),
            "excess_correlation": excess_correlation(of_cells),
        }
        row = {
            "window_ms": window_ms,
            "rank": rank,
            "current_mv_per_ms": CURRENTS[variant],
            "membrane_potential_mv": mean(copies.mean_mv),
            "membrane_potential_error_mv": standard_error(copies.mean_mv),
            "membrane_potential_sd_mv": mean(copies.sd_mv),
            "rate_hz": mean(rates),
            "rate_error_hz": standard_error(rates),
            "epsp_mv": mean(links.loc[links["rank"] == rank, "epsp_mv"]),
        }
        for name, estimate in estimates.items():
            row |= {name: estimate.value, f"{name}_error": estimate.standard_error}
        sizes = {"cells": of_cells.inputs.size, "inputs": of_cells.inputs.sum()}
        sizes |= {"outputs": of_cells.outputs.sum(), "answered": of_cells.answered.sum()}
        rows.append(row | {f"n_{name}": int(size) for name, size in sizes.items()})
    return pd.DataFrame(rows).sort_values(["window_ms", "rank", "current_mv_per_ms"], ignore_index=True)


def _numbers(table: pd.DataFrame) -> dict[str, float]:
    """Where the excess correlation of each rank is largest, and the potential without a current."""
    spontaneous = table.loc[table["current_mv_per_ms"] == 0, "membrane_potential_mv"]
    numbers = {"spontaneous_potential_mv": mean(spontaneous)}
    for (window_ms, rank), rows in table.groupby(["window_ms", "rank"]):
        peak = rows.nlargest(1, "excess_correlation")
        label = f"rank_{rank}_{window_ms}ms"
        numbers[f"largest_excess_correlation_{label}"] = mean(peak["excess_correlation"])
        numbers[f"potential_of_largest_excess_correlation_{label}_mv"] = mean(peak["membrane_potential_mv"])
    return numbers


def _prominences(counts: Counts) -> dict[str, float]:
    """By how many standard errors the largest excess correlation is above that at other potentials.

    At the lowest and the highest one, and without a current. Not defined where the largest is there itself:
    at an end, there is then no maximum in between.
    """
    others = {"lowest": 0, "highest": len(CURRENTS) - 1, "spontaneous": CURRENTS.index(0)}
    numbers = {}
    window_ms = WINDOWS_MS[0]
    for rank in RANKS:
        of_rank = [counts[window_ms, rank, variant] for variant in range(len(CURRENTS))]
        values = [excess_correlation(of_variant).value for of_variant in of_rank]
        peak = 0 if np.isnan(values).all() else int(np.nanargmax(values))
        for name, other in others.items():
            difference = correlation_difference(of_rank[peak], of_rank[other])
            z = difference.value / difference.standard_error if peak != other else np.nan
            numbers[f"maximum_above_{name}_potential_z_rank_{rank}_{window_ms}ms"] = z
    return numbers

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
WINDOW_S = 0.003
TABLE = "signal_transmission.csv"


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
        The table has a row a current and rank of the input (1: the strongest). The coefficient is that of
        `cortexnet.analysis.signal_transmission`, with answers up to 3 ms after the arrival of the input;
        errors are over cells.
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


def _counts(
    excitatory: SpikeTrains, observed: ObservedCopies, links: pd.DataFrame
) -> dict[tuple[int, int], Coincidences]:
    """Coincidences of all cells: (rank, variant) -> counts."""
    counts = {}
    for rank in RANKS:
        inputs_of = links[links["rank"] == rank]
        inputs = delayed(excitatory, inputs_of["source"], inputs_of["delay_s"])
        for variant in range(observed.n_variants):
            outputs = observed.of_variant(variant).trains.select(inputs_of["target"])
            counts[rank, variant] = coincidences(inputs, outputs, WINDOW_S)
    return counts


def _table(
    counts: dict[tuple[int, int], Coincidences], observed: ObservedCopies, links: pd.DataFrame
) -> pd.DataFrame:
    rows = []
    for (rank, variant), of_cells in counts.items():
        copies = observed.of_variant(variant)
        rates = firing_rates(copies.trains)
        estimates = {
            "answer_probability": answer_probability(of_cells),
            "excess_probability": excess_probability(of_cells),
            "correlation": correlation(of_cells),
            "excess_correlation": excess_correlation(of_cells),
        }
        row = {
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
    return pd.DataFrame(rows)


def _numbers(table: pd.DataFrame) -> dict[str, float]:
    """Where the excess correlation of each rank is largest, and the potential without a current."""
    spontaneous = table.loc[table["current_mv_per_ms"] == 0, "membrane_potential_mv"]
    numbers = {"spontaneous_potential_mv": mean(spontaneous)}
    for rank, rows in table.groupby("rank"):
        peak = rows.nlargest(1, "excess_correlation")
        for name, column in {
            "largest_excess_correlation": "excess_correlation",
            "largest_excess_correlation_error": "excess_correlation_error",
            "potential_of_largest_excess_correlation_mv": "membrane_potential_mv",
        }.items():
            numbers[f"{name}_rank_{rank}"] = mean(peak[column])
    return numbers


def _prominences(counts: dict[tuple[int, int], Coincidences]) -> dict[str, float]:
    """By how many standard errors the largest excess correlation is above that at other potentials.

    At the lowest and the highest one, and without a current. Not defined where the largest is there itself:
    at an end, there is then no maximum in between.
    """
    others = {"lowest": 0, "highest": len(CURRENTS) - 1, "spontaneous": CURRENTS.index(0)}
    numbers = {}
    for rank in RANKS:
        values = [excess_correlation(counts[rank, variant]).value for variant in range(len(CURRENTS))]
        peak = 0 if np.isnan(values).all() else int(np.nanargmax(values))
        for name, other in others.items():
            difference = correlation_difference(counts[rank, peak], counts[rank, other])
            z = difference.value / difference.standard_error if peak != other else np.nan
            numbers[f"maximum_above_{name}_potential_z_rank_{rank}"] = z
    return numbers

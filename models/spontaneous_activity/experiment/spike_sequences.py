"""Spike sequences: whether activity runs along the strong synapses, and how far.

A spike follows another if it comes, through a synapse of 5 mV or more, within 3 ms after the other's arrival.
Sequences of spikes that follow one another are counted in the network by itself and in three surrogates, each
of which keeps what another explanation would need:

- ``links_rewired``: the same spikes, and strong synapses rewired so that every cell keeps its numbers of them
  in and out. If cells with many strong synapses, fast cells, or times of common activity made the sequences,
  they would be here too.
- ``spikes_dithered``: the same synapses, and every spike moved by up to 20 ms. Rates, and what is slower than
  that, stay.
- ``trains_shifted``: the same synapses, and every cell's train moved as a whole. Rates and intervals stay.

Source: Teramae, Tsubo & Fukai (2012), Sci. Rep. 2, 485, who report sequences along strong synapses without
numbers; the definitions are chosen here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from brian2 import mV
from numpy.typing import NDArray

from cortexnet.analysis.recordings import trains_of
from cortexnet.analysis.sequences import Links, SequenceCounts, count_sequences
from cortexnet.analysis.spikes import SpikeTrains
from cortexnet.analysis.surrogates import dithered, rewired, shifted
from cortexnet.errors import ParameterError
from cortexnet.models.experiments import Outcome
from cortexnet.models.spontaneous_activity.experiment.activity import simulate
from cortexnet.models.spontaneous_activity.experiment_figures import draw_spike_sequences
from cortexnet.models.spontaneous_activity.links import excitatory_links
from cortexnet.models.spontaneous_activity.parameters import Parameters

STRONG_MV = 5.0
WINDOW_S = 0.003
DITHER_S = 0.02
SURROGATES = 39
LENGTHS = range(1, 21)
QUANTITIES = ("sequences", "spikes", "cells")
TABLE = "spike_sequences.csv"

Surrogate = Callable[[SpikeTrains, Links, np.random.Generator], tuple[SpikeTrains, Links]]
NULLS: dict[str, Surrogate] = {
    "links_rewired": lambda trains, links, rng: (trains, rewired(links, rng)),
    "spikes_dithered": lambda trains, links, rng: (dithered(trains, DITHER_S, rng), links),
    "trains_shifted": lambda trains, links, rng: (shifted(trains, rng), links),
}


def run(parameters: Parameters, *, seed: int, **simulation: Any) -> Outcome:
    """Run the network and count the sequences of its excitatory spikes along strong synapses.

    Parameters
    ----------
    parameters, seed, **simulation
        As in `cortexnet.models.spontaneous_activity.experiment.simulate`.

    Returns
    -------
    Outcome
        The table has a row a surrogate, quantity (of `cortexnet.analysis.sequences.SequenceCounts`) and
        number of spikes in a sequence, up to 20: the observed value, mean and SD of 39 surrogates, and the
        probability to err in calling the observed value larger than theirs, (1 + surrogates that reach it) /
        (1 + surrogates).

    Raises
    ------
    ParameterError
        If the network has no strong synapse.
    """
    links = _strong_links(parameters, seed)
    recording = simulate(parameters, seed=seed, **simulation)
    trains = trains_of(recording, "excitatory")
    observed = count_sequences(trains, links, WINDOW_S)
    surrogates = {
        name: [
            count_sequences(*surrogate(trains, links, np.random.default_rng([seed, null, k])), WINDOW_S)
            for k in range(SURROGATES)
        ]
        for null, (name, surrogate) in enumerate(NULLS.items())
    }
    table = _table(observed, surrogates)
    return Outcome(
        recording,
        partial(draw_spike_sequences, table),
        {TABLE: table},
        numbers=_numbers(observed, surrogates),
    )


def _strong_links(parameters: Parameters, seed: int) -> Links:
    links = excitatory_links(parameters, seed, at_least=STRONG_MV * mV)
    if links.empty:
        raise ParameterError(
            f"spike_sequences follows synapses of {STRONG_MV:g} mV or more: these parameters make none"
        )
    return Links(*(links[name].to_numpy() for name in ("source", "target", "delay_s")))


def _table(observed: SequenceCounts, surrogates: dict[str, list[SequenceCounts]]) -> pd.DataFrame:
    rows = []
    for name, of_surrogates in surrogates.items():
        for quantity in QUANTITIES:
            for length in LENGTHS:
                value = _value(observed, quantity, length)
                others = np.array([_value(counts, quantity, length) for counts in of_surrogates])
                rows.append(
                    {
                        "surrogate": name,
                        "quantity": quantity,
                        "length": length,
                        "observed": value,
                        "surrogate_mean": others.mean(),
                        "surrogate_sd": others.std(ddof=1),
                        "error_probability": _error_probability(value, others),
                        "n_surrogates": others.size,
                    }
                )
    return pd.DataFrame(rows)


def _value(counts: SequenceCounts, quantity: str, length: int) -> float:
    values = getattr(counts, quantity)
    return float(values[length - 1]) if length <= values.size else 0.0


def _error_probability(value: float, surrogates: NDArray[np.float64]) -> float:
    if np.isnan(value):
        return np.nan
    return float((1 + np.count_nonzero(surrogates >= value)) / (1 + surrogates.size))


def _numbers(observed: SequenceCounts, surrogates: dict[str, list[SequenceCounts]]) -> dict[str, float]:
    """How many spikes follow one, which share of the spikes follows one, and the longest sequence.

    Each of the network and, as a mean, of each surrogate. With one follower a spike, sequences go on.
    """
    statistics: dict[str, Callable[[SequenceCounts], float]] = {
        "followers_per_spike": lambda counts: _ratio(counts, "sequences"),
        "share_of_following_spikes": lambda counts: _ratio(counts, "spikes"),
        "longest_sequence": lambda counts: float(counts.longest),
    }
    numbers = {}
    for statistic, of in statistics.items():
        numbers[statistic] = of(observed)
        for name, of_surrogates in surrogates.items():
            values = np.array([of(counts) for counts in of_surrogates])
            numbers[f"{statistic}_{name}"] = float(values.mean())
            numbers[f"{statistic}_{name}_error_probability"] = _error_probability(of(observed), values)
    return numbers


def _ratio(counts: SequenceCounts, quantity: str) -> float:
    """Quantity of sequences of two spikes by that of single spikes."""
    spikes = _value(counts, quantity, 1)
    return _value(counts, quantity, 2) / spikes if spikes else np.nan

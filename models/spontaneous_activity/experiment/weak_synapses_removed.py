"""What weak synapses are for: the membrane potential of cells that lose them, in an intact network.

Copies of some excitatory cells sit in the running network and receive what their originals receive, but
through those synapses alone whose EPSP reaches a minimum. Beside them stands the free membrane potential by
equations [8]-[16] with the same synapses at the rates of the network, which knows no threshold.

Source: Teramae, Tsubo & Fukai (2012), Sci. Rep. 2, 485, Fig. 2g.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from brian2 import Quantity, mV

from cortexnet.analysis.averages import mean, standard_error
from cortexnet.analysis.meanfield.working_point import working_point
from cortexnet.analysis.recordings import trains_of, window_of
from cortexnet.analysis.spikes import firing_rates
from cortexnet.models.experiments import Outcome
from cortexnet.models.spontaneous_activity.copies import Copies, ObservedCopies, Variant
from cortexnet.models.spontaneous_activity.experiment.activity import simulated_network
from cortexnet.models.spontaneous_activity.experiment_figures import draw_weak_synapses_removed
from cortexnet.models.spontaneous_activity.links import excitatory_links
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.recording import Recording

SMALLEST_EPSPS_MV = (0.0, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0)
ORIGINALS = 250
TABLE = "weak_synapses_removed.csv"


def run(
    parameters: Parameters, *, duration: Quantity, warmup: Quantity, seed: int, **options: Any
) -> Outcome:
    """Run the network with copies of some cells that have lost their weak synapses.

    Parameters
    ----------
    parameters, duration, warmup, seed, **options
        As in `cortexnet.models.spontaneous_activity.experiment.simulate`.

    Returns
    -------
    Outcome
        The table has a row a minimum of the EPSP: synapses left, mean and SD of the membrane potential (of
        single cells over time; errors are over cells), rate, and the free potential of the theory.
    """
    copies = Copies(
        min(ORIGINALS, parameters.n_excitatory),
        [Variant(smallest_epsp_mv=smallest) for smallest in SMALLEST_EPSPS_MV],
    )
    network = simulated_network(parameters, duration=duration, seed=seed, extend=copies.add_to, **options)
    recording = Recording.of(network, warmup=warmup)
    observed = copies.observed(network, window_of(recording))
    epsps_mv = excitatory_links(parameters, seed, n_targets=copies.n_originals)["epsp_mv"]
    rates = [mean(firing_rates(trains_of(recording, population))) for population in recording.sizes]
    table = pd.DataFrame(
        [
            {"smallest_epsp_mv": smallest, "synapses": (epsps_mv >= smallest).sum() / copies.n_originals}
            | _measured(observed.of_variant(variant))
            | _free_potential(parameters, smallest, rates)
            for variant, smallest in enumerate(SMALLEST_EPSPS_MV)
        ]
    )
    return Outcome(
        recording, partial(draw_weak_synapses_removed, table), {TABLE: table}, numbers=_numbers(table)
    )


def _measured(copies: ObservedCopies) -> dict[str, float]:
    values = {
        "membrane_potential_mean_mv": copies.mean_mv,
        "membrane_potential_sd_mv": copies.sd_mv,
        "rate_hz": firing_rates(copies.trains),
    }
    errors = {f"{name}_error": standard_error(of_cells) for name, of_cells in values.items()}
    return {name: mean(of_cells) for name, of_cells in values.items()} | errors


def _free_potential(parameters: Parameters, smallest_mv: float, rates: list[float]) -> dict[str, float]:
    """Mean, shifted, and SD by the theory; NaN where no synapse is left or nothing fires."""
    lowest = max(smallest_mv * mV / parameters.epsp_scale, parameters.epsp_removed_below)
    names = ("free_potential_mean_mv", "free_potential_sd_mv")
    if lowest >= min(parameters.epsp_removed_above, parameters.epsp_cutoff) or np.isnan(rates).any():
        return dict.fromkeys(names, np.nan)
    point = working_point(parameters.replace(epsp_removed_below=lowest), *rates).loc["excitatory"].to_dict()
    return dict(
        zip(names, (point["mean_mv"] + point["multiplicative_shift_mv"], point["sd_mv"]), strict=True)
    )


def _numbers(table: pd.DataFrame) -> dict[str, float]:
    """By how much the potential changes between all synapses and those of 5 mV or more."""
    ends = table.iloc[[0, -1]]
    return {
        f"{name}_change_mv": float(np.subtract(*ends[f"membrane_potential_{name}_mv"][::-1]))
        for name in ("mean", "sd")
    }

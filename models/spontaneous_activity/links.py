"""The synapses between excitatory cells as a table, from the same draws as the network's, without one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from brian2 import Quantity, mV

from cortexnet.draws import Purpose, WordRange
from cortexnet.draws.philox import words
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.models.spontaneous_activity.pathways import BETWEEN_EXCITATORY
from cortexnet.models.spontaneous_activity.strengths import epsp_law
from cortexnet.synapses import epsp_probability, epsp_quantile

_ALL_WORDS = 2.0**32


def excitatory_links(
    parameters: Parameters, seed: int, *, at_least: Quantity = 0 * mV, n_targets: int | None = None
) -> pd.DataFrame:
    """Synapses between excitatory cells of a network.

    Parameters
    ----------
    parameters : Parameters
        The network's.
    seed : int
        Its master seed.
    at_least : Quantity
        Weaker synapses are left out.
    n_targets : int, optional
        Only synapses onto the first cells.

    Returns
    -------
    DataFrame
        Columns source, target, epsp_mv and delay_s, sorted by source and target.
    """
    epsp_stream, law = BETWEEN_EXCITATORY.stream(Purpose.EPSP), epsp_law(parameters)
    rows = BETWEEN_EXCITATORY.rows(parameters)
    weakest = float(epsp_probability(float(at_least) / parameters.epsp_scale, **law))
    low = max(rows.kept.low, WordRange.of_probabilities(epsp_stream, weakest, 1).low)
    rows = replace(rows, kept=rows.kept._replace(low=low))
    source, target = rows.pairs(seed) if n_targets is None else rows.pairs_with_first(n_targets, seed)
    epsp_word = words(seed, epsp_stream, 0, source, target)[0].astype(np.float64)
    delay_steps = BETWEEN_EXCITATORY.delay_draw().pyfunc(
        seed, source, target, *BETWEEN_EXCITATORY.delay_range(parameters).values()
    )
    return pd.DataFrame(
        {
            "source": source,
            "target": target,
            "epsp_mv": 1e3 * parameters.epsp_scale * epsp_quantile(epsp_word / _ALL_WORDS, **law),
            "delay_s": delay_steps * float(parameters.time_step),
        }
    )


def strongest_links(links: pd.DataFrame, number: int) -> pd.DataFrame:
    """Return the strongest links of each target.

    Parameters
    ----------
    links : DataFrame
        Of `excitatory_links`.
    number : int
        How many for each target; fewer where it has fewer.

    Returns
    -------
    DataFrame
        The links with a column ``rank``, 1 for the strongest, sorted by target and rank.
    """
    ordered = links.sort_values(["target", "epsp_mv", "source"], ascending=[True, False, True])
    ordered = ordered.assign(rank=ordered.groupby("target").cumcount() + 1)
    return ordered[ordered["rank"] <= number].reset_index(drop=True)

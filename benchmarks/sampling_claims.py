"""What is said of networks that learn by sampling, measured: each claim with its error and a verdict.

``python -m benchmarks.sampling_claims`` lets four networks in NumPy learn the ten digits, three seeds each,
and watches them for 1,800 epochs more; and the spiking network in C++, with one seed. It writes
``tables/sampling_claims.csv`` and, of the first seed of the feedforward network, the figures
``sampling_learning.png``, ``sampling_volatility.png`` and ``sampling_representation.png``. The last is drawn
also for synapses that are all redrawn by a slow trace, ``sampling_slow_trace.png``, and for the spiking
network, ``sampling_spikes.png``. It takes some minutes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from benchmarks.runs import FIGURES, keep, show
from benchmarks.sampling_figures import learning_figure, representation_figure, volatility_figure
from benchmarks.sampling_measures import Measure, measures
from benchmarks.sampling_runs import NETWORKS, Watched, watch
from benchmarks.sampling_spikes import watch_in_spikes
from benchmarks.sampling_timing import spike_timing, timing_measures
from cortexnet.analysis.averages import standard_error
from cortexnet.analysis.figure_style import publication_style

SEEDS = (1, 2, 3)
#: Networks of which a figure is drawn, and its name.
DRAWN = {"feedforward": "representation", "slow_trace": "slow_trace", "spikes": "spikes"}


def main() -> None:
    """Run, measure, and write the table and the figures."""
    FIGURES.mkdir(exist_ok=True)
    timing = {seed: spike_timing(seed) for seed in SEEDS}
    rows = [
        _row("one_by_one", seed, measure)
        for seed, tables in timing.items()
        for measure in timing_measures(*tables)
    ]
    for network in NETWORKS:
        for seed in SEEDS:
            show(f"{network}, seed {seed}")
            watched, rng = watch(network, seed), np.random.default_rng(seed)
            rows += [_row(network, seed, measure) for measure in measures(watched, rng)]
            if seed == SEEDS[0] and network in DRAWN:
                _draw(network, watched, timing[seed])
    show("spikes")
    watched = watch_in_spikes(SEEDS[0])
    rows += [_row("spikes", SEEDS[0], measure) for measure in measures(watched, np.random.default_rng(0))]
    _draw("spikes", watched, timing[SEEDS[0]])
    keep(over_seeds(rows), "sampling_claims")


def _draw(network: str, watched: Watched, timing: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    rng = np.random.default_rng(0)
    with publication_style():
        figures = {DRAWN[network]: representation_figure(watched, *timing, rng)}
        if network == "feedforward":
            figures["learning"] = learning_figure(watched, rng)
            figures["volatility"] = volatility_figure(watched, rng)
        for name, figure in figures.items():
            figure.savefig(FIGURES / f"sampling_{name}.png")


def over_seeds(rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    """Tabulate the mean of each measure over the seeds, and in how many of them its claim holds.

    The standard error is that over the seeds; beside it the mean of the errors within runs.
    """
    table = pd.DataFrame(rows).astype({"holds": "boolean"})
    groups = table.groupby(["network", "claim", "quantity"], sort=False)
    return pd.DataFrame(
        {
            "value": groups["value"].mean(),
            "standard_error": groups["value"].agg(standard_error),
            "error_within": groups["error"].mean(),
            "n_seeds": groups.size(),
            "criterion": groups["criterion"].first(),
            "holds_in": groups["holds"].sum(min_count=1),
            "verdict": groups["holds"].agg(_verdict),
        }
    ).reset_index()


def _verdict(holds: pd.Series) -> str:
    known = holds.dropna().astype(bool)
    if known.empty:
        return ""
    return "holds" if known.all() else "undecided" if known.any() else "fails"


def _row(network: str, seed: int, measure: Measure) -> dict[str, object]:
    return {"network": network, "seed": seed} | vars(measure)


if __name__ == "__main__":
    main()

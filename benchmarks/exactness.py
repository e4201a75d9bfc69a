"""How far the sampling networks are from the laws that they ought to sample: enumerated, not simulated.

``python -m benchmarks.exactness`` writes ``tables/exactness.csv`` (total variation between the stationary
law of each way to redraw the cells and the target, over twenty networks and twenty sets of data),
``exactness_curves.csv`` (the same against the update fraction), ``exactness_connection.csv`` (one
connection), ``exactness_collapsed.csv`` (collapsed against explicit synapses) and ``figures/exactness.png``;
it takes a minute. The columns ``reference`` are of an earlier, independent implementation, which used the
first `reference_draws` draws; ``tv_mean_reference_draws`` is the mean of those here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.exactness_draws import DRAWS, REFERENCE, hidden_cells, observations
from benchmarks.exactness_figure import draw_curves
from benchmarks.runs import keep
from cortexnet.analysis.gibbs import (
    Connection,
    HiddenCells,
    Observations,
    RedundantSynapses,
    SynapseCounts,
    in_parallel,
    neural_sampling_law,
    one_at_a_time,
    stationary,
    total_variation,
)

System = HiddenCells | RedundantSynapses


@dataclass(frozen=True)
class Update:
    """A way to redraw cells; the parameter is an update fraction, or tau of neural sampling in steps."""

    conditional: Any
    schedule: str
    parameter: float = 1.0

    @property
    def name(self) -> str:
        """What tables call it."""
        conditional = "no feedback" if self.conditional == "off" else self.conditional
        amount = {
            "in parallel": f", fraction {self.parameter:g}",
            "neural sampling": f", tau {self.parameter:g}",
        }
        return f"{conditional}, {self.schedule}{amount.get(self.schedule, '')}"

    def law(self, system: System) -> np.ndarray:
        """Return the stationary law of the states of a network that is updated so."""
        log_odds = system.log_odds(self.conditional)
        if self.schedule == "neural sampling":
            return neural_sampling_law(log_odds, int(self.parameter))
        if self.schedule == "in parallel":
            return stationary(in_parallel(log_odds, self.parameter))
        return stationary(one_at_a_time(log_odds))


@dataclass(frozen=True)
class Case:
    """Networks, or synapses of a cell, that differ by their draw alone, and the updates to compare."""

    name: str
    system: Callable[[int], System]
    updates: list[Update]

    def biases(self, draws: Iterable[int] = DRAWS) -> pd.DataFrame:
        """Total variation between the law under each update and the target, one a row."""
        rows = []
        for draw in draws:
            system = self.system(draw)
            target = system.target()
            for update in self.updates:
                tv = total_variation(target, update.law(system))
                rows.append({"case": self.name, "update": update.name, "draw": draw, "tv": tv})
        return pd.DataFrame(rows)


ONE_AT_A_TIME = [Update("exact", "one at a time"), Update("linear", "one at a time")]
NEURON_UPDATES = [
    *ONE_AT_A_TIME,
    *(Update("exact", "in parallel", fraction) for fraction in (1.0, 0.5, 0.1, 0.02)),
    *(Update("linear", "in parallel", fraction) for fraction in (1.0, 0.1)),
    Update("off", "in parallel", 0.1),
    *(Update("exact", "neural sampling", steps) for steps in (1, 2, 5, 10)),
]
SYNAPSE_UPDATES = [
    *ONE_AT_A_TIME,
    *(Update("exact", "in parallel", fraction) for fraction in (1.0, 0.1, 0.02)),
    Update("linear", "in parallel", 1.0),
]
FRACTIONS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0)
CURVES = [
    ONE_AT_A_TIME[1],
    *(Update(conditional, "in parallel", f) for conditional in ("exact", "linear") for f in FRACTIONS),
]


def neurons(recurrent: bool, weight_sd: float, updates: list[Update] = NEURON_UPDATES) -> Case:
    name = f"{'recurrent' if recurrent else 'feedforward'}, weight SD {weight_sd:g}"
    return Case(name, lambda draw: hidden_cells(draw, weight_sd, recurrent), updates)


def synapses(
    per_connection: int, amplitude: float, n_data: int, updates: list[Update] = SYNAPSE_UPDATES
) -> Case:
    name = f"K {per_connection}, amplitude {amplitude:g}, {n_data} data"
    return Case(
        name, lambda draw: RedundantSynapses(observations(draw, n_data), per_connection, amplitude), updates
    )


CASES = [
    *(neurons(*given) for given in ((False, 0.3), (False, 1.0), (True, 0.3), (True, 1.0), (True, 2.0))),
    *(synapses(2, *given) for given in product((0.2, 0.5), (10, 100))),
    synapses(3, 0.2, 100),
]


def summarised(biases: pd.DataFrame) -> pd.DataFrame:
    """Mean over draws, its standard error and the largest, beside the reference and the mean of its draws."""
    reference = pd.read_csv(REFERENCE / "gibbs_reference.csv")
    reference.columns = ["case", "update", "reference_draws", "reference_mean", "reference_max"]
    groups = biases.groupby(["case", "update"], sort=False)["tv"]
    table = groups.agg(draws="count", tv_mean="mean", tv_error="sem", tv_max="max").reset_index()
    table = table.merge(reference, how="left", on=["case", "update"])
    of_reference = biases.merge(reference, on=["case", "update"]).query("draw < reference_draws")
    same_draws = of_reference.groupby(["case", "update"])["tv"].mean().rename("tv_mean_reference_draws")
    return table.join(same_draws, on=["case", "update"])


def curves() -> pd.DataFrame:
    """Means against the update fraction, with the linearisation's floor: one cell at a time."""
    rows = []
    for case in (neurons(False, 1.0, CURVES), neurons(True, 1.0, CURVES), synapses(2, 0.2, 100, CURVES)):
        biases = case.biases().pivot(index="draw", columns="update", values="tv")
        for update in CURVES:
            tv = biases[update.name]
            rows.append(
                {
                    "case": case.name,
                    "conditional": update.conditional,
                    "update_fraction": update.parameter if update.schedule == "in parallel" else np.nan,
                    "tv_mean": tv.mean(),
                    "tv_error": tv.sem(),
                }
            )
    return pd.DataFrame(rows)


def connections() -> pd.DataFrame:
    """One connection: exact and linearised, with a slow feedback, and in the limit of many synapses."""
    reference = pd.read_csv(REFERENCE / "gibbs_connection.csv")
    return pd.DataFrame(
        [connection(Connection(*given)) for given in reference[GIVEN].itertuples(index=False)]
    )


def connection(given: Connection) -> dict[str, float]:
    """Return what is known of one connection."""
    exact, linear = given.posterior(), given.linear()
    row = {name: getattr(given, name) for name in GIVEN}
    for name, (mean, sd) in {
        "exact": moments(given.weight, exact),
        "linear": moments(given.weight, linear),
        "mean_field": given.mean_field(),
        "gaussian": given.gaussian_limit(),
    }.items():
        row |= {f"{name}_mean": mean, f"{name}_sd": sd}
    return row | {"gaussian_mode": given.gaussian_mode(), "linear_tv": total_variation(exact, linear)}


GIVEN = ["synapses", "amplitude", "data", "on"]


def moments(values: np.ndarray, law: np.ndarray) -> tuple[float, float]:
    """Mean and SD."""
    mean = float(law @ values)
    return mean, float(np.sqrt(law @ (values - mean) ** 2))


def collapsed() -> pd.DataFrame:
    """Largest difference of a collapsed update from the explicit one, whose states are lumped by count."""
    rows = []
    for (n_connections, per_connection), conditional, fraction in product(
        ((1, 8), (2, 4), (3, 2)), ("exact", "linear"), (1.0, 0.3)
    ):
        observed = observations(0, 10)
        observed = Observations(observed.inputs[:, -n_connections:], observed.outputs)
        explicit = RedundantSynapses(observed, per_connection, 0.5)
        counts = SynapseCounts(observed, per_connection, 0.5)
        rows.append(
            {
                "connections": n_connections,
                "synapses_per_connection": per_connection,
                "conditional": conditional,
                "update_fraction": fraction,
                "largest_difference": lumping_error(explicit, counts, conditional, fraction),
            }
        )
    return pd.DataFrame(rows)


def lumping_error(
    explicit: RedundantSynapses, counts: SynapseCounts, conditional: Any, fraction: float
) -> float:
    """Largest difference, over all explicit states, of the probabilities of all counts after one update."""
    of_state = counts.of_explicit(explicit)
    each = in_parallel(explicit.log_odds(conditional), fraction)
    lumped = np.stack([np.bincount(of_state, following) for following in each])
    return float(np.abs(lumped - counts.in_parallel(conditional, fraction)[of_state]).max())


def main() -> None:
    """Enumerate, and write tables and figure."""
    keep(summarised(pd.concat([case.biases() for case in CASES])), "exactness")
    keep(connections(), "exactness_connection")
    keep(collapsed(), "exactness_collapsed")
    against_fraction = curves()
    keep(against_fraction, "exactness_curves")
    draw_curves(against_fraction)


if __name__ == "__main__":
    main()

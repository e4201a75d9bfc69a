"""Do the runtime device (numpy) and C++ standalone simulate one network? Ten runs each, a run is the unit.

All runs have the same synapses and other release failures: 2 s after a warm-up of 1 s on the full network.
Welch permutation tests of seven numbers a run, Holm over all of them at level 0.001. With as many runs the
same test has to reject three planted errors, each a difference one could overlook. Without release failures
nothing differs between runs of one network: there, both sides are ten networks.

A network that happens to fall silent has no rates to compare; another run takes its place, and the table
counts the silent ones of both sides.

``python -m benchmarks.device_agreement`` writes ``tables/device_agreement.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from brian2 import ms, mV, second

from benchmarks.runs import keep, recorded, show
from cortexnet.analysis.comparison import compare_runs
from cortexnet.models.spontaneous_activity import Parameters

RUNS = 10
LEVEL = 0.001
SIMULATION = {"duration": 3 * second, "warmup": 1 * second}

#: Runs to draw from, by seed and trial; no two groups that are compared share their release failures.
TRIALS = [{"seed": 1, "trial": trial} for trial in range(30)]
OTHER_TRIALS = [{"seed": 1, "trial": trial} for trial in range(100, 130)]
NETWORKS = [{"seed": seed, "trial": 0} for seed in range(1, 31)]

PUBLISHED = Parameters()
PLANTED = {
    "reset_-65_mV": PUBLISHED.replace(reset_potential=-65 * mV),
    "excitatory_to_inhibitory_weight_4_percent_off": PUBLISHED.replace(
        conductance_excitatory_to_inhibitory=1.04 * 0.018 / ms
    ),
}
WITHOUT_FAILURES = PUBLISHED.replace(release_failure_epsp=0 * mV)
QUANTITIES = (
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "cv_isi_excitatory",
    "cv_isi_inhibitory",
    "log10_rate_sd_excitatory",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
)


@dataclass(frozen=True)
class Group:
    """Ten runs that lived, a row each, and how many fell silent before there were ten."""

    name: str
    table: pd.DataFrame
    silent: int


def group(
    name: str, parameters: Parameters, draws: Iterable[dict[str, int]], device: str = "cpp_standalone"
) -> Group:
    """Simulate one group of runs, or take up the runs that are there."""
    alive: list[dict[str, Any]] = []
    silent = 0
    for draw in draws:
        run_name = f"agreement/{name}_seed{draw['seed']}_trial{draw['trial']}"
        run = recorded(run_name, parameters, device=device, **draw, **SIMULATION)
        silent += not run.summary["survived"]
        if run.summary["survived"]:
            alive.append(run.summary)
        if len(alive) == RUNS:
            break
    table = pd.DataFrame(alive, columns=list(QUANTITIES)).astype(float)
    if len(table) < RUNS or table.duplicated().any():
        raise SystemExit(f"{name}: {len(table)} runs, {table.duplicated().sum()} of them copies of others")
    return Group(name, table, silent)


def verdict(first: Group, second: Group) -> pd.DataFrame:
    """Return the table of the tests of two groups."""
    comparison = compare_runs(first.table, second.table, level=LEVEL)
    outcome = "differs" if comparison.rejected else "agrees"
    show(f"{first.name} against {second.name}: {outcome} at level {LEVEL}")
    return comparison.table.assign(
        first=first.name,
        second=second.name,
        fell_silent_first=first.silent,
        fell_silent_second=second.silent,
        verdict=outcome,
    )


def main() -> None:
    """Simulate what is missing, then write the table."""
    cpp = group("cpp", PUBLISHED, TRIALS)
    tables = [verdict(cpp, group(name, parameters, OTHER_TRIALS)) for name, parameters in PLANTED.items()]
    networks = group("cpp_networks", PUBLISHED, NETWORKS)
    tables.append(verdict(networks, group("no_release_failure", WITHOUT_FAILURES, NETWORKS)))
    tables.insert(0, verdict(cpp, group("numpy", PUBLISHED, OTHER_TRIALS, device="runtime")))
    keep(pd.concat(tables, ignore_index=True), "device_agreement")


if __name__ == "__main__":
    main()

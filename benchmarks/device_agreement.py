"""Do the runtime device (numpy) and C++ standalone simulate one network? Ten runs each, a run is the unit.

All runs have the same synapses and other release failures: 2 s after a warm-up of 1 s on the full network.
Welch permutation tests of seven numbers a run, Holm over all of them at level 0.001. With as many runs the
same test has to reject three planted errors, each a difference one could overlook.

``python -m benchmarks.device_agreement`` writes ``tables/device_agreement.csv``.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from brian2 import ms, mV, second

from benchmarks.runs import keep, recorded, show
from cortexnet.analysis.comparison import compare_runs
from cortexnet.models.spontaneous_activity import Parameters

RUNS = 10
SEED = 1
LEVEL = 0.001
SIMULATION = {"seed": SEED, "duration": 3 * second, "warmup": 1 * second}

PUBLISHED = Parameters()
PLANTED = {
    "reset_-65_mV": PUBLISHED.replace(reset_potential=-65 * mV),
    "excitatory_to_inhibitory_weight_4_percent_off": PUBLISHED.replace(
        conductance_excitatory_to_inhibitory=1.04 * 0.018 / ms
    ),
    "no_release_failure": PUBLISHED.replace(release_failure_epsp=0 * mV),
}
QUANTITIES = (
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "cv_isi_excitatory",
    "cv_isi_inhibitory",
    "log10_rate_sd_excitatory",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
)


def runs_of(name: str, parameters: Parameters, device: str, first_trial: int) -> pd.DataFrame:
    """Return a row a run, a column a quantity; every run with release failures of its own.

    A network that happens to fall silent has no rates to compare; another trial takes its place.
    """
    alive: list[dict[str, Any]] = []
    for trial in range(first_trial, first_trial + 2 * RUNS):
        run = recorded(f"agreement/{name}_trial{trial}", parameters, device=device, trial=trial, **SIMULATION)
        if run.summary["survived"]:
            alive.append(run.summary)
        else:
            show(f"{name}, trial {trial}: fell silent, left out")
        if len(alive) == RUNS:
            break
    return pd.DataFrame(alive)[list(QUANTITIES)].astype(float)


def verdict(name: str, reference: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the table of the tests of one pair of groups."""
    comparison = compare_runs(reference, other, level=LEVEL)
    outcome = "differs" if comparison.rejected else "agrees"
    show(f"{name}: {outcome} at level {LEVEL}")
    return comparison.table.assign(compared=name, verdict=outcome)


def main() -> None:
    """Simulate what is missing, then write the table."""
    cpp = runs_of("cpp", PUBLISHED, "cpp_standalone", first_trial=0)
    tables = []
    for name, parameters in PLANTED.items():
        planted = runs_of(name, parameters, "cpp_standalone", first_trial=RUNS)
        tables.append(verdict(f"cpp against cpp with {name}", cpp, planted))
    runtime = runs_of("numpy", PUBLISHED, "runtime", first_trial=RUNS)
    tables.insert(0, verdict("cpp against numpy", cpp, runtime))
    keep(pd.concat(tables, ignore_index=True), "device_agreement")


if __name__ == "__main__":
    main()

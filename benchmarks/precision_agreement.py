"""Does single precision simulate the same network as double? Ten networks each; a network is the unit.

The same ten networks in both, with other release failures: 3 s on the full network, the first left out. Welch
permutation tests, Holm over all quantities at level 0.01: rates, irregularity, membrane potentials, and the
share of failed releases in five ranges of EPSP, counted by the synapses themselves in the simulation. As a
planted error the same test has to reject single precision with an E-to-I weight that is 4 % off.

``python -m benchmarks.precision_agreement`` writes ``tables/precision_agreement.csv``.
"""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pandas as pd
from brian2 import ms, second

from benchmarks.runs import keep, show
from cortexnet.analysis.comparison import compare_runs
from cortexnet.analysis.summary import SUMMARY_NAMES
from cortexnet.models.spontaneous_activity import Parameters, equations
from cortexnet.models.spontaneous_activity.experiment.activity import simulated_network
from cortexnet.network import ModelNetwork
from cortexnet.recording import Recording

NETWORKS = 10
LEVEL = 0.01
EPSP_MV = (0.0, 0.3, 0.6, 1.0, 3.0, 20.0)
QUANTITIES = tuple(name for name in SUMMARY_NAMES if not name.startswith(("log10", "silent")))
COUNTERS = """
n_arrived : integer
n_released : integer
"""
COUNTED_SPIKE = """
released = int(uniform(master_seed_pre, release_stream, t_in_timesteps, i_pre, i_post) >= failure_probability)
g_excitatory_post += conductance*released
n_arrived += 1
n_released += released
"""


def counted(parameters: Parameters, seed: int, trial: int, precision: str) -> dict[str, float]:
    """Simulate one network whose excitatory synapses count their spikes; return its numbers."""
    with (
        patch.object(equations, "LOGNORMAL_SYNAPSE", equations.LOGNORMAL_SYNAPSE + COUNTERS),
        patch.object(equations, "ON_UNRELIABLE_SPIKE", COUNTED_SPIKE),
    ):
        network = simulated_network(
            parameters, duration=3 * second, seed=seed, trial=trial, precision=precision, progress=False
        )
    recording = Recording.of(network, warmup=1 * second)
    numbers = {name: recording.summary[name] for name in QUANTITIES}
    known = {name: np.nan if value is None else float(value) for name, value in numbers.items()}
    return known | failures(network, parameters)


def failures(network: ModelNetwork, parameters: Parameters) -> dict[str, float]:
    """Share of spikes that released nothing, by the EPSP of the synapse."""
    synapses = network["excitatory_to_excitatory"]
    probability = np.asarray(synapses.failure_probability[:], dtype=float)
    epsp_mv = 1e3 * float(parameters.release_failure_epsp) * (1 / probability - 1)
    spikes = {name: np.asarray(getattr(synapses, name)[:]) for name in ("n_arrived", "n_released")}
    share = {}
    for low, high in pairwise(EPSP_MV):
        within = (epsp_mv >= low) & (epsp_mv < high)
        released = spikes["n_released"][within].sum() / spikes["n_arrived"][within].sum()
        share[f"failed_{low:g}_to_{high:g}_mv"] = float(1 - released)
    return share


def group(parameters: Parameters, trial: int, precision: str) -> pd.DataFrame:
    """Return the numbers of the first ten networks that live, one a row; a dead one has no rates."""
    rows: list[dict[str, float]] = []
    for seed in range(1, 3 * NETWORKS):
        numbers = counted(parameters, seed, trial, precision)
        show(f"{precision}, network {seed}: {numbers['rate_excitatory_hz']:.3f} Hz")
        rows += [numbers] if np.isfinite(list(numbers.values())).all() else []
        if len(rows) == NETWORKS:
            return pd.DataFrame(rows)
    raise SystemExit(f"{precision}: only {len(rows)} of {3 * NETWORKS - 1} networks lived")


def main() -> None:
    """Simulate all and write the table."""
    off = Parameters(conductance_excitatory_to_inhibitory=1.04 * 0.018 / ms)
    double = group(Parameters(), 0, "double")
    tables = []
    for name, other in (
        ("single", group(Parameters(), 1, "single")),
        ("single, E to I 4 % off", group(off, 1, "single")),
    ):
        comparison = compare_runs(double, other, level=LEVEL)
        verdict = "differs" if comparison.rejected else "agrees"
        show(f"double against {name}: {verdict} at level {LEVEL}")
        tables.append(comparison.table.assign(first="double", second=name, level=LEVEL, verdict=verdict))
    keep(pd.concat(tables, ignore_index=True), "precision_agreement")


if __name__ == "__main__":
    main()

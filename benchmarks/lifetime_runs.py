"""The runs behind the lifetime of the spontaneous state against network size, at fixed in-degrees."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from brian2 import second

from benchmarks.runs import first_seconds, recorded
from cortexnet.analysis.summary import summary_numbers
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.recording import Recording


@dataclass(frozen=True)
class Plan:
    """Networks of one size, and how long each is watched, whatever happens to it."""

    n_excitatory: int
    networks: int
    duration_s: float


PUBLISHED_SIZE = 10_000

#: Watched long enough for most of the small networks to die; the larger are censored.
PLANS = (
    Plan(5_000, 40, 20),
    Plan(5_500, 30, 20),
    Plan(6_000, 20, 20),
    Plan(7_000, 20, 10),
    Plan(8_000, 20, 10),
    Plan(PUBLISHED_SIZE, 20, 10),  # those of `benchmarks.ensemble`
)

#: One network each: whether rates and irregularity have converged, not how long they last.
LARGE = (Plan(20_000, 1, 4), Plan(40_000, 1, 4))

#: Rates and irregularity are compared in one window, from the warm-up to here: both depend on its length.
RATES_UNTIL_S = 4.0
QUANTITIES = ("rate_excitatory_hz", "rate_inhibitory_hz", "cv_isi_excitatory", "cv_isi_inhibitory")


def parameters_of(n_excitatory: int) -> Parameters:
    """Give the published set another size at its mean in-degrees."""
    published = Parameters()
    factor = PUBLISHED_SIZE / n_excitatory
    return published.replace(
        n_excitatory=n_excitatory,
        n_inhibitory=n_excitatory // 5,
        connection_probability_excitatory=published.connection_probability_excitatory * factor,
        connection_probability_inhibitory=published.connection_probability_inhibitory * factor,
    )


def run_of(plan: Plan, seed: int) -> Recording:
    """Return the run of one network."""
    if plan.n_excitatory == PUBLISHED_SIZE:
        name = f"published_seed{seed}"
    else:
        name = f"lifetime_{plan.n_excitatory}_seed{seed}"
    return recorded(name, parameters_of(plan.n_excitatory), seed=seed, duration=plan.duration_s * second)


def row(plan: Plan, seed: int) -> dict[str, object]:
    """Tabulate one run; its rates only if it was alive through the whole window."""
    recording = run_of(plan, seed)
    lifetime = recording.summary["lifetime_s"]
    rates = summary_numbers(first_seconds(recording, RATES_UNTIL_S)) if lifetime >= RATES_UNTIL_S else {}
    return {
        "n_excitatory": plan.n_excitatory,
        "seed": seed,
        "duration_s": plan.duration_s,
        "survived": recording.summary["survived"],
        "lifetime_s": lifetime,
    } | {name: rates.get(name) for name in QUANTITIES}


def lifetime_runs() -> pd.DataFrame:
    """Simulate what is missing, and tabulate every run."""
    return pd.DataFrame(
        [row(plan, seed) for plan in (*PLANS, *LARGE) for seed in range(1, plan.networks + 1)]
    )

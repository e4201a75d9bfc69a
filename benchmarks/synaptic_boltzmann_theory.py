"""Short tables of ``benchmarks.synaptic_boltzmann``: exact laws, steps against the flow, spectra, bars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cortexnet.analysis.averages import standard_error
from cortexnet.analysis.boltzmann.contrastive import (
    Learning,
    bars_and_stripes,
    learned,
    mean_log_likelihood,
    untrained_machine,
)
from cortexnet.analysis.boltzmann.learning_flow import final_weights, learned_in_steps
from cortexnet.analysis.boltzmann.planted import planted_data
from cortexnet.analysis.boltzmann.replica import critical_load, free_entropy, mean_sign, overlap
from cortexnet.analysis.boltzmann.spectrum import leading_component, predicted_eigenvalue
from cortexnet.analysis.gibbs import total_variation
from cortexnet.models.synaptic_boltzmann import Parameters
from cortexnet.models.synaptic_boltzmann.machine import joint_machine

SEEDS = (1, 2, 3)
RATES = (1.0, 0.5, 0.2, 0.1)
LOADS, SIZE, INSTANCES = (0.25, 0.5, 2.0, 4.0, 8.0), 400, 8
BARS = Learning(epochs=3000, rate=0.2, batch=30, sweeps=5)


def exactness() -> pd.DataFrame:
    """Law of the cells by enumeration of all synapses, against that of the effective couplings."""

    def row(seed: int, n_parallel: int, units: str) -> dict[str, object]:
        machine = joint_machine(Parameters(synapses_per_pair=n_parallel), seed)
        machine = replace(machine, units=units)
        summed = machine.joint_probabilities().sum(axis=1)
        of_couplings = machine.cell_probabilities()
        return {
            "units": units,
            "parallel": n_parallel,
            "seed": seed,
            "largest_difference": np.abs(summed - of_couplings).max(),
            "total_variation": total_variation(summed, of_couplings),
        }

    return pd.DataFrame(
        row(seed, n_parallel, units)
        for units in ("binary", "spin")
        for n_parallel in (1, 2)
        for seed in SEEDS
    )


def steps(start: tuple[float, ...], log_odds: float, correlation: float) -> pd.DataFrame:
    """Learn in steps of several sizes, and by the flow (rate 0): final weights."""
    ends = {rate: learned_in_steps(start, log_odds, correlation, rate) for rate in RATES}
    ends[0.0] = final_weights(start, log_odds, correlation)
    return pd.DataFrame(
        {"rate": rate} | {f"weight_{k}": weight for k, weight in enumerate(weights)}
        for rate, weights in ends.items()
    )


def spectrum(strength: float = 1.0) -> pd.DataFrame:
    """Saddle point of the theory, and the leading eigenvalue of data, predicted and drawn."""
    rows = []
    for relative_load in LOADS:
        load = relative_load * critical_load(strength)
        q = overlap(load, strength)
        r = float(mean_sign(strength**2 * q))
        eigenvalues = []
        for instance in range(INSTANCES):
            rng = np.random.default_rng([SIZE, instance])
            _, data = planted_data(SIZE, round(load * SIZE), strength, rng)
            eigenvalues.append(leading_component(data)[0])
        rows.append(
            {
                "relative_load": relative_load,
                "overlap": q,
                "overlap_of_answers": r,
                "free_entropy": float(free_entropy(q, r, load, strength)),
                "eigenvalue": np.mean(eigenvalues),
                "eigenvalue_error": standard_error(eigenvalues),
                "eigenvalue_theory": predicted_eigenvalue(load, strength),
            }
        )
    return pd.DataFrame(rows)


def bars(machines: dict[str, tuple[int, float]]) -> pd.DataFrame:
    """Learning of the 30 bars and stripes of 4 x 4 pixels by 10 hidden cells; the best would be log(1/30)."""
    data = bars_and_stripes(4)
    rows = []
    for name, (n_parallel, log_odds) in machines.items():
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            before = untrained_machine(data, 10, n_parallel, log_odds, 0.5, rng)
            after = learned(before, data, BARS, rng)
            rows.append(
                {
                    "machine": name,
                    "seed": seed,
                    "log_likelihood_before": mean_log_likelihood(before, data),
                    "log_likelihood_after": mean_log_likelihood(after, data),
                    "log_likelihood_best": -np.log(len(data)),
                }
            )
    return pd.DataFrame(rows)

"""Boltzmann machines with random synapses: roles that synapses take, what data tell of them, spiking cells.

``python -m benchmarks.synaptic_boltzmann`` writes ``tables/synaptic_boltzmann_roles.csv`` (how four parallel
synapses share a coupling), ``..._learning.csv`` and ``..._ranks.csv`` (handwritten digits, and what pruning
costs), ``..._overlap.csv`` (posterior of planted synapses against theory), ``..._activation.csv``,
``..._rates.csv`` and ``..._networks.csv`` (the three Brian2 networks against their exact laws), the short
tables of `benchmarks.synaptic_boltzmann_theory`, and
``figures/synaptic_boltzmann.png``. It takes some ten minutes, needs scikit-learn for the digits, and takes up
tables that are there: remove one to compute it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from brian2 import second

from benchmarks import synaptic_boltzmann_theory as theory
from benchmarks.runs import TABLES, keep
from benchmarks.synaptic_boltzmann_figure import draw
from cortexnet.analysis.averages import standard_error
from cortexnet.analysis.boltzmann.contrastive import Learning, learned, mean_log_likelihood, untrained_machine
from cortexnet.analysis.boltzmann.joint_machine import JointMachine
from cortexnet.analysis.boltzmann.learning_flow import learning_flow
from cortexnet.analysis.boltzmann.planted import planted_data, posterior_samples, rms_overlap
from cortexnet.analysis.boltzmann.replica import critical_load, overlap, rms_overlap_below
from cortexnet.analysis.boltzmann.roles import pruned, role_table
from cortexnet.analysis.boltzmann.spectrum import leading_component, predicted_overlap
from cortexnet.models.experiments import Outcome
from cortexnet.models.synaptic_boltzmann import Parameters
from cortexnet.models.synaptic_boltzmann.experiment import EXPERIMENTS

NAME = "synaptic_boltzmann"
START, LOG_ODDS, CORRELATION = (0.3, 0.2, 0.1, 0.0), -3.0, 0.8
STRENGTHS = (1.0, 1.5)
RELATIVE_LOADS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
INSTANCES = {100: 24, 200: 12, 400: 8}  # of each number of synapses
SWEEPS, BURN_IN = 300, 100
#: Name -> parallel synapses and their log odds; log odds of 30 are synapses that are always on.
MACHINES = {"four parallel": (4, -1.0), "single": (1, -1.0), "always on": (1, 30.0)}
HIDDEN, SEEDS = 16, (1, 2, 3)
HOW = Learning(epochs=100, rate=0.1, batch=50, sweeps=1)
AGAIN = replace(HOW, epochs=10)
PRUNED_SHARES = (0.0, 0.25, 0.5, 0.75, 0.9)
STRONG = np.log(3)  # couplings beyond triple the odds of a cell
DEVICES = ("runtime", "cpp_standalone")


def main() -> None:
    """Compute what is missing, and draw all."""
    tables = {
        "roles": _kept("roles", _roles),
        "learning": _kept("learning", _learning),
        "ranks": _kept("ranks", _ranks),
        "overlap": _kept("overlap", _overlaps),
        "activation": _kept("activation", lambda: _sampling_machine().tables["activation.csv"]),
        "rates": _kept("rates", lambda: _sampling_machine().tables["rates.csv"]),
        "networks": _kept("networks", _networks),
    }
    _kept("exactness", theory.exactness)
    _kept("steps", lambda: theory.steps(START, LOG_ODDS, CORRELATION))
    _kept("spectrum", theory.spectrum)
    _kept("bars", lambda: theory.bars(MACHINES))
    draw(tables)


def _kept(name: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    path = TABLES / f"{NAME}_{name}.csv"
    if not path.exists():
        keep(compute(), path.stem)
    return pd.read_csv(path)


def _roles() -> pd.DataFrame:
    times = np.concatenate([[0.0], np.geomspace(0.5, 300, 60)])
    return learning_flow(START, LOG_ODDS, CORRELATION, times)


def _digits() -> tuple[np.ndarray, np.ndarray]:
    """Training and test images, 1297 and 500, of 64 pixels that are on from half of the largest value."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    images = (digits.data >= 8).astype(np.float64)
    training, test = train_test_split(images, test_size=500, stratify=digits.target, random_state=1)
    return training, test


def _trained(data: np.ndarray, name: str, seed: int) -> JointMachine:
    n_parallel, log_odds = MACHINES[name]
    rng = np.random.default_rng(seed)
    return learned(untrained_machine(data, HIDDEN, n_parallel, log_odds, 0.5, rng), data, HOW, rng)


def _learning() -> pd.DataFrame:
    training, test = _digits()

    def rows() -> Iterator[dict[str, object]]:
        for name in MACHINES:
            for seed in SEEDS:
                machine = _trained(training, name, seed)
                for share in PRUNED_SHARES:
                    rest = pruned(machine, share)
                    again = learned(rest, training, AGAIN, np.random.default_rng(seed))
                    yield {
                        "machine": name,
                        "seed": seed,
                        "removed_share": share,
                        "log_likelihood_training": mean_log_likelihood(rest, training),
                        "log_likelihood_test": mean_log_likelihood(rest, test),
                        "log_likelihood_test_relearned": mean_log_likelihood(again, test),
                    }

    return pd.DataFrame(rows())


def _ranks() -> pd.DataFrame:
    """Parallel synapses of strong connections by rank, before and after learning."""
    training, _ = _digits()
    name = "four parallel"
    n_parallel, log_odds = MACHINES[name]
    tables = []
    for seed in SEEDS:
        after = role_table(_trained(training, name, seed))
        rng = np.random.default_rng(seed)
        before = role_table(untrained_machine(training, HIDDEN, n_parallel, log_odds, 0.5, rng))
        is_strong = (after["coupling"] > STRONG).to_numpy()
        for state, table in {"before": before, "after": after}.items():
            of_rank = table[is_strong].groupby("rank")
            tables.append(
                of_rank[["on_probability", "contribution", "effective_synapses"]]
                .mean()
                .reset_index()
                .assign(seed=seed, state=state, connections=int(is_strong.sum() / n_parallel))
            )
    return pd.concat(tables, ignore_index=True)


def _overlaps() -> pd.DataFrame:
    return pd.DataFrame(
        _overlap_row(strength, size, relative_load)
        for strength in STRENGTHS
        for size in INSTANCES
        for relative_load in RELATIVE_LOADS
    )


def _overlap_row(strength: float, size: int, relative_load: float) -> dict[str, float]:
    """One point of the curves; samples must be as close to a second chain as to what is planted."""
    n_data = max(1, round(relative_load * critical_load(strength) * size))
    squares = []
    for instance in range(INSTANCES[size]):
        rng = np.random.default_rng([size, n_data, instance])
        planted, data = planted_data(size, n_data, strength, rng)
        first, second_chain = (posterior_samples(data, strength, SWEEPS, rng)[BURN_IN:] for _ in range(2))
        between = np.mean(((first * second_chain).sum(axis=1) / size) ** 2)
        _, vector = leading_component(data)
        squares.append((rms_overlap(first, planted) ** 2, between, (vector @ planted) ** 2 / size))
    rms = np.sqrt(np.mean(squares, axis=0))
    errors = [standard_error(column) for column in zip(*squares, strict=True)] / (2 * rms)
    load = n_data / size
    return {
        "strength": strength,
        "n_synapses": size,
        "relative_load": load * strength**4,
        "instances": INSTANCES[size],
        "overlap_rms": rms[0],
        "overlap_rms_error": errors[0],
        "between_chains_rms": rms[1],
        "between_chains_rms_error": errors[1],
        "eigenvector_rms": rms[2],
        "eigenvector_rms_error": errors[2],
        "overlap_theory": overlap(load, strength),
        "rms_theory_below": float(rms_overlap_below(load, strength, size)),
        "eigenvector_theory": predicted_overlap(load, strength),
    }


def _experiment(name: str, parameters: Parameters, device: str = "cpp_standalone") -> Outcome:
    (experiment,) = (each for each in EXPERIMENTS if each.name == name)
    return experiment.run(
        parameters, duration=10 * second, warmup=1 * second, seed=1, device=device, progress=False
    )


def _sampling_machine() -> Outcome:
    return _experiment("sampling_machine", Parameters(n_copies=40))


def _networks() -> pd.DataFrame:
    return pd.DataFrame(
        {"experiment": name, "device": device, "quantity": quantity, "value": value}
        for name in ("joint_machine", "synaptic_posterior")
        for device in DEVICES
        for quantity, value in _experiment(name, Parameters(), device).numbers.items()
    )


if __name__ == "__main__":
    main()

"""How much the exponent of hidden eigenspectra depends on the ranks that are fitted, and on recurrence.

``python -m benchmarks.sampling_exponents`` lets networks with recurrent connections of different strength
learn the ten digits, three seeds each, and writes ``tables/sampling_exponents.csv``. It takes some minutes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.runs import keep
from benchmarks.sampling_runs import COMMON, NETWORKS, hidden_spikes
from cortexnet.analysis.averages import standard_error
from cortexnet.analysis.sampling.power_law import fit_power_law
from cortexnet.models.dual_sampling import Parameters, Reference
from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.data import load

SEEDS, EPOCHS = (1, 2, 3), 300
#: Amplitudes of recurrent synapses; 0 stands for none.
AMPLITUDES = (0.0, 0.015, 0.03, 0.06)
RANKS = ((2, 15), (2, 25), (2, 35), (5, 35))


def main() -> None:
    """Learn, fit, and write the table of means over the seeds."""
    rows = [row for amplitude in AMPLITUDES for seed in SEEDS for row in _exponents(amplitude, seed)]
    table = pd.DataFrame(rows)
    groups = table.groupby(["amplitude_recurrent", "first_rank", "last_rank"], sort=False)
    means = pd.DataFrame(
        {
            "exponent": groups["exponent"].mean(),
            "standard_error": groups["exponent"].agg(standard_error),
            "error_within": groups["error_within"].mean(),
            "n_seeds": groups.size(),
            "better_than_exponential_in": groups["better_than_exponential"].sum(),
            "accuracy": groups["accuracy"].mean(),
        }
    )
    keep(means.reset_index(), "sampling_exponents")


def _exponents(amplitude: float, seed: int) -> list[dict[str, float]]:
    """Fit the cross-validated spectrum of one network over each range of ranks."""
    changes = NETWORKS["recurrent"] | {"amplitude_recurrent": amplitude} if amplitude else {}
    parameters, data, rng = Parameters(**COMMON | changes), load(seed=seed), np.random.default_rng(seed)
    train, test = (firing_probabilities(each, parameters.coding) for each in (data.images, data.test_images))
    reference = Reference(parameters, train, data.labels, len(data.classes), seed)
    for _ in range(EPOCHS):
        reference.sweep()
    presentations = [hidden_spikes(parameters, reference.weights, test, rng) for _ in range(2)]
    answers = reference.output_probabilities(test, 10).argmax(axis=1)
    rows = []
    for ranks in RANKS:
        law = fit_power_law(*presentations, ranks=ranks, rng=rng, resamples=50)
        rows.append(
            {
                "amplitude_recurrent": amplitude,
                "first_rank": ranks[0],
                "last_rank": ranks[1],
                "exponent": law.exponent,
                "error_within": law.standard_error,
                "better_than_exponential": law.better_than_exponential,
                "accuracy": float((answers == data.test_labels).mean()),
            }
        )
    return rows


if __name__ == "__main__":
    main()

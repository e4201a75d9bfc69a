"""The Brian2 network's hidden cells against their enumerated laws, network by network.

``python -m benchmarks.exactness_simulated`` writes ``tables/exactness_simulated.csv``: ten of the recurrent
networks of ``benchmarks.exactness`` (weight SD 1, to two decimals), exact conditional, 490000 bins in C++.
Total variations are of the shares of time to the target, and to the stationary law of the transition matrix,
beside their median for that law and as many bins; p values are of chi-square tests. It takes three minutes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.exactness_draws import hidden_cells
from benchmarks.runs import keep
from cortexnet.analysis.gibbs import in_parallel, stationary, total_variation
from tests.dual_sampling_targets import (
    hidden_states,
    law_p_value,
    rounded,
    sampling_error,
    transition_p_value,
)

BINS = 500_000


def row(draw: int, update_fraction: float) -> dict[str, float]:
    """Simulate one network."""
    cells = rounded(hidden_cells(draw, 1.0, recurrent=True))
    states = hidden_states(cells, "exact", update_fraction, BINS, seed=100 + draw, device="cpp_standalone")
    shares = np.bincount(states.ravel(), minlength=16) / states.size
    transition = in_parallel(cells.log_odds("exact"), update_fraction)
    law = stationary(transition)
    return {
        "draw": draw,
        "update_fraction": update_fraction,
        "bins": states.size,
        "tv_to_target": total_variation(shares, cells.target()),
        "tv_of_law_to_target": total_variation(law, cells.target()),
        "tv_to_law": total_variation(shares, law),
        "median_sampling_error": sampling_error(transition, states.size, 0.5),
        "p_transitions": transition_p_value(states[:, :-1].ravel(), states[:, 1:].ravel(), transition),
        "p_law": law_p_value(shares, states.size, law, transition),
        "p_target": law_p_value(shares, states.size, cells.target(), transition),
    }


def main() -> None:
    """Simulate, and write the table."""
    keep(
        pd.DataFrame([row(draw, fraction) for fraction in (0.1, 1.0) for draw in range(10)]),
        "exactness_simulated",
    )


if __name__ == "__main__":
    main()

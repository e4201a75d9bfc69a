"""Does the time step matter? The same networks with 0.1 ms and with 0.05 ms, 10 s each.

``python -m benchmarks.time_step`` writes ``tables/time_step.csv``: the shift of each rate beside the spread
between networks (of the twenty in ``tables/ensemble_spread.csv``).
"""

from __future__ import annotations

import pandas as pd
from brian2 import ms

from benchmarks.ensemble import DURATION, run_of
from benchmarks.runs import TABLES, keep, recorded, summaries
from cortexnet.models.spontaneous_activity import Parameters

SEEDS = (1, 2, 3, 4, 5)
QUANTITIES = ("rate_excitatory_hz", "rate_inhibitory_hz")


def main() -> None:
    """Simulate what is missing, then write the table."""
    halved = Parameters(time_step=0.05 * ms)
    fine = {seed: recorded(f"half_step_seed{seed}", halved, seed=seed, duration=DURATION) for seed in SEEDS}
    usual = {seed: run_of(seed) for seed in SEEDS}
    fine_numbers, usual_numbers = (
        summaries(({"seed": seed}, recording) for seed, recording in runs.items())[list(QUANTITIES)]
        for runs in (fine, usual)
    )
    spread = pd.read_csv(TABLES / "ensemble_spread.csv").set_index("quantity")["std"]
    difference = fine_numbers - usual_numbers
    keep(
        pd.DataFrame(
            {
                "quantity": QUANTITIES,
                "mean_at_0.1_ms": usual_numbers.mean().to_numpy(),
                "mean_at_0.05_ms": fine_numbers.mean().to_numpy(),
                "mean_difference": difference.mean().to_numpy(),
                "standard_error_of_difference": difference.sem().to_numpy(),
                "sd_between_networks": spread[list(QUANTITIES)].to_numpy(),
                "networks": len(SEEDS),
            }
        ),
        "time_step",
    )


if __name__ == "__main__":
    main()

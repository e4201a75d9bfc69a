"""Where the spontaneous state exists, its rate and its lifetime: theory as lines, networks as points.

``python -m benchmarks.maps`` writes ``tables/maps_runs.csv`` (a row a run), ``tables/maps_simulation.csv``
(a row a point), ``tables/maps_states.csv`` (states of the theory), ``tables/maps_existence.csv`` (where its
low state begins and ends, by the width of the EPSP distribution) and ``figures/maps.png``.

The maps: width and mode of the EPSP distribution; the share of strong synapses, by the width at the published
mean released conductance; inhibition of excitatory cells. The theory has no lifetimes. What it gives is the
distance from the low to the unstable state, which is a proxy: it knows nothing of the size of fluctuations.

A lifetime is counted from 0.2 s after the kick has faded; a run that is dead by then did not reach the state.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.map_figure import draw
from benchmarks.map_points import map_runs
from benchmarks.map_theory import epsp_grid, existence, inhibition_line, low_states, states
from benchmarks.runs import keep
from cortexnet.analysis.escape import escape_rate

SETTLING_S = 0.2
#: Rates are of runs that lived so long: of at least half a second after the warm-up.
RATES_FROM_LIFETIME_S = 1.5
WARMUP_S = 1.0


def by_point(runs: pd.DataFrame) -> pd.DataFrame:
    """Tabulate escape and rates of every point."""
    place = list(runs.columns[: runs.columns.get_loc("seed")])
    return pd.DataFrame(
        [
            dict(zip(place, values, strict=True)) | _numbers(group)
            for values, group in runs.groupby(place, sort=False)
        ]
    )


def _numbers(runs: pd.DataFrame) -> dict[str, float]:
    """Escape rate of the runs that reached the state; rates weighted by the time they were measured for."""
    time = runs["lifetime_s"] - runs["kick_ms"] / 1e3 - SETTLING_S
    alive = runs.assign(time_s=time)[time > 0]
    numbers: dict[str, float] = {"networks": len(runs), "died_with_the_kick": len(runs) - len(alive)}
    if len(alive):
        escape = escape_rate(alive["time_s"], alive["survived"])
        numbers |= {
            "deaths": escape.escapes,
            "time_at_risk_s": escape.time_at_risk_s,
            "mean_lifetime_s": 1 / escape.rate_hz if escape.escapes else np.inf,
            "mean_lifetime_low_s": 1 / escape.high_hz,
            "mean_lifetime_high_s": 1 / escape.low_hz if escape.escapes else np.inf,
        }
    lasting = runs[runs["lifetime_s"] >= RATES_FROM_LIFETIME_S]
    numbers["networks_of_rates"] = len(lasting)
    for name in ("rate_excitatory_hz", "rate_inhibitory_hz", "cv_isi_excitatory"):
        if len(lasting):
            numbers[name] = float(np.average(lasting[name], weights=lasting["lifetime_s"] - WARMUP_S))
        numbers |= {f"{name}_min": lasting[name].min(), f"{name}_max": lasting[name].max()}
    return numbers


def main() -> None:
    """Simulate and predict what is missing, then write tables and figure."""
    runs = map_runs()
    points = by_point(runs)
    found = pd.concat([states(epsp_grid()), states(inhibition_line())], ignore_index=True).drop_duplicates()
    ends = existence(found)
    keep(runs, "maps_runs")
    keep(points, "maps_simulation")
    keep(found, "maps_states")
    keep(ends, "maps_existence")
    draw(points, low_states(found))


if __name__ == "__main__":
    main()

"""What a theory says in the maps: its states on grids of points, and where its low state begins and ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from benchmarks.map_points import Point
from cortexnet.analysis.meanfield import predict

METHOD = "strong_sparse_corrected"

WIDTHS = tuple(np.round(np.arange(0.7, 1.401, 0.05), 3))
CONDUCTANCES = tuple(np.round(np.arange(0.85, 1.2501, 0.025), 4))
INHIBITIONS = tuple(np.round(np.arange(0.0016, 0.002501, 0.00005), 6))

#: Relative precision of the ends of the low state.
PRECISION = 1e-3
#: Where widths are compared at one rate, it is the simulated one of the published set.
MATCHED_RATE_HZ = 1.73


def epsp_grid() -> list[Point]:
    """Width and mean of the strengths."""
    return [Point(float(width), float(factor)) for width in WIDTHS for factor in CONDUCTANCES]


def inhibition_line() -> list[Point]:
    """Inhibition alone."""
    return [Point(inhibition_per_ms=float(value)) for value in INHIBITIONS]


def states(points: Iterable[Point], method: str = METHOD) -> pd.DataFrame:
    """Tabulate every state but the silent one, a row a state, and a row of branch `none` where none is."""
    rows = []
    for point in points:
        found = predict(point.parameters, [method])
        found = found[found["branch"] != "silent"]
        numbers = found[["method", "branch", "stable", "rate_excitatory_hz", "rate_inhibitory_hz"]]
        rows += [point.label | state for state in numbers.to_dict("records")] or [
            point.label | {"method": method, "branch": "none"}
        ]
    return pd.DataFrame(rows)


def low_states(found: pd.DataFrame) -> pd.DataFrame:
    """Reduce a table of `states` to a row a low state, with its distance to the unstable state below.

    Distance is log(rate of the low state / rate of the unstable one), of the excitatory cells: by how much
    a fluctuation has to lower the rate until the activity cannot recover.
    """
    place = list(found.columns[: found.columns.get_loc("method")])
    low = found[found["branch"] == "low"].copy()
    unstable = found[found["branch"] == "unstable"].groupby(place)["rate_excitatory_hz"].min()
    low["unstable_rate_hz"] = unstable.reindex(pd.MultiIndex.from_frame(low[place])).to_numpy()
    low["log_distance"] = np.log(low["rate_excitatory_hz"] / low["unstable_rate_hz"])
    return low.reset_index(drop=True)


def existence(low: pd.DataFrame) -> pd.DataFrame:
    """Tabulate for every width from which mean conductance to which a low state is, and its distances."""
    return pd.DataFrame([_existence_row(float(width), low) for width in WIDTHS])


def _existence_row(width: float, low: pd.DataFrame) -> dict[str, float]:
    line = low[np.isclose(low["epsp_log_sd"], width)].sort_values("relative_conductance")
    inside = float(line["relative_conductance"].iloc[len(line) // 2])
    onset = _edge(lambda factor: _has_low_state(Point(width, factor)), 0.5 * inside, inside)
    end = _edge(lambda factor: _has_low_state(Point(width, factor)), 2 * inside, inside)
    at_published_mean = line[np.isclose(line["relative_conductance"], 1)]["log_distance"]
    rate = np.log(line["rate_excitatory_hz"])
    matched = math.log(MATCHED_RATE_HZ)
    reached = rate.iloc[0] <= matched <= rate.iloc[-1]
    return {
        "epsp_log_sd": width,
        "onset_relative_conductance": onset,
        "strong_synapses_per_cell_at_onset": Point(width, onset).label["strong_synapses_per_cell"],
        "end_relative_conductance": end,
        "log_width": math.log(end / onset),
        "log_distance_at_published_mean": float(at_published_mean.iloc[0])
        if len(at_published_mean)
        else math.nan,
        "relative_conductance_at_matched_rate": (
            float(np.interp(matched, rate, line["relative_conductance"])) if reached else math.nan
        ),
        "log_distance_at_matched_rate": (
            float(np.interp(matched, rate, line["log_distance"])) if reached else math.nan
        ),
    }


def _has_low_state(point: Point) -> bool:
    return bool((predict(point.parameters, [METHOD])["branch"] == "low").any())


def _edge(holds: Callable[[float], bool], outside: float, inside: float) -> float:
    """Bisect between a value at which something does not hold and one at which it does."""
    while abs(outside / inside - 1) > PRECISION:
        middle = math.sqrt(outside * inside)
        outside, inside = (outside, middle) if holds(middle) else (middle, inside)
    return inside

"""What a theory says in the maps: its states on grids of points, and where its low state begins and ends."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from brian2 import mV

from benchmarks.map_points import INHIBITION, MODE, WIDTH, Point, relative_conductance, strong_synapses
from cortexnet.analysis.meanfield import predict
from cortexnet.analysis.meanfield.continuation import boundaries

METHOD = "strong_sparse_corrected"

WIDTHS = tuple(np.round(np.arange(0.75, 1.401, 0.05), 3))
CONDUCTANCES = tuple(np.round(np.arange(0.7, 1.2501, 0.025), 4))
INHIBITIONS = tuple(np.round(np.arange(0.0016, 0.002501, 0.00005), 6))

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


def existence(found: pd.DataFrame) -> pd.DataFrame:
    """Tabulate for every width from which mean conductance to which a low state is, and its distances."""
    plane = found[np.isclose(found[INHIBITION], Point().inhibition_per_ms)]
    low = low_states(plane)
    return pd.DataFrame(
        [
            _ends(float(width), plane[np.isclose(plane[WIDTH], width)])
            | _distances(low[np.isclose(low[WIDTH], width)].sort_values("relative_conductance"))
            for width in WIDTHS
        ]
    )


def _ends(width: float, line: pd.DataFrame) -> dict[str, object]:
    """Where the low state begins and ends as all strengths grow, and why; NaN beyond the grid."""
    parameters = Point(width).parameters
    edges = boundaries(parameters, "epsp_mode", line.rename(columns={MODE: "epsp_mode"}))
    row: dict[str, object] = {WIDTH: width}
    for side in ("begins", "ends"):
        edge = edges[edges["low_state"] == side]
        at_edge = parameters.replace(epsp_mode=edge["epsp_mode"].iloc[0] * mV) if len(edge) else None
        row |= {
            f"{side}_relative_conductance": relative_conductance(at_edge) if at_edge else math.nan,
            f"{side}_strong_synapses_per_cell": strong_synapses(at_edge) if at_edge else math.nan,
            f"{side}_rate_excitatory_hz": edge["rate_excitatory_hz"].iloc[0] if len(edge) else math.nan,
            f"{side}_cause": edge["cause"].iloc[0] if len(edge) else "",
        }
    return row


def _distances(low: pd.DataFrame) -> dict[str, float]:
    """Distances to the unstable state at the published mean and at the published rate; NaN if not reached."""
    factor, distance = low["relative_conductance"], low["log_distance"]
    rate = np.log(low["rate_excitatory_hz"])
    matched = float(np.interp(math.log(MATCHED_RATE_HZ), rate, factor, left=math.nan, right=math.nan))
    return {
        "log_distance_at_published_mean": float(
            np.interp(1, factor, distance, left=math.nan, right=math.nan)
        ),
        "relative_conductance_at_published_rate": matched,
        "log_distance_at_published_rate": float(np.interp(matched, factor, distance)),
    }

"""Figures of bistable traces: percepts along a trace, and dwell times with fitted distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cortexnet.analysis.dwell_times.fits import Fit
from cortexnet.analysis.dwell_times.percepts import percepts
from cortexnet.analysis.figure_style import NEUTRAL, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PERCEPT_COLOURS = {"high": "#D55E00", "low": "#0072B2"}
#: Colour and style of the line of a family.
LINES: dict[str, tuple[str, object]] = {
    "exponential": (NEUTRAL, ":"),
    "gamma": ("#000000", "-"),
    "lognormal": ("#009E73", (0, (5, 1.5))),
    "inverse_gaussian": ("#CC79A7", (0, (5, 1, 1, 1))),
    "gamma_rate": ("#E69F00", (0, (1, 1))),
}


def draw_percepts(ax: Axes, trace: ArrayLike, *, low: float, high: float, time_step: float = 1.0) -> None:
    """Draw a trace, its thresholds, and behind it the percepts that are read from it."""
    values = np.asarray(trace, dtype=np.float64)
    time, seen = np.arange(values.size) * time_step, percepts(values, low=low, high=high)
    for sign, colour in ((1, PERCEPT_COLOURS["high"]), (-1, PERCEPT_COLOURS["low"])):
        ax.fill_between(
            time, 0, 1, where=seen == sign, step="post", transform=ax.get_xaxis_transform(),
            color=colour, alpha=0.25, lw=0,
        )  # fmt: skip
    ax.plot(time, values, color="0.2", lw=0.6)
    for threshold in (low, high):
        ax.axhline(threshold, color=NEUTRAL, lw=0.6, ls=":")
    ax.set_xlim(0, time[-1])


def draw_dwell_times(ax: Axes, dwells: pd.DataFrame, fits: Sequence[Fit], *, percept: str) -> None:
    """Draw the densities of whole dwells of a percept and of the fits, the best by AIC first.

    Few dwells should be censored, since the histogram cannot show those.
    """
    whole = dwells[(dwells["percept"] == percept) & dwells["began"] & dwells["ended"]]["duration"].to_numpy()
    top = float(np.quantile(whole, 0.985))
    steps = np.unique(whole)
    grain = float(np.diff(steps).min()) if steps.size > 1 else top
    width = max(round(top / 28 / grain), 1) * grain  # whole steps, or discrete time would make a comb
    edges = np.arange(0, top + width, width) + grain / 2
    counts, _ = np.histogram(whole, edges)
    ax.stairs(
        counts / whole.size / width, edges - grain / 2, fill=True, color=PERCEPT_COLOURS[percept], alpha=0.35
    )
    time = np.linspace(edges[1] / 50, edges[-1], 400)
    for fit in fits:
        colour, style = LINES[fit.family]
        difference = fit.aic - fits[0].aic
        ax.plot(
            time, fit.density(time), color=colour, ls=style, lw=1.1,
            label=f"{readable(fit.family)} (+{difference:.0f})",
        )  # fmt: skip
    ax.set(xlim=(0, edges[-1]), ylim=(0, 1.35 * counts.max() / whole.size / width), ylabel="Density")
    ax.legend(title="AIC above the best", title_fontsize=7)

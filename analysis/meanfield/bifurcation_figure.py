"""Figure of the states along a parameter, with the region in which the low state exists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cortexnet.analysis.figure_style import NEUTRAL, colour_of, readable
from cortexnet.analysis.meanfield.branches import joined_branches
from cortexnet.analysis.meanfield.theory_panels import shared_legend, theory_panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Rates (Hz) that are shown.
RATES_SHOWN = (0.03, 2000.0)


def bifurcation_figure(states: pd.DataFrame, boundaries: pd.DataFrame, unit: str) -> Figure:
    """Show the rates of all states along a parameter, a panel a theory; the low state's region is shaded.

    To be called, and the figure to be saved, within `cortexnet.analysis.figure_style.publication_style`.

    Parameters
    ----------
    states, boundaries : DataFrame
        As `continuation` and `boundaries` give them, of one method or of several.
    unit : str
        Of the parameter, empty if it has none.
    """
    methods = list(states["method"].unique())
    figure, axes = theory_panels(methods)
    for ax, method in zip(axes, methods, strict=True):
        of_method = boundaries[boundaries["method"] == method]
        draw_bifurcations(ax, states[states["method"] == method], of_method)
        name = str(states.columns[0])
        ax.set_xlabel(readable(name).replace("Epsp", "EPSP") + (f" ({unit})" if unit else ""))
    shared_legend(figure, axes)
    return figure


def draw_bifurcations(ax: Axes, states: pd.DataFrame, boundaries: pd.DataFrame) -> None:
    """Draw the rates of one theory's active states: stable ones solid, unstable ones dashed."""
    name = str(states.columns[0])
    values = np.sort(states[name].unique())
    for first, last in _low_regions(states, boundaries):
        ax.axvspan(first, last, color=NEUTRAL, alpha=0.15, linewidth=0, label="Low state exists")
    for population in ("excitatory", "inhibitory"):
        colour, rate = colour_of(population), f"rate_{population}_hz"
        for stable, group in joined_branches(states, boundaries):
            joined = len(group) > 1
            ax.plot(
                group[name],
                group[rate],
                color=colour,
                linestyle="-" if stable else (0, (3, 2)),
                marker="" if joined else ".",
                label=f"{population.capitalize()}, {'stable' if stable else 'unstable'}" if joined else None,
            )
        ax.plot(boundaries[name], boundaries[rate], ".", color=colour)
    ax.set(
        yscale="log",
        xlim=(values[0], values[-1]),
        ylim=RATES_SHOWN,
        ylabel="Rate (Hz)",
    )
    ax.yaxis.set_major_formatter("{x:g}")


def _low_regions(states: pd.DataFrame, boundaries: pd.DataFrame) -> Iterator[tuple[float, float]]:
    """Intervals of the parameter in which the low state exists."""
    name = str(states.columns[0])
    low = states.loc[states["branch"] == "low", name]
    edges = np.concatenate([[states[name].min()], np.sort(boundaries[name]), [states[name].max()]])
    for first, last in pairwise(edges):
        if low.between(first, last).any():
            yield float(first), float(last)

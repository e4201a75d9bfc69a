"""The main numbers of many runs over the parameter that varies, with the spread over seeds."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cortexnet.analysis.figure_style import CENTIMETRE, NEUTRAL, letter_panels, readable, say_instead

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Panels of a figure.
MOST_NUMBERS = 6
#: What tells how a run went, not what it found.
ACCOUNT = ("simulation_cpu_seconds", "synaptic_events", "peak_memory_mb", "build_seconds")
#: Colours of Okabe & Ito, for the values of further parameters.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_PANEL_WIDTH, _PANEL_HEIGHT = 6.0, 5.0
_LABEL_WIDTH = 26  # characters
#: Units as the last word of a summary's names writes them.
_UNITS = {"hz": "Hz", "mv": "mV", "s": "s"}


def main_numbers(table: pd.DataFrame, others: Sequence[str]) -> list[str]:
    """Return the first columns of numbers that are defined in some run.

    Parameters
    ----------
    table : DataFrame
        One row a run.
    others : sequence of str
        Columns that are no results.
    """
    numeric = table.select_dtypes(["number"])
    names = [str(name) for name in numeric if numeric[name].notna().any()]
    return [name for name in names if name not in {*others, *ACCOUNT}][:MOST_NUMBERS]


def sweep_figure(table: pd.DataFrame, varied: dict[str, str], numbers: Sequence[str]) -> Figure:
    """Draw every number over the first parameter: each run, and mean and standard deviation over the seeds.

    To be called, and the figure to be saved, within `cortexnet.analysis.figure_style.publication_style`.

    Parameters
    ----------
    table : DataFrame
        One row a run.
    varied : dict
        Columns of what varies, and their unit; every combination of the values of the others than the first
        has a line of its own.
    numbers : sequence of str
        Columns of what is drawn, a panel each.
    """
    from matplotlib.figure import Figure

    columns = min(3, max(1, len(numbers)))
    rows = -(-max(1, len(numbers)) // columns)
    size = (columns * _PANEL_WIDTH * CENTIMETRE, rows * _PANEL_HEIGHT * CENTIMETRE)
    figure = Figure(figsize=size, layout="constrained")
    panels = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for panel in panels[max(1, len(numbers)) :]:
        panel.remove()
    if not numbers:
        say_instead(panels[0], "no run has finished")
        return figure
    first, *others = varied
    for panel, number in zip(panels, numbers, strict=False):
        for colour, (label, lines) in zip(_COLOURS * len(table), _lines(table, others), strict=False):
            _draw_line(panel, lines, first, number, colour if others else NEUTRAL, label)
        unit = varied[first]
        panel.set(xlabel=readable(first) + (f" ({unit})" if unit else ""), ylabel=_label(number))
    if others:
        panels[0].legend(title=", ".join(map(readable, others)))
    letter_panels(panels[: len(numbers)])
    return figure


def _label(number: str) -> str:
    """Words for a number of the summary, with its unit, in lines that fit beside a panel."""
    name, _, unit = number.rpartition("_")
    words = f"{readable(name)} ({_UNITS[unit]})" if unit in _UNITS else readable(number)
    return textwrap.fill(words, _LABEL_WIDTH)


def _lines(table: pd.DataFrame, others: Sequence[str]) -> list[tuple[str, pd.DataFrame]]:
    """Rows of each combination of the other parameters, with its label."""
    if not others:
        return [("", table)]
    return [
        (", ".join(f"{value:.4g}" if isinstance(value, float) else str(value) for value in values), rows)
        for values, rows in table.groupby(list(others), sort=False)
    ]


def _draw_line(panel: Axes, rows: pd.DataFrame, first: str, number: str, colour: str, label: str) -> None:
    """Draw the runs as points, and their mean and standard deviation at each value."""
    defined = rows[rows[number].notna()]
    is_number = pd.api.types.is_numeric_dtype(rows[first])
    where = defined[first].astype(float if is_number else str).to_numpy()
    what = defined[number].astype(float).to_numpy()
    panel.plot(where, what, "_", color=colour, alpha=0.6, markersize=6)
    values = list(dict.fromkeys(np.sort(where) if is_number else where))
    means = [what[where == value].mean() for value in values]
    spreads = [what[where == value].std(ddof=1) if np.sum(where == value) > 1 else 0.0 for value in values]
    style = "o-" if is_number else "o"
    panel.errorbar(
        values,
        means,
        spreads,
        fmt=style,
        color=colour,
        label=label,
        markersize=3.5,
        linewidth=1,
        elinewidth=0.7,
    )

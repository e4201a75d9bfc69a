"""Figures of the experiments with single cells and with strong synapses: each draws one tidy table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cortexnet.analysis.figure_style import (
    CENTIMETRE,
    NEUTRAL,
    colour_of,
    letter_panels,
    publication_style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 18 * CENTIMETRE, 7 * CENTIMETRE
_OF_RANK = {1: ("strongest", "#7A3300", "o"), 2: ("2nd", "#D55E00", "s"), 3: ("3rd", "#F0A050", "^")}
_OF_SURROGATE = {
    "links_rewired": ("#0072B2", "s"),
    "spikes_dithered": ("#009E73", "^"),
    "trains_shifted": (NEUTRAL, "D"),
}


def draw_signal_transmission(table: pd.DataFrame, path: Path) -> None:
    """Draw correlation and answers against the mean potential, a line a rank, and the rate of the cells.

    Parameters
    ----------
    table : DataFrame
        Of the experiment ``signal_transmission``.
    path : Path
        The file to write; its suffix says in which format.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MultipleLocator

    spontaneous = table.loc[table["current_mv_per_ms"] == 0, "membrane_potential_mv"].iloc[0]
    of_window = {int(str(window)): rows for window, rows in table.groupby("window_ms")}
    shortest, longest = min(of_window), max(of_window)
    with publication_style():
        figure = Figure(figsize=(_WIDTH, 1.8 * _HEIGHT), layout="constrained")
        panels = figure.subplots(2, 2, sharex=True).ravel()
        panels[1].sharey(panels[0])
        for panel, window in zip(panels, (shortest, longest), strict=False):
            _draw_ranks(panel, of_window[window], "excess_correlation")
            panel.set(title=f"Correlation, answers within {window} ms", ylabel="C.C. above chance")
        _draw_ranks(panels[2], of_window[shortest], "excess_probability")
        for panel in panels[:3]:
            panel.set_ylim(bottom=0)
        panels[2].set(title=f"Answered inputs, within {shortest} ms", ylabel="P(out | in) above chance")
        panels[0].legend(title="synapse", loc="upper left", alignment="left")
        _draw_rate(panels[3], of_window[shortest][of_window[shortest]["rank"] == 1])
        for panel in panels:
            panel.xaxis.set_major_locator(MultipleLocator(5))
            panel.axvline(spontaneous, color=NEUTRAL, lw=0.8, ls=(0, (2, 2)), zorder=0)
        for panel in panels[2:]:
            panel.set_xlabel("Mean membrane potential (mV)")
        panels[3].annotate(
            "no\ncurrent",
            (spontaneous, 0.02),
            xycoords=("data", "axes fraction"),
            xytext=(-3, 0),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=7,
            color=NEUTRAL,
        )
        letter_panels(panels)
        figure.savefig(path)


def draw_weak_synapses_removed(table: pd.DataFrame, path: Path) -> None:
    """Draw mean and SD of the potential and the rate against the smallest EPSP that a cell keeps.

    Parameters
    ----------
    table : DataFrame
        Of the experiment ``weak_synapses_removed``.
    path : Path
        The file to write; its suffix says in which format.
    """
    from matplotlib.figure import Figure

    names = {"mean": "Mean", "sd": "Standard deviation"}
    with publication_style():
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        panels = figure.subplots(1, 3)
        for panel, (name, label) in zip(panels, names.items(), strict=False):
            _draw_measured(panel, table, f"membrane_potential_{name}_mv")
            panel.plot(
                table["smallest_epsp_mv"],
                table[f"free_potential_{name}_mv"],
                color=NEUTRAL,
                ls=(0, (4, 1.5)),
                lw=1,
                label="free potential, theory",
            )
            panel.set(ylabel="Membrane potential (mV)", title=label)
        panels[1].set_ylim(0, None)
        panels[0].legend(loc="upper right")
        _draw_measured(panels[2], table, "rate_hz")
        panels[2].set(ylabel="Rate (Hz)", title="Firing")
        _scale_by_decades(panels[2], table["rate_hz"])
        for panel in panels:
            panel.set_xlabel("Smallest EPSP that is left (mV)")
        letter_panels(panels)
        figure.savefig(path)


def draw_spike_sequences(table: pd.DataFrame, path: Path) -> None:
    """Draw sequences, and the spikes and cells at their ends, against length, beside the surrogates.

    Parameters
    ----------
    table : DataFrame
        Of the experiment ``spike_sequences``.
    path : Path
        The file to write; its suffix says in which format.
    """
    from matplotlib.figure import Figure

    titles = {
        "sequences": "Sequences of this length",
        "spikes": "Spikes that end one",
        "cells": "Cells that end one",
    }
    with publication_style():
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        panels = figure.subplots(1, 3)
        for panel, (quantity, title) in zip(panels, titles.items(), strict=True):
            _draw_lengths(panel, table[table["quantity"] == quantity])
            panel.set(title=title, xlabel="Spikes in the sequence", ylabel="Number")
        panels[0].legend(loc="upper right", bbox_to_anchor=(1, 0.9))
        letter_panels(panels)
        figure.savefig(path)


def _draw_ranks(ax: Axes, table: pd.DataFrame, quantity: str) -> None:
    for rank, rows in table.groupby("rank"):
        label, colour, marker = _OF_RANK[int(str(rank))]
        names = ("membrane_potential_mv", quantity, f"{quantity}_error")
        _draw_line(ax, rows, names, colour, marker, label)


def _draw_rate(ax: Axes, rows: pd.DataFrame) -> None:
    names = ("membrane_potential_mv", "rate_hz", "rate_error_hz")
    _draw_line(ax, rows, names, colour_of("simulation"), "o")
    ax.set(title="Firing", ylabel="Rate (Hz)")
    _scale_by_decades(ax, rows["rate_hz"])


def _draw_measured(ax: Axes, table: pd.DataFrame, quantity: str) -> None:
    names = ("smallest_epsp_mv", quantity, f"{quantity}_error")
    _draw_line(ax, table, names, colour_of("excitatory"), "o", "cells of the network")


def _draw_lengths(ax: Axes, rows: pd.DataFrame) -> None:
    for name, of_surrogate in rows.groupby("surrogate", sort=False):
        colour, marker = _OF_SURROGATE[str(name)]
        names = ("length", "surrogate_mean", "surrogate_sd")
        reached = of_surrogate[of_surrogate["surrogate_mean"] > 0]
        _draw_line(ax, reached, names, colour, marker, str(name).replace("_", " "))
    of_network = rows[rows["surrogate"] == rows["surrogate"].iloc[0]]
    _draw_line(ax, of_network, ("length", "observed", None), colour_of("excitatory"), "o", "network")
    if (rows["observed"] > 0).any():
        ax.set_yscale("log")
        ax.set_ylim(bottom=0.5)
    ax.set_xticks(range(0, int(rows["length"].max()) + 1, 5))


def _scale_by_decades(ax: Axes, values: pd.Series[float]) -> None:
    """Let the vertical axis be logarithmic, unless nothing fired."""
    if (values > 0).any():
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter("{x:g}")


def _draw_line(
    ax: Axes,
    rows: pd.DataFrame,
    names: tuple[str, str, str | None],
    colour: str,
    marker: str,
    label: str | None = None,
) -> None:
    """Draw a column against another with its errors; `names` are those of x, y and the error."""
    x, y, error = names
    ax.errorbar(
        rows[x],
        rows[y],
        yerr=None if error is None else rows[error],
        color=colour,
        marker=marker,
        ms=3.5,
        lw=1.1,
        elinewidth=0.8,
        label=label,
    )

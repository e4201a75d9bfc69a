"""The figure of ``benchmarks.synaptic_boltzmann``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.runs import FIGURES
from cortexnet.analysis.boltzmann.replica import critical_load, overlap
from cortexnet.analysis.figure_style import CENTIMETRE, NEUTRAL, letter_panels, publication_style
from cortexnet.models.synaptic_boltzmann.figures import SHADES, draw_activation, draw_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OF_SIZE = {100: ("#9ECAE1", "o"), 200: ("#4292C6", "s"), 400: ("#08306B", "^")}
TICKS = (0.25, 0.5, 1, 2, 4, 8)
OF_MACHINE = {"four parallel": ("#0072B2", "o"), "always on": ("#D55E00", "s")}


def draw(tables: Mapping[str, pd.DataFrame]) -> None:
    """Draw roles of synapses, overlaps with planted ones, and spiking cells, a row each."""
    from matplotlib.figure import Figure

    FIGURES.mkdir(exist_ok=True)
    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 18.5 * CENTIMETRE), layout="constrained")
        panels = figure.subplots(3, 2)
        _draw_flow(panels[0, 0], tables["roles"])
        _draw_pruning(panels[0, 1], tables["learning"])
        for panel, (strength, rows) in zip(panels[1], tables["overlap"].groupby("strength"), strict=True):
            _draw_overlap(panel, rows, float(str(strength)))
        panels[1, 0].legend(loc="upper left")
        draw_activation(panels[2, 0], tables["activation"])
        draw_rates(panels[2, 1], tables["rates"][tables["rates"]["removed_share"] == 0])
        letter_panels(panels.ravel())
        figure.savefig(FIGURES / "synaptic_boltzmann.png")


def _draw_flow(ax: Axes, flow: pd.DataFrame) -> None:
    for (_, rows), shade in zip(flow.groupby("synapse"), SHADES, strict=True):
        ax.plot(rows["time"], rows["weight"], color=shade)
        end = rows.iloc[-1]
        ax.annotate(
            f"P(on) = {end['on_probability']:.2f}",
            (end["time"], end["weight"]),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=shade,
            fontsize=7.5,
        )
    ax.set(
        xscale="log",
        xlim=(0.5, 3000),
        ylim=(0, None),
        title="Parallel synapses take roles",
        xlabel="Learning time",
        ylabel="Weight",
    )
    ax.set_xticks([1, 10, 100], ["1", "10", "100"])


def _draw_pruning(ax: Axes, learning: pd.DataFrame) -> None:
    for name, (colour, marker) in OF_MACHINE.items():
        rows = learning[learning["machine"] == name].groupby("removed_share")
        for column, style, label in (
            ("log_likelihood_test", (0, (3, 1.5)), f"{name}"),
            ("log_likelihood_test_relearned", "-", f"{name}, relearned"),
        ):
            ax.errorbar(
                rows[column].mean().index * 100,
                rows[column].mean(),
                yerr=rows[column].sem(),
                color=colour,
                marker=marker,
                ms=3.5,
                lw=1.1,
                ls=style,
                label=label,
            )
    ax.set(
        title="Digits: weakest synapses pruned",
        xlabel="Synapses removed (%)",
        ylabel="Log-likelihood per test image",
        ylim=(-45, None),
    )
    ax.legend(loc="lower left")


def _draw_overlap(ax: Axes, rows: pd.DataFrame, strength: float) -> None:
    loads = np.geomspace(0.2, 10, 120)
    curve = [overlap(load * critical_load(strength), strength) for load in loads]
    ax.plot(loads, curve, color="black", lw=1.4, label="theory, N → ∞")
    for size, of_size in rows.groupby("n_synapses"):
        colour, marker = OF_SIZE[int(str(size))]
        below = loads[loads < 0.85]
        ax.plot(below, (int(str(size)) * (1 - below)) ** -0.5, color=colour, lw=0.9, ls=(0, (3, 1.5)))
        ax.errorbar(
            of_size["relative_load"],
            of_size["overlap_rms"],
            yerr=of_size["overlap_rms_error"],
            color=colour,
            marker=marker,
            ms=3.8,
            ls="none",
            elinewidth=0.9,
            label=f"N = {size}",
        )
    ax.axvline(1, color=NEUTRAL, lw=0.7, ls=(0, (1, 2)), zorder=0)
    ax.set(
        xscale="log",
        ylim=(0, 1),
        title=rf"Planted synapses found, $\beta$ = {strength:g}",
        xlabel=r"Data, $\alpha/\alpha_c$",
        ylabel="Root mean square overlap",
    )
    ax.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    ax.set_xticks([], minor=True)

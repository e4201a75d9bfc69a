"""Figures of the experiments: each draws tidy tables beside their theory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cortexnet.analysis.figure_style import CENTIMETRE, NEUTRAL, letter_panels, publication_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 18 * CENTIMETRE, 7.2 * CENTIMETRE
#: Simulation, theory, a second theory; and a sequence of shades from dark to light for ranks and shares.
SIMULATED, EXACT, LIMIT = "#0072B2", "#000000", "#D55E00"
SHADES = ("#08306B", "#2171B5", "#6BAED6", "#B0CFE6")


def draw_joint_machine(cells: pd.DataFrame, synapses: pd.DataFrame, path: Path) -> None:
    """Draw simulated against exact probabilities, of states of the cells and of the synapses.

    Parameters
    ----------
    cells, synapses : DataFrame
        Of the experiment ``joint_machine``.
    path : Path
        The file to write; its suffix says in which format.
    """
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        panels = figure.subplots(1, 2, width_ratios=(1.5, 1))
        ranked = cells.sort_values("exact", ascending=False, ignore_index=True)
        panels[0].plot(ranked.index, ranked["exact"], "_", color=EXACT, ms=6.5, mew=1.2, label="exact")
        _draw_points(panels[0], ranked.index, ranked, "spiking network")
        panels[0].set(
            title="Law of the cells", xlabel="States of all cells, most probable first", ylabel="Probability"
        )
        panels[0].set_yscale("log")
        panels[0].legend()
        panels[1].plot([0, 1], [0, 1], color=NEUTRAL, lw=0.8)
        _draw_points(panels[1], synapses["exact"], synapses)
        panels[1].set(
            title="Synapses", xlabel="P(on), exact", ylabel="P(on), simulated", xlim=(0, 1), ylim=(0, 1)
        )
        letter_panels(panels)
        figure.savefig(path)


def draw_synaptic_posterior(
    trace: pd.DataFrame, theory: pd.DataFrame, numbers: Mapping[str, float], path: Path
) -> None:
    """Draw the overlap over time, and its root mean square within the theory's curve.

    Parameters
    ----------
    trace : DataFrame
        ``time_s`` and ``overlap``.
    theory : DataFrame
        ``relative_load``, ``overlap``, and ``rms_below`` of this number of synapses.
    numbers : mapping
        Of the experiment ``synaptic_posterior``.
    path : Path
        The file to write; its suffix says in which format.
    """
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        panels = figure.subplots(1, 2, width_ratios=(1.5, 1))
        panels[0].plot(trace["time_s"], trace["overlap"].abs(), color=SIMULATED, lw=0.5, alpha=0.7)
        panels[0].axhline(numbers["overlap_theory"], color=EXACT, lw=1.2, ls=(0, (4, 1.5)))
        panels[0].set(
            title="Overlap with the planted synapses", xlabel="Time (s)", ylabel="|overlap|", ylim=(0, 1)
        )
        draw_overlap_theory(panels[1], theory)
        panels[1].errorbar(
            numbers["relative_load"],
            numbers["overlap_rms"],
            yerr=numbers["overlap_rms_error"],
            color=SIMULATED,
            marker="o",
            ms=5,
            ls="none",
            label="network",
        )
        panels[1].set(title="Against the number of data", ylabel="Root mean square overlap")
        panels[1].legend(loc="upper left")
        letter_panels(panels)
        figure.savefig(path)


def draw_overlap_theory(ax: Axes, theory: pd.DataFrame) -> None:
    """Draw the overlap for infinitely many synapses, and what finitely many have below threshold."""
    ax.plot(theory["relative_load"], theory["overlap"], color=EXACT, lw=1.4, label="theory, N → ∞")
    below = theory[theory["relative_load"] < 0.9]
    ax.plot(
        below["relative_load"], below["rms_below"], color=NEUTRAL, lw=1, ls=(0, (3, 1.5)), label="finite N"
    )
    ax.axvline(1, color=NEUTRAL, lw=0.6, ls=(0, (1, 2)))
    ax.set(xscale="log", xlabel=r"Data, $\alpha/\alpha_c$", ylim=(0, 1))
    ax.xaxis.set_major_formatter("{x:g}")


def draw_sampling_machine(activation: pd.DataFrame, rates: pd.DataFrame, path: Path) -> None:
    """Draw the answers to volleys, the rates, and the rates without the weakest synapses, against the bias.

    Parameters
    ----------
    activation, rates : DataFrame
        Of the experiment ``sampling_machine``.
    path : Path
        The file to write; its suffix says in which format.
    """
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        panels = figure.subplots(1, 3)
        draw_activation(panels[0], activation)
        draw_rates(panels[1], rates[rates["removed_share"] == 0])
        draw_pruning(panels[2], rates)
        letter_panels(panels)
        figure.savefig(path)


def draw_activation(ax: Axes, activation: pd.DataFrame) -> None:
    """Draw the probability to answer a volley against the bias."""
    bias = activation["bias_mv"]
    ax.plot(bias, activation["gaussian"], color=LIMIT, lw=1.2, ls=(0, (4, 1.5)), label="Gaussian limit")
    ax.plot(bias, activation["exact"], color=EXACT, lw=1, label="all masks")
    _draw_points(ax, bias, activation, "spiking cells")
    ax.set(
        title="Answers to volleys", xlabel="Bias (mV)", ylabel="Probability of a spike", ylim=(-0.03, 1.03)
    )
    ax.legend(loc="upper left")


def draw_rates(ax: Axes, rates: pd.DataFrame) -> None:
    """Draw rates with failing synapses, exactly and in the limit of white noise."""
    bias = rates["bias_mv"]
    ax.plot(bias, rates["gaussian_hz"], color=LIMIT, lw=1.2, ls=(0, (4, 1.5)), label="white-noise limit")
    ax.plot(bias, rates["exact_hz"], color=EXACT, lw=1, label="theory of jumps")
    _draw_rate(ax, rates, SIMULATED, "o", "spiking cells")
    ax.set(title="Rates under Poisson input", xlabel="Bias (mV)", ylabel="Rate (Hz)", ylim=(0, None))
    ax.legend(loc="upper left")


def draw_pruning(ax: Axes, rates: pd.DataFrame) -> None:
    """Draw rates for each share of the weakest synapses that is removed, with the theory of each."""
    for (share, rows), shade in zip(rates.groupby("removed_share"), SHADES, strict=False):
        ax.plot(rows["bias_mv"], rows["exact_hz"], color=shade, lw=1)
        _draw_rate(ax, rows, shade, "o", f"{float(str(share)):.0%}")
    ax.set(title="Weakest synapses removed", xlabel="Bias (mV)", ylabel="Rate (Hz)", ylim=(0, None))
    ax.legend(loc="upper left", title="removed", alignment="left")


def _draw_rate(ax: Axes, rows: pd.DataFrame, colour: str, marker: str, label: str) -> None:
    ax.errorbar(
        rows["bias_mv"],
        rows["rate_hz"],
        yerr=rows["error_hz"],
        color=colour,
        marker=marker,
        ms=3.2,
        ls="none",
        elinewidth=0.8,
        label=label,
    )


def _draw_points(
    ax: Axes, x: pd.Index | pd.Series[float], table: pd.DataFrame, label: str | None = None
) -> None:
    """Draw ``simulated`` with two standard errors."""
    ax.errorbar(
        np.asarray(x),
        table["simulated"],
        yerr=2 * table["error"],
        color=SIMULATED,
        marker="o",
        ms=3.2,
        ls="none",
        elinewidth=0.9,
        label=label,
    )

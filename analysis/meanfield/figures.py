"""Figures of the theories: where each is self-consistent, and how it depends on a border that it draws."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cortexnet.analysis.figure_style import (
    CENTIMETRE,
    LINE_STYLES,
    NEUTRAL,
    colour_of,
    letter_panels,
    readable,
)
from cortexnet.analysis.meanfield.nullcline import Nullcline
from cortexnet.analysis.meanfield.predict import METHODS, predict, theory_of
from cortexnet.analysis.meanfield.strong_sparse import DEFAULT_CUT
from cortexnet.parameters import ParameterSet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_CM = (18.0, 7.5)
RATES_SHOWN = (0.1, 30.0)


def theory_figure(
    parameters: ParameterSet, scan: pd.DataFrame, simulated: tuple[float, float] | None = None
) -> Figure:
    """Show the states of all theories, and the dependence on the border between weak and strong synapses.

    To be called, and the figure to be saved, within `cortexnet.analysis.figure_style.publication_style`.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    scan : DataFrame
        As `cut_scan` gives it.
    simulated : pair of float, optional
        Range of the excitatory rate in simulations, Hz.
    """
    from matplotlib.figure import Figure

    width, height = SIZE_CM
    figure = Figure(figsize=(width * CENTIMETRE, height * CENTIMETRE), layout="constrained")
    states, dependence = figure.subplots(1, 2)
    draw_self_consistency(states, parameters)
    draw_cut_dependence(dependence, scan, simulated)
    letter_panels((states, dependence))
    return figure


def draw_self_consistency(
    ax: Axes, parameters: ParameterSet, methods: Iterable[str] = tuple(METHODS)
) -> None:
    """Draw output against input rate of excitatory cells while the inhibitory ones are self-consistent.

    States are where a curve meets the diagonal: stable ones are filled, unstable ones open.
    """
    for method in methods:
        theory = theory_of(parameters, method)
        states = predict(parameters, [method])  # a sampled theory is known once its states are
        colour, line_style = colour_of(method), LINE_STYLES.get(method, "-")
        for curve in Nullcline.trace(theory.inhibitory_rate, theory.largest_rate):
            excitatory, inhibitory = curve.rates()
            output = np.maximum(theory.excitatory_rate(excitatory, inhibitory), RATES_SHOWN[0] / 10)
            ax.plot(excitatory, output, color=colour, linestyle=line_style, label=readable(method))
        _draw_states(ax, states, "rate_excitatory_hz")
    ax.plot(RATES_SHOWN, RATES_SHOWN, color=NEUTRAL, linewidth=0.8)
    ax.set(
        xscale="log",
        yscale="log",
        xlim=RATES_SHOWN,
        ylim=RATES_SHOWN,
        xlabel="Input rate of excitatory cells (Hz)",
        ylabel="Output rate (Hz)",
        title="Self-consistency",
    )
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.legend(loc="upper left")


def draw_cut_dependence(ax: Axes, scan: pd.DataFrame, simulated: tuple[float, float] | None = None) -> None:
    """Draw the states of the strong-sparse theories against the border between weak and strong synapses."""
    if simulated is not None:
        ax.axhspan(*simulated, color=colour_of("simulation"), alpha=0.25, linewidth=0, label="Simulation")
    for method, states in scan.groupby("method"):
        low = states[states["branch"] == "low"].sort_values("cut_mv")
        ax.plot(
            low["cut_mv"],
            low["rate_excitatory_hz"],
            color=colour_of(str(method)),
            linestyle=LINE_STYLES.get(str(method), "-"),
            label=readable(str(method)),
        )
        _draw_states(ax, states, "cut_mv")
    ax.axvline(
        1e3 * DEFAULT_CUT, color=NEUTRAL, linewidth=0.8, linestyle=":", label="Default of strong sparse"
    )
    ax.set(
        yscale="log",
        ylim=(RATES_SHOWN[0], RATES_SHOWN[1]),
        xlabel="Smallest EPSP that counts as strong (mV)",
        ylabel="Rate of excitatory cells (Hz)",
        title="Dependence on the border",
    )
    ax.yaxis.set_major_formatter("{x:g}")
    ax.legend(loc="upper right")


def _draw_states(ax: Axes, states: pd.DataFrame, abscissa: str) -> None:
    """Mark states, stable ones filled, unstable ones open."""
    for (method, stable), group in states.groupby(["method", "stable"]):
        colour = colour_of(str(method))
        ax.plot(
            group[abscissa],
            group["rate_excitatory_hz"],
            linestyle="none",
            marker="o",
            markersize=4,
            markeredgecolor=colour,
            markerfacecolor=colour if stable else "white",
            zorder=3,
        )

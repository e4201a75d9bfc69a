"""Figure of the plane of the two rates: nullclines, states; what separates states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cortexnet.analysis.figure_style import NEUTRAL, colour_of
from cortexnet.analysis.meanfield.fixed_points import FixedPoint
from cortexnet.analysis.meanfield.nullcline import Nullcline
from cortexnet.analysis.meanfield.phase_plane import PhasePlane
from cortexnet.analysis.meanfield.predict import theory_of
from cortexnet.analysis.meanfield.strong_sparse import DEFAULT_CUT
from cortexnet.analysis.meanfield.theory import MeanFieldTheory
from cortexnet.analysis.meanfield.theory_panels import shared_legend, theory_panels
from cortexnet.parameters import ParameterSet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The part of the plane that is shown: below which rate its scale is linear, and the largest rates, Hz.
SMALLEST_RATE, LARGEST_EXCITATORY, LARGEST_INHIBITORY = 0.1, 30.0, 200.0
TICKS = (0, 0.1, 0.3, 1, 3, 10, 30, 100)
ARROWS = 17


def phase_plane_figure(parameters: ParameterSet, methods: Sequence[str], cut: float = DEFAULT_CUT) -> Figure:
    """Show nullclines, states, flow and the separatrices of theories, a panel each.

    To be called, and the figure to be saved, within `cortexnet.analysis.figure_style.publication_style`.
    """
    figure, axes = theory_panels(methods)
    for ax, method in zip(axes, methods, strict=True):
        draw_phase_plane(ax, theory_of(parameters, method, cut))
    shared_legend(figure, axes)
    return figure


def draw_phase_plane(ax: Axes, theory: MeanFieldTheory) -> None:
    """Draw the plane of one theory; stable states are filled, unstable ones open."""
    plane = PhasePlane(theory, SMALLEST_RATE, LARGEST_EXCITATORY, LARGEST_INHIBITORY)
    for set_scale in (ax.set_xscale, ax.set_yscale):
        set_scale(
            "function",
            functions=(
                lambda r: np.log1p(np.maximum(r, -0.09) / SMALLEST_RATE),
                lambda u: SMALLEST_RATE * np.expm1(u),
            ),
        )
    ax.quiver(*plane.flow(ARROWS), color=NEUTRAL, alpha=0.5, scale=30, width=0.003, pivot="mid")
    for excitatory, inhibitory in plane.excitatory_nullcline():
        ax.plot(excitatory, inhibitory, color=colour_of("excitatory"), label="E self-consistent")
    for piece in Nullcline.trace(theory.inhibitory_rate, theory.largest_rate):
        ax.plot(*piece.rates(), color=colour_of("inhibitory"), label="I self-consistent")
    states = theory.states()
    for saddle in (state for state in states if state.branch == "unstable"):
        for half in plane.separatrix(saddle):
            ax.plot(*half, color="black", linewidth=1, linestyle="--", label="Separatrix")
    for state in states:
        if state.rate_excitatory <= LARGEST_EXCITATORY and state.rate_inhibitory <= LARGEST_INHIBITORY:
            _mark(ax, state)
    ax.set(
        xlim=(-0.03, LARGEST_EXCITATORY),
        ylim=(-0.03, LARGEST_INHIBITORY),
        xticks=[tick for tick in TICKS if tick <= LARGEST_EXCITATORY],
        yticks=[tick for tick in TICKS if tick <= LARGEST_INHIBITORY],
        xlabel="Rate of excitatory cells (Hz)",
        ylabel="Rate of inhibitory cells (Hz)",
    )
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")


def _mark(ax: Axes, state: FixedPoint) -> None:
    ax.plot(
        state.rate_excitatory,
        state.rate_inhibitory,
        "o",
        markersize=5,
        markeredgecolor="black",
        markerfacecolor="black" if state.stable else "white",
        zorder=4,
        label="Stable state" if state.stable else "Unstable state",
    )

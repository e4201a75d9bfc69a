"""Figure of one run: accuracy and weights while the network learns and after its release."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cortexnet.analysis.figure_style import CENTIMETRE, letter_panels, publication_style
from cortexnet.models.forgetting.half_times import CHANCE
from cortexnet.models.forgetting.theory import forgotten_weight_sd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cortexnet.models.forgetting.parameters import Parameters

COLOURS = {"learning": "#0072B2", "forgetting": "#D55E00"}


def draw_course(course: pd.DataFrame, times: Mapping[str, float], parameters: Parameters, path: Path) -> None:
    """Draw accuracy and weights over sweeps.

    Parameters
    ----------
    course : DataFrame
        ``phase sweep accuracy weight_sd``.
    times : mapping
        Of `cortexnet.models.forgetting.half_times.half_times`.
    parameters : Parameters
        Of network and experiment.
    path : Path
        The file to write; its suffix says in which format.
    """
    with publication_style():
        figure = _figure(18)
        accuracy, weights = figure.subplots(1, 2)
        _draw_accuracy(accuracy, course, times)
        _draw_phases(weights, course, "weight_sd")
        weights.set(title="Weights from inputs to hidden cells", ylabel="Root mean square")
        prior = forgotten_weight_sd(parameters.synapses_per_connection, parameters.amplitude)
        weights.axhline(prior, color="0.6", lw=0.7, ls="--", label="Prior")
        weights.set_ylim(bottom=0)
        weights.legend(loc="lower left")
        letter_panels([accuracy, weights])
        figure.savefig(path)


def draw_accuracy(course: pd.DataFrame, times: Mapping[str, float], path: Path) -> None:
    """Draw the accuracy alone; see `draw_course`."""
    with publication_style():
        figure = _figure(9)
        _draw_accuracy(figure.subplots(), course, times)
        figure.savefig(path)


def _figure(width: float) -> Figure:
    """Make an empty figure of a width in centimetres."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width * CENTIMETRE, 7.5 * CENTIMETRE), layout="constrained")


def _draw_accuracy(ax: Axes, course: pd.DataFrame, times: Mapping[str, float]) -> None:
    """Draw the accuracy of both phases, their half-times and chance."""
    _draw_phases(ax, course, "accuracy")
    for phase, name in (("learning", "acquisition_sweeps"), ("forgetting", "forgetting_sweeps")):
        ax.axvline(times[name], color=COLOURS[phase], lw=0.8, ls=":")
    ax.axhline(CHANCE, color="0.6", lw=0.7, ls="--")
    ax.set(title="Test accuracy, dotted: half-times", ylabel="Accuracy", ylim=(0, 1))
    ax.legend(loc="center left")


def _draw_phases(ax: Axes, course: pd.DataFrame, column: str) -> None:
    """Draw both phases over their own sweeps, on one logarithmic axis."""
    for phase, colour in COLOURS.items():
        rows = course[(course["phase"] == phase) & (course["sweep"] > 0)]
        ax.plot(rows["sweep"], rows[column], color=colour, label=phase.capitalize())
    ax.set(xscale="log", xlabel="Sweeps from the start of the phase")

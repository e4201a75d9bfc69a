"""Figure of one run: the three drawings, a stretch of the readout with its percepts, and the dwell times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.dwell_times.figures import PERCEPT_COLOURS, draw_dwell_times, draw_percepts
from cortexnet.analysis.dwell_times.fits import Durations, fit_all
from cortexnet.analysis.figure_style import CENTIMETRE, letter_panels, publication_style, say_instead
from cortexnet.models.perceptual_alternation.stimuli import LOWER_FRONT, READINGS, UPPER_FRONT, Cube

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cortexnet.models.perceptual_alternation.parameters import Parameters

#: Bins of the trace that are drawn, and dwells without which no histogram is.
SHOWN_BINS = 1500
FEWEST_DWELLS = 20
PERCEPT_OF = {"high": READINGS[LOWER_FRONT], "low": READINGS[UPPER_FRONT]}


def draw_alternation(
    parameters: Parameters, traces: NDArray[np.float64], dwells: pd.DataFrame, path: Path
) -> None:
    """Draw stimuli, a trace and the dwell times of both percepts.

    Parameters
    ----------
    parameters : Parameters
        Of network and experiment.
    traces : ndarray, shape (copies, bins)
        Of `cortexnet.models.perceptual_alternation.viewing.view`.
    dwells : DataFrame
        Of `cortexnet.analysis.dwell_times.percepts.dwell_times`.
    path : Path
        The file to write; its suffix says in which format.
    """
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 14 * CENTIMETRE), layout="constrained")
        (above,), (below,) = figure.subfigures(2, 1, squeeze=False, height_ratios=(1, 1.6))
        drawings = above.subplots(1, 3).tolist()
        draw_stimuli(
            drawings, Cube(parameters.image_size, parameters.line_width, parameters.hidden_brightness)
        )
        panels = below.subplot_mosaic([["trace", "trace"], ["high", "low"]], height_ratios=(1, 1.4))
        threshold = parameters.percept_threshold
        draw_percepts(panels["trace"], traces[0, :SHOWN_BINS], low=-threshold, high=threshold)
        panels["trace"].set(
            title="Readout and percepts", xlabel="Time (bins)", ylabel="Readout", ylim=(-1, 1)
        )
        for percept in ("high", "low"):
            _draw_percept(panels[percept], dwells, percept)
        letter_panels([*drawings, panels["trace"], panels["high"], panels["low"]])
        figure.savefig(path)


def draw_stimuli(axes: Sequence[Axes], cube: Cube) -> None:
    """Draw the ambiguous cube between its two readings."""
    images = {
        READINGS[LOWER_FRONT]: (cube.unambiguous(LOWER_FRONT), PERCEPT_COLOURS["high"]),
        "ambiguous": (cube.ambiguous(), "black"),
        READINGS[UPPER_FRONT]: (cube.unambiguous(UPPER_FRONT), PERCEPT_COLOURS["low"]),
    }
    for ax, (name, (image, colour)) in zip(axes, images.items(), strict=True):
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(name.capitalize(), color=colour)
        ax.set(xticks=[], yticks=[])


def _draw_percept(ax: Axes, dwells: pd.DataFrame, percept: str) -> None:
    """Draw the dwell times of a percept with all fits, or say that there are too few."""
    ax.set(title=PERCEPT_OF[percept].capitalize(), xlabel="Dwell time (bins)")
    began = dwells[(dwells["percept"] == percept) & dwells["began"]]
    if began["ended"].sum() < FEWEST_DWELLS:
        say_instead(ax, f"{began['ended'].sum()} whole dwells")
        return
    fits = fit_all(Durations.of(began["duration"], began["ended"], resolution=1.0))
    draw_dwell_times(ax, dwells, fits, percept=percept)

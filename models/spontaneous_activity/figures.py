"""Figures of a run: by itself, and beside the paper and the theories."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cortexnet.analysis.figure_style import CENTIMETRE, colour_of, letter_panels, publication_style
from cortexnet.analysis.figures import (
    Density,
    comparison_figure,
    draw_potentials,
    draw_raster,
    draw_rate_distributions,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cortexnet.recording import Recording

_BINS_IN_FIGURE = 5  # of 10 ms


def draw_run(recording: Recording, path: Path) -> None:
    """Draw spikes, rates over time, rate distributions and membrane potentials of a run.

    Parameters
    ----------
    recording : Recording
        The run.
    path : Path
        The file to write; its suffix says in which format.
    """
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 13 * CENTIMETRE), layout="constrained")
        panels = figure.subplots(2, 2).ravel()
        draw_raster(panels[0], recording)
        _draw_population_rates(panels[1], recording)
        draw_rate_distributions(panels[2], recording)
        draw_potentials(panels[3], recording, {})
        letter_panels(panels)
        figure.savefig(path)


def draw_comparison(
    recording: Recording,
    comparison: pd.DataFrame,
    densities: Mapping[str, Mapping[str, Density]],
    path: Path,
) -> None:
    """Draw a run beside the paper and the theories.

    Parameters
    ----------
    recording : Recording
        The run.
    comparison : DataFrame
        Of `cortexnet.models.spontaneous_activity.experiment.compare`.
    densities : mapping
        Predicted densities of the membrane potential: theory -> population -> (mV, density per mV).
    path : Path
        The file to write; its suffix says in which format.
    """
    with publication_style():
        comparison_figure(recording, comparison, densities).savefig(path)


def _draw_population_rates(axes: Axes, recording: Recording) -> None:
    """Draw the rate of each population over the whole run, kick and warm-up included."""
    rates = recording.rates
    for population in recording.sizes:
        of_population = rates[rates["population"] == population]
        groups = of_population.groupby(
            of_population.reset_index(drop=True).index.to_numpy() // _BINS_IN_FIGURE
        )
        means = groups[["time_s", "rate_hz"]].agg({"time_s": "first", "rate_hz": "mean"})
        axes.plot(means["time_s"], means["rate_hz"], color=colour_of(population), lw=0.8, label=population)
    axes.axvspan(0, recording.warmup_s, color="0.9", lw=0, label="left out")
    axes.set(xlabel="Time (s)", ylabel="Population rate (Hz)", title="Rates over time, bins of 50 ms")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right")

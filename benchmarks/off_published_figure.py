"""The figure of ``benchmarks.off_published``: predicted against simulated rates, and population spectra."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.runs import FIGURES
from cortexnet.analysis.figure_style import (
    CENTIMETRE,
    NEUTRAL,
    colour_of,
    letter_panels,
    publication_style,
    readable,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Rate -> (what it is called, what is asked of a prediction).
RATES = {"rate_excitatory_hz": ("Excitatory", 0.05), "rate_inhibitory_hz": ("Inhibitory", 0.10)}
MARKERS = {
    "strong_sparse_corrected": "v",
    "population_density": "D",
    "heterogeneous": "o",
}


def draw(rates: pd.DataFrame, spectra: pd.DataFrame) -> None:
    """Draw the tables of `off_published` and of the spectra of some sets."""
    from matplotlib.figure import Figure

    FIGURES.mkdir(exist_ok=True)
    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 15 * CENTIMETRE), layout="constrained")
        panels = figure.subplots(2, 2)
        for panel, (quantity, (label, band)) in zip(panels[0], RATES.items(), strict=True):
            _draw_rates(panel, rates[rates["rate"] == quantity], label, band)
        figure.legend(
            *panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4, handletextpad=0.3
        )
        for panel, (name, spectrum) in zip(panels[1], spectra.groupby("set", sort=False), strict=True):
            _draw_spectrum(panel, spectrum, str(name))
        panels[1, 0].legend(loc="upper right")
        letter_panels(panels.ravel())
        figure.savefig(FIGURES / "off_published.png")


def _draw_rates(panel: Axes, rows: pd.DataFrame, label: str, band: float) -> None:
    ends = np.array([0.9 * rows["simulated_hz"].min(), 1.1 * rows["simulated_hz"].max()])
    panel.plot(ends, ends, color=NEUTRAL, lw=0.8)
    panel.fill_between(ends, ends * (1 - band), ends * (1 + band), color=NEUTRAL, alpha=0.2, lw=0)
    for method, marker in MARKERS.items():
        points = rows[rows["method"] == method]
        colour = colour_of(method)
        panel.errorbar(
            points["simulated_hz"],
            points["state_hz"],
            xerr=2 * points["simulated_error_hz"],
            yerr=2 * points["state_sampling_error_hz"],
            ls="none",
            marker=marker,
            ms=4.5,
            color=colour,
            elinewidth=0.8,
            label=readable(method),
        )
    panel.set(
        xscale="log",
        yscale="log",
        xlabel=f"{label} rate, simulated (Hz)",
        ylabel=f"{label} rate, predicted (Hz)",
        xlim=ends,
        ylim=(0.75 * ends[0], 1.5 * ends[1]),
    )
    ticks = [1, 1.5, 2, 3, 4, 6, 10, 15, 20, 30, 50, 80]
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(_fixed(ticks))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_locator(_fixed([]))


def _draw_spectrum(panel: Axes, spectrum: pd.DataFrame, name: str) -> None:
    for population in ("excitatory", "inhibitory"):
        for source, style in (
            ("simulated", {"lw": 0.8, "alpha": 0.8}),
            ("predicted", {"lw": 1.6, "ls": "--"}),
        ):
            rows = spectrum[spectrum["source"] == source]
            panel.plot(
                rows["frequency_hz"],
                rows[population],
                color=colour_of(population),
                label=f"{population}, {source}",
                **style,
            )
    panel.axhline(1, color=NEUTRAL, lw=0.6)
    panel.set(
        yscale="log",
        xlim=(0, 400),
        title=name,
        xlabel="Frequency (Hz)",
        ylabel="Spectrum / that of independent cells",
    )


def _fixed(ticks: list[float]) -> object:
    from matplotlib.ticker import FixedLocator

    return FixedLocator(ticks)

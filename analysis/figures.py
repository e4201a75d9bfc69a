"""Panels that show a simulated network beside its theory; each draws on the axes that it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.figure_style import (
    CENTIMETRE,
    LINE_STYLES,
    MARKERS,
    colour_of,
    letter_panels,
    readable,
    say_instead,
)
from cortexnet.analysis.rate_distribution import fit_lognormal
from cortexnet.analysis.recordings import RecordingLike, potentials_of, trains_of, window_of
from cortexnet.analysis.spikes import EDGE_TOLERANCE, firing_rates, spike_counts
from cortexnet.analysis.voltage import potential_density

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_CM = (18.0, 14.5)
NO_SPIKES = "no spikes"
NO_LOW_STATE = "no stable low rate"

Density: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]


def comparison_figure(
    recording: RecordingLike, comparison: pd.DataFrame, densities: Mapping[str, Mapping[str, Density]]
) -> Figure:
    """Show a run beside what was published and what theories predict: spikes, rates, potentials, mean rates.

    To be called, and the figure to be saved, within `cortexnet.analysis.figure_style.publication_style`.

    Parameters
    ----------
    recording : RecordingLike
        The run.
    comparison : DataFrame
        As `cortexnet.analysis.comparison.compare_predictions` gives it.
    densities : mapping
        Predicted densities: theory -> population -> (membrane potentials in mV, density per mV).
    """
    from matplotlib.figure import Figure

    width, height = SIZE_CM
    figure = Figure(figsize=(width * CENTIMETRE, height * CENTIMETRE), layout="constrained")
    rows = figure.add_gridspec(2, 1)
    upper = rows[0].subgridspec(1, 2, width_ratios=(1.2, 1))
    lower = rows[1].subgridspec(1, 2, width_ratios=(1, 1.1))
    panels = [figure.add_subplot(place) for place in (upper[0], upper[1], lower[0], lower[1])]
    draw_raster(panels[0], recording)
    draw_rate_distributions(panels[1], recording)
    draw_potentials(panels[2], recording, densities)
    draw_rates(panels[3], comparison)
    letter_panels(panels)
    return figure


def draw_raster(ax: Axes, recording: RecordingLike, *, share: float = 0.02, seconds: float = 1.0) -> None:
    """Draw the spikes of a random share of the cells in the last second of the window, a row a cell."""
    window = window_of(recording)
    start_s = max(window.start_s, window.stop_s - seconds)
    rng = np.random.default_rng(0)
    bottom, drawn, labels = 0, 0, {}
    for population, size in recording.sizes.items():
        cells = rng.choice(size, size=min(size, max(round(share * size), 1)), replace=False)
        trains = trains_of(recording, population).select(cells)
        shown = trains.time_s >= start_s
        ax.plot(
            trains.time_s[shown],
            bottom + trains.neuron[shown],
            "|",
            color=colour_of(population),
            markersize=2.2,
            markeredgewidth=0.7,
            rasterized=True,
        )
        labels[bottom + cells.size / 2] = f"{readable(population)}\n{cells.size} of {size:,}"
        bottom += cells.size + 5  # rows left free between populations
        drawn += int(shown.sum())
    ax.set(xlabel="Time (s)", ylim=(-2, bottom - 3), title=f"Spikes of {share:.0%} of the cells")
    ax.set_yticks(list(labels), list(labels.values()))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    if window.stop_s > start_s:
        ax.set_xlim(start_s, window.stop_s)
    if not drawn:
        say_instead(ax, NO_SPIKES)


def draw_rate_distributions(ax: Axes, recording: RecordingLike) -> None:
    """Draw the distribution of rates over the cells that fired, each with its lognormal fit."""
    ax.set(
        xlabel="Firing rate (Hz)", ylabel="Share of cells per decade", title="Firing rates, lognormal fits"
    )
    for population in recording.sizes:
        trains = trains_of(recording, population)
        fit = fit_lognormal(firing_rates(trains))
        if not fit.n:
            continue
        counts = spike_counts(trains)
        edges = _count_edges(counts.max())
        density = np.histogram(counts, edges)[0] / (fit.n * np.diff(np.log10(edges)))
        _draw_histogram(ax, density, edges / trains.duration_s, population)
        rates = np.geomspace(edges[0] / 2, edges[-1] * 2, 300) / trains.duration_s
        label = (
            f"{readable(population)}: median {10**fit.log10_mean:.3g} Hz,\n"
            f"SD {fit.log10_sd:.2f} decades, {fit.silent_fraction:.1%} silent"
        )
        ax.plot(rates, fit.density_per_decade(rates), color=colour_of(population), label=label)
    _name_powers_of_ten(ax)
    _legend_above_data(ax, lines=2 * len(ax.lines))
    if not ax.lines:
        say_instead(ax, NO_SPIKES)


def draw_potentials(
    ax: Axes,
    recording: RecordingLike,
    densities: Mapping[str, Mapping[str, Density]],
    *,
    bin_mv: float = 0.5,
) -> None:
    """Draw histograms of the membrane potentials of each population, and the densities of theories."""
    ax.set(xlabel="Membrane potential (mV)", ylabel="Density (1/mV)", title="Membrane potentials")
    for population in recording.sizes:
        voltage = potentials_of(recording, population).voltage_mv
        if voltage.size:
            edges = np.arange(np.floor(voltage.min()), np.floor(voltage.max()) + 1 + bin_mv, bin_mv)
            density, label = potential_density(voltage, edges), f"{readable(population)}, simulated"
            _draw_histogram(ax, density, edges, population, label=label)
    for theory, of_population in densities.items():
        for k, (voltage, density) in enumerate(of_population.values()):
            label = readable(theory) if k == 0 else "_"  # Matplotlib leaves such a one out of legends
            linestyle = LINE_STYLES.get(theory, "-")
            ax.plot(voltage, density, color=colour_of(theory), linestyle=linestyle, label=label)
    _legend_above_data(ax, lines=len(ax.get_legend_handles_labels()[0]))
    if not ax.has_data():
        say_instead(ax, "no samples")


def draw_rates(ax: Axes, comparison: pd.DataFrame) -> None:
    """Draw the mean rates that each source gives, a row a source.

    Filled symbols: published, simulated (with two standard errors), and stable low states of theories. Open
    symbols: their stable high states. A theory without a stable low state says so in words.
    """
    rates = comparison[comparison["quantity"] == "rate"]
    shown = rates["stable"].fillna(True) & (rates["value"] > 0)
    labels = []
    for row, (source, of_source) in enumerate(rates.groupby("source", sort=False)):
        states = of_source[shown[of_source.index]]
        low = states["branch"].fillna("low") == "low"
        _draw_states(ax, row, states[low], filled=True)
        _draw_states(ax, row, states[~low], filled=False)
        name = readable(str(source)) + ("" if states["valid"].fillna(True).all() else "*")
        missing = NO_LOW_STATE if of_source["branch"].notna().any() else NO_SPIKES
        labels.append(name if low.any() else f"{name}\n({missing})")
        if source == "simulation":
            for rate, population in zip(states["value"], states["population"], strict=True):
                ax.axvline(rate, color=colour_of(population), lw=0.7, alpha=0.5, zorder=0)
    notes = {
        "open: a stable state at a high rate": (rates["branch"] == "high").any(),
        "* outside the theory's range of validity": any("*" in label for label in labels),
    }
    ax.set(title="Mean rates", ylim=(len(labels) - 0.4, -0.8))
    _name_powers_of_ten(ax)
    if shown.any():
        logs = np.log10(rates.loc[shown, "value"])
        low, high = np.floor(logs.min()), np.ceil(logs.max())  # whole decades, so that two powers are named
        room = 0.25 * (high - low)  # for the numbers beside the outermost symbols
        ax.set_xlim(10 ** min(low - 0.05, logs.min() - room), 10 ** max(high + 0.05, logs.max() + room))
    ax.set_xlabel("\n".join(["Firing rate (Hz)", *(note for note, applies in notes.items() if applies)]))
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(axis="y", length=0)
    _name_populations(ax, rates["population"].unique())


def _draw_states(ax: Axes, row: int, states: pd.DataFrame, *, filled: bool) -> None:
    """Draw a symbol and its error, where there is one, for each population, and write the value beside it."""
    for k, state in enumerate(states.sort_values("value").to_dict("records")):
        rate, colour = state["value"], colour_of(state["population"])
        ax.errorbar(
            rate,
            row,
            xerr=None if np.isnan(state["standard_error"]) else 2 * state["standard_error"],
            fmt=MARKERS.get(state["population"], "D"),
            color=colour,
            markerfacecolor=colour if filled else "white",
            markersize=5,
            capsize=2.5,
            elinewidth=1,
        )
        # The lowest rate has its number on the left and another on the right, so that close ones do not
        # collide.
        side, alignment = (-6, "right") if k == 0 else (6, "left")
        ax.annotate(
            f"{rate:.3g}",
            (rate, row),
            xytext=(side, 0),
            textcoords="offset points",
            ha=alignment,
            va="center",
            color=colour,
            fontsize=7,
        )


def _name_populations(ax: Axes, populations: Iterable[str]) -> None:
    """Name the symbols of the populations on the right above the axes, level with the title."""
    for population in populations:
        ax.plot(
            [], [], MARKERS.get(population, "D"), color=colour_of(population), label=population, markersize=5
        )
    ax.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderpad=0.2, handletextpad=0, columnspacing=1
    )


def _draw_histogram(
    ax: Axes,
    density: NDArray[np.float64],
    edges: NDArray[np.float64],
    population: str,
    *,
    label: str | None = None,
) -> None:
    colour = colour_of(population)
    ax.stairs(density, edges, fill=True, facecolor=(colour, 0.3), edgecolor=colour, lw=0.6, label=label)


def _count_edges(largest: int) -> NDArray[np.float64]:
    """Edges between the spike counts 1 to `largest`, about a tenth of a decade apart, at least one count."""
    tenths = 10 ** np.arange(0, np.log10(largest + 1) + 0.1, 0.1)
    return np.asarray(np.unique(np.floor(tenths + EDGE_TOLERANCE)) - 0.5, dtype=np.float64)


def _name_powers_of_ten(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_minor_formatter("")


def _legend_above_data(ax: Axes, *, lines: int) -> None:
    """Put a legend of so many lines of text into the axes, and the data below it."""
    if lines:
        ax.set_ylim(0, ax.dataLim.ymax / (0.97 - 0.085 * lines))
        ax.legend(loc="upper left", borderaxespad=0, labelspacing=0.25)

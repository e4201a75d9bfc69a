"""The figure of the maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from brian2 import mV

from benchmarks.map_points import INHIBITION, WIDTH, relative_conductance
from benchmarks.runs import FIGURES
from cortexnet.analysis.figure_style import (
    CENTIMETRE,
    LINE_STYLES,
    colour_of,
    letter_panels,
    publication_style,
    readable,
)
from cortexnet.models.spontaneous_activity import Parameters

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RATE_LEVELS = (0.8, 1.0, 1.3, 1.7, 2.2, 3.0, 4.0, 6.0, 10.0)
DISTANCE_LEVELS = (0.75, 1.0, 1.5, 2.0, 3.0)
LIFETIME_LIMITS_S = (0.3, 30)
RATE_LIMITS_HZ = (0.2, 30)

MEAN = "relative_conductance"
AT_MEAN = {INHIBITION: 0.002, MEAN: 1.0}
AT_PUBLISHED_EPSPS = {WIDTH: 1.0, MEAN: 1.0}

#: Axis of a map along one line: its label, and in how many units of the column it counts.
AXES = {
    WIDTH: ("SD of log EPSP", 1.0),
    INHIBITION: ("Inhibition (0.001/ms)", 1e-3),
}
MODES_MV = (0.1, 0.2, 0.4)
HIGHEST_MEAN = 1.25


def draw(points: pd.DataFrame, low: pd.DataFrame) -> None:
    """Draw rates above, lifetimes below: over width and mode, share of strong synapses, inhibition."""
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 13 * CENTIMETRE), layout="constrained")
        panels = figure.subplots(2, 3, width_ratios=(1.35, 1, 1))
        plane, plane_points = select(low, {INHIBITION: 0.002}), select(points, {INHIBITION: 0.002})
        _rate_map(figure, panels[0, 0], plane, plane_points)
        _lifetime_map(figure, panels[1, 0], plane, plane_points)
        for column, (name, fixed) in enumerate(((WIDTH, AT_MEAN), (INHIBITION, AT_PUBLISHED_EPSPS)), 1):
            line, dots = select(low, fixed).sort_values(name), select(points, fixed).sort_values(name)
            _rates(panels[0, column], name, line, dots)
            _lifetimes(panels[1, column], name, line, dots)
        panels[0, 1].legend(loc="upper left", fontsize=6.5)
        letter_panels(panels.ravel())
        FIGURES.mkdir(exist_ok=True)
        figure.savefig(FIGURES / "maps.png")


def select(table: pd.DataFrame, fixed: dict[str, float]) -> pd.DataFrame:
    """Return the rows with these values."""
    chosen = np.logical_and.reduce([np.isclose(table[name], value) for name, value in fixed.items()])
    return table[chosen]


def _on_grid(plane: pd.DataFrame, column: str) -> tuple[np.ndarray, ...]:
    """Return width, mean conductance and a column as matrices; masked where there is no low state."""
    values = plane.pivot_table(index=MEAN, columns=WIDTH, values=column)
    width, mean = np.meshgrid(values.columns, values.index)
    return width, mean, np.ma.masked_invalid(values.to_numpy())


def _frame_map(ax: Axes, title: str) -> None:
    """Name the axes, and draw lines of equal mode, named where they leave the panel."""
    widths = np.linspace(0.75, 1.4, 14)
    for mode in MODES_MV:
        means = [relative_conductance(Parameters(epsp_log_sd=x, epsp_mode=mode * mV)) for x in widths]
        ax.plot(widths, means, ":", color="0.5", lw=0.7, zorder=1)
        top = np.interp(HIGHEST_MEAN, means, widths)
        ax.text(top, HIGHEST_MEAN, f"{mode:g} mV", fontsize=6, color="0.3", ha="center")
    ax.set(xlabel="SD of log EPSP", ylabel="Mean released conductance", ylim=(0.7, HIGHEST_MEAN))
    ax.set_title(title, pad=12)


def _rate_map(figure: Figure, ax: Axes, plane: pd.DataFrame, points: pd.DataFrame) -> None:
    """Draw the rate of the low state, and in the same colours that of the simulated networks."""
    from matplotlib.colors import BoundaryNorm

    norm = BoundaryNorm(RATE_LEVELS, 256, extend="both")
    drawn = ax.contourf(
        *_on_grid(plane, "rate_excitatory_hz"), RATE_LEVELS, cmap="viridis", norm=norm, extend="both"
    )
    alive = points[points["networks_of_rates"] > 0]
    dead = points[points["networks_of_rates"] == 0]
    ax.scatter(
        alive[WIDTH],
        alive[MEAN],
        c=alive["rate_excitatory_hz"],
        cmap="viridis",
        norm=norm,
        edgecolors="white",
        s=28,
    )
    ax.plot(dead[WIDTH], dead[MEAN], "x", color="black", ms=5)
    figure.colorbar(drawn, ax=ax, label="Excitatory rate (Hz)", format="%.3g")
    _frame_map(ax, "Rate")


def _lifetime_map(figure: Figure, ax: Axes, plane: pd.DataFrame, points: pd.DataFrame) -> None:
    """Draw the distance to the unstable state as lines, simulated lifetimes as colours."""
    from matplotlib.colors import LogNorm

    lines = ax.contour(*_on_grid(plane, "log_distance"), DISTANCE_LEVELS, colors="0.55", linewidths=0.8)
    ax.clabel(lines, fmt="%g", fontsize=6)
    kept = points.dropna(subset=["mean_lifetime_low_s"])
    ended = kept["deaths"] > 0
    for marker, some, column in (
        ("o", kept[ended], "mean_lifetime_s"),
        ("^", kept[~ended], "mean_lifetime_low_s"),
    ):
        drawn = ax.scatter(
            some[WIDTH],
            some[MEAN],
            c=some[column],
            marker=marker,
            cmap="magma",
            norm=LogNorm(*LIFETIME_LIMITS_S),
            edgecolors="0.3",
            s=30,
            zorder=3,
        )
    figure.colorbar(drawn, ax=ax, label="Mean lifetime (s)")
    _frame_map(ax, "Lifetime; lines: distance")


def _rates(ax: Axes, name: str, line: pd.DataFrame, points: pd.DataFrame) -> None:
    """Draw low and unstable rate of the theory, and simulated rates with their range over networks."""
    label, unit = AXES[name]
    for method, part in line.groupby("method"):
        style = {"color": colour_of(str(method)), "ls": LINE_STYLES[str(method)]}
        ax.plot(part[name] / unit, part["rate_excitatory_hz"], label=readable(str(method)), **style)
        ax.plot(part[name] / unit, part["unstable_rate_hz"], lw=0.7, **style, label="Its unstable state")
    alive = points.dropna(subset=["rate_excitatory_hz"])
    rate = alive["rate_excitatory_hz"]
    spread = [rate - alive["rate_excitatory_hz_min"], alive["rate_excitatory_hz_max"] - rate]
    ax.errorbar(
        alive[name] / unit,
        rate,
        np.abs(spread),
        fmt="o",
        ms=4,
        lw=0.8,
        color=colour_of("simulation"),
        label="Simulation",
    )
    dead = points[points["rate_excitatory_hz"].isna()]
    ax.plot(dead[name] / unit, np.full(len(dead), RATE_LIMITS_HZ[0] * 1.2), "x", color="black", ms=5)
    ax.set(title="Rate", xlabel=label, ylabel="Excitatory rate (Hz)", yscale="log", ylim=RATE_LIMITS_HZ)


def _lifetimes(ax: Axes, name: str, line: pd.DataFrame, points: pd.DataFrame) -> None:
    """Draw simulated lifetimes, an arrow where no network died, and the distance on an axis of its own."""
    label, unit = AXES[name]
    kept = points.dropna(subset=["mean_lifetime_low_s"])
    ended = kept[kept["deaths"] > 0]
    colour = colour_of("simulation")
    lifetime = ended["mean_lifetime_s"]
    reach = [lifetime - ended["mean_lifetime_low_s"], ended["mean_lifetime_high_s"] - lifetime]
    ax.errorbar(ended[name] / unit, lifetime, np.abs(reach), fmt="o", ms=4, lw=0.8, color=colour)
    unended = kept[kept["deaths"] == 0]
    bound = unended["mean_lifetime_low_s"]
    ax.errorbar(unended[name] / unit, bound, 0.8 * bound, lolims=True, fmt="none", lw=0.8, color=colour)
    ax.set(
        title="Lifetime; line: distance",
        xlabel=label,
        ylabel="Mean lifetime (s)",
        yscale="log",
        ylim=(0.05, 300),
    )
    twin = ax.twinx()
    for method, part in line.groupby("method"):
        twin.plot(
            part[name] / unit, part["log_distance"], color=colour_of(str(method)), ls=LINE_STYLES[str(method)]
        )
    twin.set(ylabel="log(low / unstable rate)", ylim=(0, None))
    twin.spines["right"].set_visible(True)

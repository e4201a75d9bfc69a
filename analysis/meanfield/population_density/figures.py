"""Figure of the density of potential and excitatory conductance, and of the conductances that fire a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cortexnet.analysis.figure_style import CENTIMETRE, COLOURS, NEUTRAL, letter_panels
from cortexnet.analysis.meanfield.population_density.drive import Drive
from cortexnet.analysis.meanfield.population_density.mesh import Plane
from cortexnet.analysis.meanfield.population_density.stationary import StationaryDensity
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import Cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_CM = (18.0, 7.5)
#: Orders of magnitude of the density that are shown.
DECADES = 5
#: Largest conductance shown, 1/ms.
LARGEST_CONDUCTANCE = 0.25
POINTS = 500


def density_figure(cell: Cell, drive: Drive, density: StationaryDensity) -> Figure:
    """Show where cells are in the plane, and with what conductance they fire.

    To be called, and the figure to be saved, within `cortexnet.analysis.figure_style.publication_style`.

    Parameters
    ----------
    cell : Cell
    drive : Drive
        Of the cell.
    density : StationaryDensity
        As `stationary` or `extrapolated` gives it for both.
    """
    from matplotlib.figure import Figure

    width, height = SIZE_CM
    figure = Figure(figsize=(width * CENTIMETRE, height * CENTIMETRE), layout="constrained")
    plane, conductances = figure.subplots(1, 2, width_ratios=(1.25, 1))
    draw_density(plane, cell, drive, density)
    draw_conductances(conductances, density)
    letter_panels((plane, conductances))
    return figure


def draw_density(ax: Axes, cell: Cell, drive: Drive, density: StationaryDensity) -> None:
    """Draw the density in the plane, with the line on which the potential stands still."""
    from matplotlib.colors import LogNorm

    plane, mesh = Plane(cell, drive.inhibition), density.mesh
    potential = 1e3 * plane.potential(mesh.layer_edges)
    standstill = 1e-3 * plane.holding_conductance(mesh.layer_edges)
    conductance = standstill[:, None] + 1e-3 * mesh.row_edges
    area = np.diff(potential)[:, None] * 1e-3 * mesh.width
    largest = float((density.content / area).max())
    per_area = np.maximum(density.content / area, largest / 10**DECADES)
    image = ax.pcolormesh(
        np.broadcast_to(potential[:, None], conductance.shape),
        conductance,
        per_area,
        norm=LogNorm(largest / 10**DECADES, largest),
        cmap="magma_r",
        rasterized=True,
    )
    ax.figure.colorbar(image, ax=ax, label="Density (ms/mV)", pad=0.1)
    ax.plot(potential, standstill, color=COLOURS["population_density"], linewidth=1.2)
    ax.annotate(
        "dv/dt = 0",
        (potential[-1], standstill[-1]),
        xytext=(4, 0),
        textcoords="offset points",
        color=COLOURS["population_density"],
        va="center",
        annotation_clip=False,
    )
    threshold = 1e3 * cell.threshold_potential
    for name, value in (("threshold", threshold), ("reset", 1e3 * cell.reset_potential)):
        ax.axvline(value, color=NEUTRAL, linewidth=0.8, linestyle=(0, (4, 2)))
        ax.annotate(
            name,
            (value, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-3, -3),
            textcoords="offset points",
            ha="right",
            va="top",
            color=NEUTRAL,
        )
    ax.set(
        xlim=(max(potential[0], 1e3 * (density.mean - 4 * density.sd)), threshold),
        ylim=(0, LARGEST_CONDUCTANCE),
        xlabel="Membrane potential (mV)",
        ylabel="Excitatory conductance (1/ms)",
    )


def draw_conductances(ax: Axes, density: StationaryDensity) -> None:
    """Draw the distribution of the conductance of all cells, and of those that are firing."""
    conductance = np.linspace(0, LARGEST_CONDUCTANCE, POINTS)
    firing = density.content[-1:] * np.maximum(density.mesh.rows, 0.0)
    curves = {
        "all cells": (density.content, density.conductance, NEUTRAL),
        "cells at a spike": (firing, density.conductance[-1:], COLOURS["population_density"]),
    }
    for label, (content, where, colour) in curves.items():
        distribution = _distribution(1e3 * conductance, content, where, density.mesh.width)
        ax.plot(conductance, 1e3 * distribution, color=colour, label=label)
    ax.set(
        xlim=(0, LARGEST_CONDUCTANCE),
        ylim=(0, None),
        xlabel="Excitatory conductance (1/ms)",
        ylabel="Density (ms)",
    )
    ax.legend()


def _distribution(values: Array, content: Array, conductance: Array, width: Array) -> Array:
    """Density at values of the conductance, from the content of rows that differ between layers."""
    layers = [
        np.interp(values, where, mass / width, left=0.0, right=0.0)
        for where, mass in zip(conductance, content, strict=True)
    ]
    return np.asarray(np.sum(layers, axis=0) / content.sum())

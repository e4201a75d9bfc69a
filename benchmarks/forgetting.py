"""Acquisition and forgetting of handwritten digits, against the parameters, and what theory says.

``python -m benchmarks.forgetting`` writes ``tables/forgetting_runs.csv`` (a row a run), ``forgetting.csv``
(a row a set of parameters and release: means over networks and their standard errors),
``forgetting_theory.csv`` (one connection, and the mean field) and ``figures/forgetting.png``. It takes about
20 minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.forgetting_runs import PLANS, RELEASES, forgetting_runs
from benchmarks.runs import FIGURES, keep
from cortexnet.analysis.figure_style import CENTIMETRE, letter_panels, publication_style
from cortexnet.models.forgetting.figures import COLOURS
from cortexnet.models.forgetting.parameters import EVERYTHING
from cortexnet.models.forgetting.theory import (
    forgetting_time,
    forgetting_time_of_few_data,
    mean_field_half_times,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MEASURED = ("learned_accuracy", "acquisition_sweeps", "forgetting_sweeps", "forgetting_over_acquisition")
RELEASE_COLOURS = dict(zip(RELEASES, ("#D55E00", "#009E73"), strict=True))
NUMBERS_OF_DATA = (1, 10, 100, 1000)
#: Smaller ones are drawn as an arrow here.
SMALLEST_RATIO = 0.05


def by_plan(runs: pd.DataFrame) -> pd.DataFrame:
    """Tabulate means over networks and their standard errors."""
    groups = runs.groupby(["varied", "value", "released"], sort=False)[list(MEASURED)]
    means, errors = groups.mean(), groups.sem().add_suffix("_error")
    ordered = [column for name in MEASURED for column in (name, f"{name}_error")]
    return pd.concat(
        [groups.size().rename("networks"), pd.concat([means, errors], axis=1)[ordered]], axis=1
    ).reset_index()


def theory() -> pd.DataFrame:
    """Tabulate the exact forgetting time of one connection, and the half-times of the mean field."""
    rows = []
    for n_synapses, amplitude in ((20, 0.6), (20, 0.3), (50, 0.3)):
        for n_data in NUMBERS_OF_DATA:
            rows.append(
                {
                    "theory": "one_connection",
                    "synapses_per_connection": n_synapses,
                    "amplitude": amplitude,
                    "n_data": n_data,
                    "forgetting_sweeps": forgetting_time(n_synapses, amplitude, n_data),
                    "few_data_sweeps": forgetting_time_of_few_data(n_synapses, amplitude, n_data),
                }
            )
    for trace_rate in (0.1, 0.01, 0.001):
        for n_data in NUMBERS_OF_DATA:
            times = mean_field_half_times(20, 0.5, trace_rate, n_data)
            rows.append(
                {
                    "theory": "mean_field",
                    "synapses_per_connection": 20,
                    "amplitude": 0.5,
                    "n_data": n_data,
                    "trace_rate": trace_rate,
                    "acquisition_sweeps": times.acquisition,
                    "forgetting_sweeps": times.forgetting,
                    "forgetting_over_acquisition": times.ratio,
                }
            )
    return pd.DataFrame(rows)


def draw(courses: pd.DataFrame, plans: pd.DataFrame, predicted: pd.DataFrame) -> None:
    """Draw the courses of the first plan, the ratio of the times for all, and the theories."""
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 15 * CENTIMETRE), layout="constrained")
        panels = figure.subplot_mosaic([["course", "ratio"], ["theory", "ratio"]], width_ratios=(1, 1.05))
        _draw_courses(panels["course"], courses)
        _draw_theory(panels["theory"], predicted)
        _draw_ratios(panels["ratio"], plans)
        letter_panels([panels["course"], panels["theory"], panels["ratio"]])
        FIGURES.mkdir(exist_ok=True)
        figure.savefig(FIGURES / "forgetting.png")


def _draw_courses(ax: Axes, courses: pd.DataFrame) -> None:
    """Draw learning, and forgetting after both releases, of every network."""
    shown = courses[courses["sweep"] > 0]
    learning = shown[(shown["phase"] == "learning") & (shown["released"] == EVERYTHING)]
    _draw_networks(ax, learning, COLOURS["learning"], "Learning")
    for released, colour in RELEASE_COLOURS.items():
        fading = shown[(shown["phase"] == "forgetting") & (shown["released"] == released)]
        _draw_networks(ax, fading, colour, f"Forgetting,\n{released} released")
    ax.set(title="Defaults: test accuracy", xlabel="Sweeps from the start of the phase", ylabel="Accuracy")
    ax.set(xscale="log", ylim=(0, 1))
    ax.legend(loc="center left", bbox_to_anchor=(0, 0.52))


def _draw_networks(ax: Axes, course: pd.DataFrame, colour: str, label: str) -> None:
    for number, (_, rows) in enumerate(course.groupby("seed")):
        ax.plot(rows["sweep"], rows["accuracy"], color=colour, lw=0.8, label=label if number == 0 else None)


def _draw_theory(ax: Axes, predicted: pd.DataFrame) -> None:
    """Draw forgetting times of one connection, and the ratio of both times in mean field."""
    chain = predicted[predicted["theory"] == "one_connection"]
    kinds = chain.groupby(["synapses_per_connection", "amplitude"])
    for ((n_synapses, amplitude), rows), marker in zip(kinds, "os^", strict=True):
        label = f"K = {n_synapses}, a = {amplitude}"
        ax.plot(rows["n_data"], rows["forgetting_sweeps"], f"{marker}-", ms=4, color="#56B4E9", label=label)
    field = predicted[(predicted["theory"] == "mean_field") & (predicted["trace_rate"] == 0.001)]
    ratio = field["forgetting_over_acquisition"]
    ax.plot(field["n_data"], ratio, "D--", ms=4, color="0.2", label="Slow traces, mean field")
    ax.set(title="One free connection; slow traces", xlabel="Data", ylabel="Sweeps; ratio (dashed)")
    ax.set(xscale="log", yscale="log")
    ax.legend(loc="upper left")


def _draw_ratios(ax: Axes, plans: pd.DataFrame) -> None:
    """Draw for each set of parameters how many times longer forgetting takes."""
    for shift, (released, colour) in zip((-0.15, 0.15), RELEASE_COLOURS.items(), strict=True):
        rows = plans[plans["released"] == released].reset_index(drop=True)
        ratio, error = rows["forgetting_over_acquisition"], rows["forgetting_over_acquisition_error"]
        low = ratio < SMALLEST_RATIO
        label = f"{released.capitalize()} released"
        ax.errorbar(
            ratio[~low], rows.index[~low] + shift, xerr=error[~low], fmt="o", ms=4, color=colour, label=label
        )
        ax.plot(np.full(low.sum(), SMALLEST_RATIO), rows.index[low] + shift, "<", ms=5, color=colour)
    ax.axvline(1, color="0.6", lw=0.7, ls="--")
    ax.set_yticks(range(len(PLANS)), [plan.label for plan in PLANS])
    ax.set(title="Forgetting over acquisition", xlabel="Ratio of half-times", xscale="log")
    ax.set_xlim(left=0.8 * SMALLEST_RATIO)
    ax.invert_yaxis()
    ax.legend(loc="upper left")


def main() -> None:
    """Run all plans, then write tables and figure."""
    runs, courses = forgetting_runs()
    plans, predicted = by_plan(runs), theory()
    keep(runs, "forgetting_runs")
    keep(plans, "forgetting")
    keep(predicted, "forgetting_theory")
    draw(courses, plans, predicted)


if __name__ == "__main__":
    main()

"""Acquisition and forgetting of handwritten digits, against the parameters, and what theory says.

``python -m benchmarks.forgetting`` writes ``tables/forgetting_runs.csv`` (a row a run), ``forgetting.csv``
(a row a set of parameters and release: means over networks and their standard errors),
``forgetting_theory.csv`` (one connection, and the mean field) and ``figures/forgetting.png``. It takes about
20 minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    for (released, seed), course in courses[courses["sweep"] > 0].groupby(["released", "seed"]):
        first = seed == courses["seed"].min()
        for phase, rows in course.groupby("phase"):
            if phase == "learning" and released != EVERYTHING:
                continue
            colour = COLOURS["learning"] if phase == "learning" else RELEASE_COLOURS[str(released)]
            label = "Learning" if phase == "learning" else f"Forgetting, {released} released"
            ax.plot(rows["sweep"], rows["accuracy"], color=colour, lw=0.8, label=label if first else None)
    ax.set(
        title="Test accuracy, published preset", xlabel="Sweeps from the start of the phase",
        ylabel="Accuracy", xscale="log", ylim=(0, 1),
    )  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(0, 1.0))


def _draw_theory(ax: Axes, predicted: pd.DataFrame) -> None:
    """Draw forgetting times of one connection, and the ratio of both times in mean field."""
    chain = predicted[predicted["theory"] == "one_connection"]
    for ((n_synapses, amplitude), rows), marker in zip(
        chain.groupby(["synapses_per_connection", "amplitude"]), "os^", strict=True
    ):
        ax.plot(rows["n_data"], rows["forgetting_sweeps"], f"{marker}-", ms=4, color="#56B4E9",
                label=f"One connection, K = {n_synapses}, a = {amplitude}: sweeps")  # fmt: skip
    field = predicted[(predicted["theory"] == "mean_field") & (predicted["trace_rate"] == 0.001)]
    ax.plot(field["n_data"], field["forgetting_over_acquisition"], "D-", ms=4, color="0.2",
            label="Slow traces, mean field: ratio to acquisition")  # fmt: skip
    ax.set(
        title="Theory: slower with more data",
        xlabel="Data",
        ylabel="Forgetting time",
        xscale="log",
        yscale="log",
    )
    ax.set_ylim(0.3, 1e8)
    ax.legend(loc="upper left", fontsize=6.5)


def _draw_ratios(ax: Axes, plans: pd.DataFrame) -> None:
    """Draw for each set of parameters how many times longer forgetting takes."""
    names = [f"{plan.varied} = {plan.value:g}" for plan in PLANS]
    labels = [
        name.removesuffix(" = 1") if plan.changes == {} else name
        for name, plan in zip(names, PLANS, strict=True)
    ]
    for shift, released in zip((-0.15, 0.15), RELEASES, strict=True):
        rows = plans[plans["released"] == released]
        ax.errorbar(
            rows["forgetting_over_acquisition"], [place + shift for place in range(len(rows))],
            xerr=rows["forgetting_over_acquisition_error"], fmt="o", ms=4, color=RELEASE_COLOURS[released],
            lw=1, label=f"{released.capitalize()} released",
        )  # fmt: skip
    ax.axvline(1, color="0.6", lw=0.7, ls="--")
    ax.set_yticks(range(len(labels)), [label.replace("_", " ") for label in labels])
    ax.set(title="Forgetting over acquisition", xlabel="Ratio of half-times", xscale="log")
    ax.invert_yaxis()
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.03), ncols=1)


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

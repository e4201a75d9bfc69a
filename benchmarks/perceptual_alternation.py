"""Alternation of percepts before a Necker cube: when it comes with learning, and what shapes dwell times.

``python -m benchmarks.perceptual_alternation`` writes ``tables/alternation_learning.csv`` (percept changes in
the course of learning), ``alternation_dwells.csv`` (shape and CV of the dwell times against what slows or
ablates the network), ``alternation_families.csv`` (AIC of the fitted families) and
``figures/perceptual_alternation.png``: means over networks and their standard errors. One run is in
``figures/necker_cube.png`` and, with tests of its fits, ``tables/alternation_example.csv``. It takes about
ten minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.runs import FIGURES, keep
from cortexnet.analysis.dwell_times.fits import Durations, fit_family, fit_table
from cortexnet.analysis.dwell_times.goodness_of_fit import goodness_of_fit
from cortexnet.analysis.figure_style import CENTIMETRE, letter_panels, publication_style
from cortexnet.models.perceptual_alternation import Parameters
from cortexnet.models.perceptual_alternation.experiment.alternation import Trained, dwells_of, numbers
from cortexnet.models.perceptual_alternation.figures import draw_alternation
from cortexnet.models.perceptual_alternation.presets import preset

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEEDS = (1, 2, 3, 4, 5)
SWEEPS = (0, 10, 30, 100, 300, 600)
#: A shape is told from no fewer dwells of a percept.
FEWEST_DWELLS = 100
PLAIN = {"adaptation_strength": 0.0}
#: Group -> label -> what differs in viewing from the defaults.
VIEWINGS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "plain": {"Read in every bin": PLAIN | {"readout_rate": 1.0}},
    "feedback": {
        f"Feedback rate {rate:g}": PLAIN | {"readout_rate": 1.0, "feedback_rate": rate}
        for rate in (0.3, 0.1, 0.03)
    },
    "readout": {f"Readout rate {rate:g}": PLAIN | {"readout_rate": rate} for rate in (0.3, 0.1, 0.03)},
    "adaptation": {
        f"Adaptation {strength:g}": {"adaptation_strength": strength, "readout_rate": 1.0}
        for strength in (5, 20, 50)
    },
    "both": {
        f"Readout 0.1, adaptation {strength:g}": {"adaptation_strength": strength}
        for strength in (2, 5, 10, 20, 50)
    },
    "time": {
        f"Readout 0.1, adaptation rate {rate:g}": {"adaptation_rate": rate}
        for rate in (0.005, 0.01, 0.05, 0.1)
    },
    "ablation": {
        "Readout 0.1, no feedback": PLAIN | {"feedback_strength": 0.0},
        "Both, no feedback": {"feedback_strength": 0.0},
    },
}
COLOURS = dict(
    zip(
        VIEWINGS,
        ("#000000", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#6F6F6F"),
        strict=True,
    )
)
SHAPE_RANGE = (2, 4)


def learning(hidden_connections: str) -> pd.DataFrame:
    """Count percept changes in the course of learning, without adaptation and with it."""
    parameters = preset("default").replace(viewing_bins=3000, hidden_connections=hidden_connections)
    rows = []
    for seed in SEEDS:
        trained, done = Trained(parameters, seed), 0
        for sweeps in SWEEPS:
            trained.learn(sweeps - done)
            done = sweeps
            for strength in (0.0, parameters.adaptation_strength):
                given = parameters.replace(adaptation_strength=strength)
                measured = numbers(given, dwells_of(given, trained.view(given)), pd.DataFrame())
                rows.append(
                    {
                        "hidden_connections": hidden_connections,
                        "adaptation_strength": strength,
                        "seed": seed,
                        "sweeps": sweeps,
                        "accuracy": trained.accuracy(),
                        "alternations_per_1000_bins": measured["alternations_per_1000_bins"],
                    }
                )
    return pd.DataFrame(rows)


def viewings() -> pd.DataFrame:
    """Fit the dwell times of every way of viewing, one row a network, percept and family."""
    parameters = preset("default")
    tables = []
    for seed in SEEDS:
        trained = Trained(parameters, seed)
        trained.learn(parameters.learning_sweeps)
        for group, variants in VIEWINGS.items():
            for label, changes in variants.items():
                tables.append(
                    _fits(trained, parameters.replace(**changes), seed).assign(group=group, viewing=label)
                )
        print(f"network {seed} has viewed", flush=True)
    return pd.concat(tables, ignore_index=True)


def _fits(trained: Trained, parameters: Parameters, seed: int) -> pd.DataFrame:
    dwells = dwells_of(parameters, trained.view(parameters))
    whole = dwells[dwells["began"] & dwells["ended"]].groupby("percept")["duration"]
    fits = fit_table(dwells, resolution=1.0)
    fits = fits[fits["n"] - fits["n_censored"] >= FEWEST_DWELLS] if len(fits) else fits
    measured = pd.DataFrame({"measured_mean": whole.mean(), "measured_cv": whole.std() / whole.mean()})
    return fits.merge(measured, left_on="percept", right_index=True).assign(seed=seed) if len(fits) else fits


def by_viewing(fits: pd.DataFrame) -> pd.DataFrame:
    """Average gamma shapes, means and CVs over networks and percepts; errors are those between networks."""
    gamma = fits[fits["family"] == "gamma"]
    of_network = gamma.groupby(["group", "viewing", "seed"], sort=False)[
        ["shape", "measured_mean", "measured_cv"]
    ].mean()
    groups = of_network.groupby(["group", "viewing"], sort=False)
    table = groups.mean().join(groups.sem().add_suffix("_error"))
    table.insert(0, "networks", groups.size())
    best = fits[fits["aic_above_best"] == 0]
    wins = pd.crosstab([best["group"], best["viewing"]], best["family"]).add_prefix("best_")
    return table.join(wins).reset_index()


def by_family(fits: pd.DataFrame) -> pd.DataFrame:
    """Sum the AIC of every family over networks and percepts, and count where it is the best."""
    ranked = fits.assign(is_best=fits["aic_above_best"] == 0)
    groups = ranked.groupby(["group", "viewing", "family"], sort=False)
    table = groups.agg(
        cases=("aic", "size"),
        dwells=("n", "sum"),
        aic=("aic", "sum"),
        best=("is_best", "sum"),
    ).reset_index()
    return table.assign(aic_above_best=table["aic"] - table.groupby("viewing")["aic"].transform("min"))


def example() -> pd.DataFrame:
    """Draw one run, and test its fits: p values by data of the fits themselves."""
    parameters = preset("default")
    trained = Trained(parameters, seed=1)
    trained.learn(parameters.learning_sweeps)
    traces = trained.view()
    dwells = dwells_of(parameters, traces)
    draw_alternation(parameters, traces, dwells, FIGURES / "necker_cube.png")
    fits = fit_table(dwells, resolution=1.0)
    p_values = []
    for row in fits.itertuples():
        began = dwells[(dwells["percept"] == row.percept) & dwells["began"]]
        durations = Durations.of(began["duration"], began["ended"], resolution=1.0)
        fit = fit_family(durations, str(row.family))
        p_values.append(goodness_of_fit(durations, fit, repeats=99).p_value)
    return fits.assign(p_goodness_of_fit=p_values)


def draw(course: pd.DataFrame, table: pd.DataFrame) -> None:
    """Draw percept changes against learning, and gamma shapes against ways of viewing."""
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 11 * CENTIMETRE), layout="constrained")
        emergence, shapes = figure.subplots(1, 2, width_ratios=(1.25, 1))
        _draw_emergence(emergence, course)
        _draw_shapes(shapes, table)
        letter_panels([emergence, shapes])
        figure.savefig(FIGURES / "perceptual_alternation.png")


def _draw_emergence(ax: Axes, course: pd.DataFrame) -> None:
    styles = {
        ("all", 0.0): ("#0072B2", "o-", "Recurrent"),
        ("all", 20.0): ("#D55E00", "s-", "Recurrent, adaptation"),
        ("none", 0.0): ("#56B4E9", "o--", "Feedforward"),
        ("none", 20.0): ("#E69F00", "s--", "Feedforward, adaptation"),
    }
    for (connections, strength), (colour, style, label) in styles.items():
        rows = course[
            (course["hidden_connections"] == connections) & (course["adaptation_strength"] == strength)
        ]
        changes = rows.groupby("sweeps")["alternations_per_1000_bins"]
        ax.errorbar(
            changes.mean().index, changes.mean(), changes.sem(), fmt=style, ms=4, color=colour, label=label
        )
    ax.set_xscale("symlog", linthresh=10, linscale=0.5)
    ax.set_xticks(SWEEPS, [str(sweeps) for sweeps in SWEEPS])
    ax.minorticks_off()
    ax.set(
        title="Alternation comes with learning",
        xlabel="Sweeps of learning",
        ylabel="Percept changes per 1000 bins",
    )
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper left")


def _draw_shapes(ax: Axes, table: pd.DataFrame) -> None:
    ax.axvspan(*SHAPE_RANGE, color="0.92", lw=0)
    for place, row in enumerate(table.to_dict("records")):
        colour = COLOURS[str(row["group"])]
        ax.errorbar(row["shape"], place, xerr=row["shape_error"], fmt="o", ms=4, color=colour)
    ax.axvline(1, color="0.6", lw=0.7, ls="--")
    ax.set_yticks(range(len(table)), table["viewing"].tolist())
    ax.set(title="Dwell times (grey: human)", xlabel="Gamma shape", xlim=(0, None))
    ax.invert_yaxis()


def main() -> None:
    """Learn, view, fit, then write tables and figures."""
    FIGURES.mkdir(exist_ok=True)
    course = pd.concat([learning(connections) for connections in ("all", "none")], ignore_index=True)
    fits = viewings()
    table = by_viewing(fits)
    keep(course, "alternation_learning")
    keep(table, "alternation_dwells")
    keep(by_family(fits), "alternation_families")
    draw(course, table)
    keep(example(), "alternation_example")


if __name__ == "__main__":
    main()

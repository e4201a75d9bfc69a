"""How long the spontaneous state lasts in networks of 5 000 to 10 000 excitatory cells, at fixed in-degrees.

``python -m benchmarks.lifetimes`` writes ``tables/lifetime_runs.csv`` (a row a run), ``tables/lifetimes.csv``
(a row a size), ``tables/lifetime_fit.csv`` (the exponential escape) and ``figures/lifetimes.png``.

A lifetime is counted from the end of the kick, which fades to nothing over the first 100 ms. The rates reach
those of the state 20 ms later, so that no further transient is left out. A run that is silent before the kick
ends dies with the kick and counts for nothing. The death of a run is its last spike, which comes some 100 ms
after the activity has begun to fall; how much that matters shows in `tables/lifetime_fit.csv`, where runs are
also counted from later origins: those still alive at the origin, and their time from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.lifetime_runs import PLANS, QUANTITIES, lifetime_runs
from benchmarks.runs import FIGURES, keep
from cortexnet.analysis.escape import ExponentialEscape, constant_hazard, escape_rate, exponential_escape
from cortexnet.analysis.figure_style import CENTIMETRE, letter_panels, publication_style
from cortexnet.analysis.survival import survival_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KICK_END_S = 0.1
ORIGINS_S = (KICK_END_S, 0.3, 0.5, 1.0)

SIZES = tuple(plan.n_excitatory for plan in PLANS)


def at_risk(runs: pd.DataFrame, origin_s: float = KICK_END_S) -> pd.DataFrame:
    """Return the runs of the sizes under study that were alive at the origin, with their time from there."""
    alive = runs[runs["n_excitatory"].isin(SIZES) & (runs["lifetime_s"] > origin_s)]
    return alive.assign(time_s=alive["lifetime_s"] - origin_s)


def by_size(runs: pd.DataFrame) -> pd.DataFrame:
    """Tabulate escape and rates of every size; sizes with one network have rates only."""
    return pd.DataFrame([_size_row(int(str(size)), group) for size, group in runs.groupby("n_excitatory")])


def fits(runs: pd.DataFrame) -> pd.DataFrame:
    """Tabulate the exponential escape, counted from several origins."""
    rows = []
    for origin in ORIGINS_S:
        alive = at_risk(runs, origin)
        fit = fit_of(alive)
        one_in_e = 1 / fit.slope
        rows.append(
            {
                "origin_s": origin,
                "runs": len(alive),
                "deaths": int((~alive["survived"]).sum()),
                "log_lifetime_per_1000_cells": 1e3 * fit.slope,
                "log_lifetime_per_1000_cells_error": 1e3 * fit.slope_error,
                "cells_per_factor_e": one_in_e,
                "lifetime_at_10000_s": float(fit.mean_lifetime(10_000)[0]),
                "lifetime_at_10000_low_s": float(fit.mean_lifetime(10_000)[1]),
                "lifetime_at_10000_high_s": float(fit.mean_lifetime(10_000)[2]),
                "p_constant_lifetime": fit.p_constant,
                "p_lack_of_fit": fit.p_lack_of_fit,
            }
        )
    return pd.DataFrame(rows)


def fit_of(alive: pd.DataFrame) -> ExponentialEscape:
    """Fit the exponential escape to runs of `at_risk`."""
    return exponential_escape(alive["n_excitatory"], alive["time_s"], alive["survived"])


def _size_row(size: int, runs: pd.DataFrame) -> dict[str, float]:
    alive = at_risk(runs)
    row: dict[str, float] = {
        "n_excitatory": size,
        "networks": len(runs),
        "watched_s": runs["duration_s"].max(),
    }
    if len(alive):
        escape = escape_rate(alive["time_s"], alive["survived"])
        hazard = constant_hazard(alive["time_s"], alive["survived"])
        row |= {
            "died_with_the_kick": len(runs) - len(alive),
            "deaths": escape.escapes,
            "time_at_risk_s": escape.time_at_risk_s,
            "escape_rate_hz": escape.rate_hz,
            "escape_rate_low_hz": escape.low_hz,
            "escape_rate_high_hz": escape.high_hz,
            "mean_lifetime_s": 1 / escape.rate_hz if escape.escapes else float("inf"),
            "mean_lifetime_low_s": 1 / escape.high_hz,
            "mean_lifetime_high_s": 1 / escape.low_hz if escape.escapes else float("inf"),
            "weibull_shape": hazard.shape,
            "p_constant_hazard": hazard.p_value,
        }
    row["networks_of_rates"] = int(runs[QUANTITIES[0]].notna().sum())
    for name in QUANTITIES:
        row[name] = runs[name].median()
        row[f"{name}_sd"] = runs[name].std()
    return row


def draw(runs: pd.DataFrame, sizes: pd.DataFrame) -> None:
    """Draw survival of every size, and mean lifetime against size."""
    import seaborn as sns
    from matplotlib.figure import Figure

    alive = at_risk(runs)
    colours = dict(zip(SIZES, sns.color_palette("viridis_r", len(SIZES) + 1)[1:], strict=True))
    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 8 * CENTIMETRE), layout="constrained")
        survival, scaling = figure.subplots(1, 2)
        for size, colour in colours.items():
            _draw_survival(survival, alive[alive["n_excitatory"] == size], size, colour)
        survival.set(
            title="Share of networks alive",
            xlabel="Time from the end of the kick (s)",
            ylabel="Share",
            xlim=(0, 1.02 * alive["time_s"].max()),
            ylim=(0, 1.02),
        )
        survival.legend(
            title="Excitatory cells",
            ncols=2,
            loc="center right",
            bbox_to_anchor=(1, 0.35),
            title_fontsize=7.5,
        )
        _draw_scaling(scaling, sizes[sizes["n_excitatory"].isin(SIZES)], fit_of(alive), colours)
        letter_panels([survival, scaling])
        FIGURES.mkdir(exist_ok=True)
        figure.savefig(FIGURES / "lifetimes.png")


def _draw_survival(ax: Axes, alive: pd.DataFrame, size: int, colour: tuple[float, ...]) -> None:
    """Draw Kaplan-Meier steps, ticks where survivors leave, and the exponential of the estimated rate."""
    curve = survival_curve(alive["time_s"], alive["survived"])
    ax.step(
        [0, *curve.time_s], [1, *curve.alive], where="post", color=colour, label=f"{size:,}".replace(",", " ")
    )
    censored = alive.loc[alive["survived"], "time_s"]
    ax.plot(censored, np.full(len(censored), curve.alive.min()), "|", color=colour, ms=5)
    time = np.linspace(0, alive["time_s"].max(), 200)
    rate = escape_rate(alive["time_s"], alive["survived"]).rate_hz
    ax.plot(time, np.exp(-rate * time), ":", color=colour, lw=0.9)


def _draw_scaling(
    ax: Axes, sizes: pd.DataFrame, fit: ExponentialEscape, colours: dict[int, tuple[float, ...]]
) -> None:
    """Draw mean lifetimes with their intervals, an arrow where no network died, and the fitted line."""
    line = np.linspace(4_800, 10_400, 200)
    mean, low, high = fit.mean_lifetime(line)
    ax.fill_between(line / 1e3, low, high, color="0.85", lw=0, label="95 % interval of the fit")
    ax.plot(line / 1e3, mean, color="0.3", lw=1, label="Exponential escape")
    for row in sizes.itertuples():
        x, colour = row.n_excitatory / 1e3, colours[row.n_excitatory]
        interval = [row.mean_lifetime_low_s, row.mean_lifetime_high_s]
        if row.deaths:
            ax.plot([x, x], interval, color=colour)
            ax.plot(x, row.mean_lifetime_s, "o", color=colour, ms=5)
        else:
            ax.annotate(
                "", (x, 4 * interval[0]), (x, interval[0]), arrowprops={"arrowstyle": "->", "color": colour}
            )
    ax.set(
        title="Mean lifetime",
        xlabel="Excitatory cells (thousands)",
        ylabel="Mean lifetime (s)",
        yscale="log",
    )
    ax.legend(loc="upper left")


def main() -> None:
    """Simulate what is missing, then write tables and figure."""
    runs = lifetime_runs()
    sizes = by_size(runs)
    keep(runs, "lifetime_runs")
    keep(sizes, "lifetimes")
    keep(fits(runs), "lifetime_fit")
    draw(runs, sizes)


if __name__ == "__main__":
    main()

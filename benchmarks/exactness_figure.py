"""The figure of ``benchmarks.exactness``: total variation against the update fraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.runs import FIGURES
from cortexnet.analysis.figure_style import CENTIMETRE, NEUTRAL, letter_panels, publication_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = {"exact": ("#0072B2", "o"), "linear": ("#D55E00", "s")}
TITLES = {
    "feedforward, weight SD 1": "Cells, feedforward",
    "recurrent, weight SD 1": "Cells, recurrent",
    "K 2, amplitude 0.2, 100 data": "Synapses, 100 data",
}


def draw_curves(curves: pd.DataFrame) -> None:
    """Draw the table of ``benchmarks.exactness.curves``, a panel a case."""
    from matplotlib.figure import Figure

    FIGURES.mkdir(exist_ok=True)
    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 6.5 * CENTIMETRE), layout="constrained")
        panels = figure.subplots(1, 3, sharex=True, sharey=True)
        for panel, (case, title) in zip(panels, TITLES.items(), strict=True):
            _draw_case(panel, curves[curves["case"] == case])
            panel.set_title(title, loc="left")
        panels[0].set_ylabel("Total variation to the target")
        panels[1].set_xlabel("Update fraction")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=3)
        letter_panels(panels)
        figure.savefig(FIGURES / "exactness.png")


def _draw_case(panel: Axes, rows: pd.DataFrame) -> None:
    parallel = rows.dropna(subset="update_fraction")
    for conditional, (colour, marker) in STYLES.items():
        curve = parallel[parallel["conditional"] == conditional]
        panel.errorbar(
            curve["update_fraction"],
            curve["tv_mean"],
            curve["tv_error"],
            color=colour,
            marker=marker,
            ms=3.5,
            lw=1.2,
            label=f"{conditional} conditional",
        )
    floor = rows.loc[rows["update_fraction"].isna(), "tv_mean"].item()
    panel.axhline(floor, color=NEUTRAL, ls="--", lw=1, label="linear, one at a time")
    panel.set(xscale="log", yscale="log")

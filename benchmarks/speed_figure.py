"""The figure of `benchmarks.speed`: cost of a synaptic event by program, and by size of the network."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from cortexnet.analysis.figure_style import CENTIMETRE, NEUTRAL, letter_panels, publication_style

COLOURS = {
    "plain script": "#BBBBBB",
    "stock": NEUTRAL,
    "ranges": "#0072B2",
    "ranges, single": "#009E73",
    "by hand": "#000000",
}


def draw(summary: pd.DataFrame, path: Path) -> None:
    """Draw medians and ranges to a file."""
    with publication_style():
        figure, (bars, lines) = plt.subplots(1, 2, figsize=(16 * CENTIMETRE, 6 * CENTIMETRE))
        _draw_programs(bars, summary[summary["part"] == "programs"])
        _draw_sizes(lines, summary[summary["part"] == "sizes"])
        letter_panels([bars, lines])
        figure.tight_layout()
        path.parent.mkdir(exist_ok=True)
        figure.savefig(path, dpi=200)
        plt.close(figure)


def _draw_programs(axes: plt.Axes, table: pd.DataFrame) -> None:
    for place, row in enumerate(table.itertuples()):
        axes.barh(place, row.ns_per_event_median, color=COLOURS[row.program], height=0.7)
        axes.plot([row.ns_per_event_min, row.ns_per_event_max], [place, place], color="#D55E00", linewidth=1)
        axes.text(row.ns_per_event_max + 0.2, place, f"{row.stock_over_this:.1f}×", va="center", fontsize=7)
    axes.set_yticks(range(len(table)), table["program"])
    axes.invert_yaxis()
    axes.set_xlim(right=1.15 * table["ns_per_event_max"].max())
    axes.set_xlabel("ns per synaptic event")
    axes.set_title("12,000 cells; × = stock over this")


def _draw_sizes(axes: plt.Axes, table: pd.DataFrame) -> None:
    for program, rows in table.groupby("program", sort=False):
        low = rows["ns_per_event_median"] - rows["ns_per_event_min"]
        high = rows["ns_per_event_max"] - rows["ns_per_event_median"]
        axes.errorbar(
            rows["cells"],
            rows["ns_per_event_median"],
            [low, high],
            color=COLOURS[program],
            marker="o",
            markersize=3,
            linewidth=1,
            label=program,
        )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(
        sorted(table["cells"].unique()), [f"{n // 1000}k" for n in sorted(table["cells"].unique())]
    )
    axes.set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"])
    axes.minorticks_off()
    axes.set_xlabel("cells, 2,000 synapses onto each")
    axes.set_ylabel("ns per synaptic event")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))

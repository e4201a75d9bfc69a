"""How accuracy rises with learning and with the number of samples, and how far to trust confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cortexnet.analysis.figure_style import NEUTRAL, readable
from cortexnet.analysis.sampling.calibration import CalibrationScores
from cortexnet.analysis.sampling.figures.colours import GUIDE, MEASURED, READOUT_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_learning_curve(ax: Axes, curve: pd.DataFrame, *, chance: float) -> None:
    """Draw accuracy against epochs: each readout in its colour, test data solid, training data dashed.

    Parameters
    ----------
    curve : DataFrame
        epoch, data ("test" or "train"), readout, accuracy, low, high; a row each.
    chance : float
        Accuracy of guessing.
    """
    for (readout, data), part in curve.groupby(["readout", "data"], sort=False):
        colour, test = READOUT_COLOURS.get(str(readout), NEUTRAL), data == "test"
        ax.plot(
            part["epoch"],
            part["accuracy"],
            color=colour,
            linestyle="-" if test else (0, (3, 1.5)),
            linewidth=1.4 if test else 1.0,
            label=readable(str(readout)) if test else "_",  # Matplotlib leaves such a one out of legends
        )
        if test:
            ax.fill_between(part["epoch"], part["low"], part["high"], color=colour, alpha=0.18, linewidth=0)
    ax.axhline(chance, color=GUIDE, linewidth=0.8, linestyle=":")
    ax.annotate(
        "chance", (1, chance), xycoords=("axes fraction", "data"), ha="right", va="bottom", color=NEUTRAL
    )
    dashed = " (dashed: training data)" if (curve["data"] == "train").any() else ""
    ax.set(xlabel=f"Epochs{dashed}", ylabel="Accuracy", ylim=(0, 1.02), title="Learning")
    ax.legend(loc="lower right", bbox_to_anchor=(1, chance + 0.05), labelspacing=0.25)


def draw_accuracy_of_pools(ax: Axes, pools: pd.DataFrame) -> None:
    """Draw accuracy against the number of synapse samples that are averaged, with its spread over the pools.

    Parameters
    ----------
    pools : DataFrame
        As `cortexnet.analysis.sampling.accuracy.accuracy_of_pools` gives it.
    """
    spread = pools["sd_over_pools"].fillna(0)
    ax.errorbar(pools["n_pooled"], pools["accuracy"], yerr=spread, fmt="o-", markersize=3.5, color=MEASURED)
    ax.set_xscale("log", base=2)
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set(xlabel="Synapse samples averaged", ylabel="Accuracy", title="What averaging gains")


def draw_reliability(ax: Axes, curve: pd.DataFrame, scores: CalibrationScores) -> None:
    """Draw the frequency of right answers against confidence, with the number of data as bars below.

    Parameters
    ----------
    curve : DataFrame
        As `cortexnet.analysis.sampling.calibration.reliability_curve` gives it.
    scores : CalibrationScores
        Of the same predictions.
    """
    ax.plot([0, 1], [0, 1], color=GUIDE, linewidth=0.8, linestyle=":")
    ax.bar(
        curve["left"],
        0.25 * curve["n"] / curve["n"].max(),
        width=curve["right"] - curve["left"],
        align="edge",
        color=MEASURED,
        alpha=0.15,
        edgecolor="white",
        linewidth=0.5,
    )
    errors = np.abs(curve[["low", "high"]].to_numpy().T - curve["observed"].to_numpy())
    ax.errorbar(
        curve["predicted"], curve["observed"], yerr=errors, fmt="o-", markersize=3.5, color=MEASURED, lw=1
    )
    ax.text(
        0.03,
        0.97,
        f"calibration error {scores.expected_calibration_error:.3f}\n"
        f"(if calibrated {scores.error_if_calibrated:.3f})\n"
        f"log loss {scores.log_loss:.3f}, Brier {scores.brier:.3f}",
        transform=ax.transAxes,
        va="top",
        fontsize=7,
    )
    ax.set(
        xlim=(0, 1), ylim=(0, 1.4), yticks=np.linspace(0, 1, 6), xlabel="Confidence (bars: number of data)"
    )
    ax.set(ylabel="Share of right answers", title="Calibration")
    ax.spines["left"].set_bounds(0, 1)

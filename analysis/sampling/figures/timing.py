"""How the change of a synapse depends on the spikes on its two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cortexnet.analysis.sampling.figures.colours import DOWN, GUIDE, UP

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CASES = {
    "pre_then_post": "pre,\nthen post",
    "pre_without_post": "pre,\nno post",
    "post_without_pre": "post,\nno pre",
    "neither": "neither",
}


def draw_coincidences(ax: Axes, changes: pd.DataFrame) -> None:
    """Draw the mean change in each case, up in one colour, down in the other, with two standard errors.

    Parameters
    ----------
    changes : DataFrame
        As `cortexnet.analysis.sampling.timing.change_by_coincidence` gives it.
    """
    value = changes["mean_change"].to_numpy()
    errors = 2 * changes["standard_error"].fillna(0)
    colours = np.where(value > 0, UP, DOWN)
    ax.bar(
        range(len(changes)),
        value,
        yerr=errors,
        color=list(colours),
        width=0.6,
        error_kw={"lw": 0.9, "capsize": 2.5},
    )
    ax.axhline(0, color="black", linewidth=0.7)
    ax.set_xticks(range(len(changes)), [CASES[case] for case in changes["case"]])
    ax.tick_params(axis="x", length=0)
    ax.spines["bottom"].set_visible(False)
    ax.set(ylabel="Mean change of weight", title="Which spikes change a synapse")


def draw_lags(ax: Axes, changes: pd.DataFrame) -> None:
    """Draw the mean change after a presynaptic spike against when the postsynaptic one comes.

    Parameters
    ----------
    changes : DataFrame
        As `cortexnet.analysis.sampling.timing.change_against_lag` gives it.
    """
    ax.axhline(0, color=GUIDE, linewidth=0.8, linestyle=":")
    ax.axvline(0, color=GUIDE, linewidth=0.8, linestyle=":")
    ax.errorbar(
        changes["lag"],
        changes["mean_change"],
        yerr=2 * changes["standard_error"],
        fmt="o-",
        markersize=3,
        color=UP,
        linewidth=1,
    )
    ax.set(xlabel="From pre to post (presentations)", ylabel="Mean change of weight", title="When they do")

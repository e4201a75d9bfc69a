"""What goes on changing while accuracy stays, how far weights wander, how soon samples are independent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.figure_style import NEUTRAL
from cortexnet.analysis.sampling.displacement import Confinement, confined_displacement
from cortexnet.analysis.sampling.figures.colours import BESIDE, GUIDE, MEASURED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WEIGHT_TRACES = 12


def draw_traces(
    ax: Axes, epochs: NDArray[np.int64], weights: NDArray[np.float64], accuracy: NDArray[np.float64]
) -> None:
    """Draw some weights, and the accuracy above them on an axis of its own, against epochs.

    Parameters
    ----------
    epochs : ndarray, shape (n_states,)
        When the states were.
    weights : ndarray, shape (n_states, n_weights)
        Of these, as many as can be told apart are drawn, of all sizes.
    accuracy : ndarray, shape (n_states,)
        Of the same states.
    """
    from matplotlib import colormaps

    order = np.argsort(weights.mean(axis=0))
    shown = order[np.linspace(0, order.size - 1, min(WEIGHT_TRACES, order.size)).astype(int)]
    for place, weight in zip(np.linspace(0, 1, shown.size), shown, strict=True):
        ax.plot(epochs, weights[:, weight], color=colormaps["cividis"](0.9 * place), linewidth=0.8)
    low, high = weights[:, shown].min(), weights[:, shown].max()
    ax.set(xlabel="Epochs", ylabel="Weights", ylim=(low, low + 1.45 * (high - low)), title="Restless weights")
    right = ax.twinx()
    right.plot(epochs, accuracy, color=BESIDE, linewidth=1.2)
    right.set_ylim(-2.2, 1.05)
    right.set_yticks([0, 1])
    right.spines["right"].set_visible(True)
    right.spines["right"].set_bounds(0, 1)
    right.spines["right"].set_color(BESIDE)
    right.set_ylabel("Accuracy", color=BESIDE, y=0.82)
    right.tick_params(axis="y", colors=BESIDE)


def draw_correlations(ax: Axes, changes: Mapping[str, pd.DataFrame]) -> None:
    """Draw the correlation of states with themselves later, a line for each kind of state.

    Parameters
    ----------
    changes : mapping
        Name in words -> table of `cortexnet.analysis.sampling.volatility.change_with_lag`.
    """
    for colour, (name, change) in zip((MEASURED, BESIDE, "#009E73", NEUTRAL), changes.items(), strict=False):
        ax.plot(change["lag"], change["correlation"], "o-", markersize=2.5, color=colour, label=name)
    ax.axhline(0, color=GUIDE, linewidth=0.8, linestyle=":")
    ax.set(
        xlabel="Lag (epochs)", ylabel="Correlation with itself", ylim=(-0.05, 1.03), title="Memory of states"
    )
    ax.legend(loc="best")


def draw_displacement(ax: Axes, displacement: pd.DataFrame, found: Confinement) -> None:
    """Draw the mean squared displacement with free diffusion and the fitted confinement, doubly logarithmic.

    Parameters
    ----------
    displacement : DataFrame
        As `cortexnet.analysis.sampling.displacement.mean_squared_displacement` gives it.
    found : Confinement
        Of the same weights.
    """
    lag = displacement["lag"].to_numpy()
    first = displacement["displacement"].iloc[0]
    ax.plot(lag, first * lag / lag[0], color=GUIDE, linestyle=":", linewidth=1, label="free diffusion")
    ax.errorbar(
        lag,
        displacement["displacement"],
        yerr=displacement["standard_error"],
        fmt="o",
        markersize=3,
        color=MEASURED,
        label="weights",
    )
    if np.isfinite(found.time):
        fine = np.geomspace(lag[0], lag[-1], 100)
        label = f"confined: time {found.time:.3g} epochs"
        ax.plot(
            fine, confined_displacement(fine, found.plateau, found.time), color=BESIDE, zorder=3, label=label
        )
    ax.set(xscale="log", yscale="log", xlabel="Lag (epochs)", ylabel="Mean squared displacement")
    ax.set_title("Diffusion and confinement")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.legend(loc="upper left")


def draw_sample_sizes(ax: Axes, sizes: Mapping[str, pd.DataFrame]) -> None:
    """Draw the distribution of the integrated autocorrelation times of some kinds of traces.

    Parameters
    ----------
    sizes : mapping
        Name in words -> table of `cortexnet.analysis.sampling.effective_sample_size.effective_sample_sizes`.
    """
    times = {name: table["autocorrelation_time"].dropna().to_numpy() for name, table in sizes.items()}
    largest = max(values.max() for values in times.values())
    smallest = min(values.min() for values in times.values())
    edges = np.geomspace(0.9 * smallest, 1.1 * largest, 30)
    for colour, (name, values) in zip((MEASURED, BESIDE, "#009E73"), times.items(), strict=False):
        share = np.histogram(values, edges)[0] / values.size
        label = f"{name}: median {np.median(values):.3g}"
        ax.stairs(share, edges, fill=True, facecolor=(colour, 0.3), edgecolor=colour, lw=0.8, label=label)
    ax.set(xscale="log", xlabel="Autocorrelation time (samples)", ylabel="Share of traces")
    ax.set_title("How soon samples are independent")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_ylim(0, 1.35 * ax.dataLim.ymax)
    ax.legend(loc="upper left")

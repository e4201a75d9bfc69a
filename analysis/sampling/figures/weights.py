"""What was learned, seen in the weights: receptive fields, and the distribution of magnitudes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.sampling.figures.colours import FAMILY_COLOURS, GUIDE, MEASURED
from cortexnet.analysis.sampling.magnitude_fits import FAMILIES
from cortexnet.analysis.sampling.proportion import wilson_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAMILY_NAMES = {
    "half_normal": "normal",
    "exponential": "Laplace",
    "lognormal": "lognormal",
    "half_student_t": "Student t",
}
#: Pixels of the page between two receptive fields, in their own pixels.
GAP = 1


def draw_receptive_fields(ax: Axes, fields: NDArray[np.float64], structure: pd.DataFrame) -> None:
    """Draw the most structured receptive fields in a grid: red excites, blue inhibits, white is zero.

    Parameters
    ----------
    fields : ndarray, shape (n_cells, height, width)
        As `cortexnet.analysis.sampling.receptive_fields.receptive_fields` gives them.
    structure : DataFrame
        Of the same cells, by `cortexnet.analysis.sampling.receptive_fields.spatial_structure`.
    """
    columns, rows = 8, 4
    best = structure.sort_values("moran_i", ascending=False)["cell"].to_numpy()[: rows * columns]
    n_rows = -(-best.size // columns)
    height, width = fields.shape[1] + GAP, fields.shape[2] + GAP
    page = np.full((n_rows * height - GAP, columns * width - GAP), np.nan)
    for place, cell in enumerate(best):
        top, left = place // columns * height, place % columns * width
        page[top : top + fields.shape[1], left : left + fields.shape[2]] = fields[cell]
    limit = float(np.quantile(np.abs(fields[best]), 0.99))
    image = ax.imshow(page, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.7, aspect=18, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label("Weight")
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_title(f"Receptive fields ({structure['structured'].mean():.0%} of {len(structure)} structured)")


def draw_magnitudes(ax: Axes, weights: NDArray[np.float64], spacing: float, fits: pd.DataFrame) -> None:
    """Draw how many weights are above each magnitude, with the fitted distributions.

    Parameters
    ----------
    weights : ndarray
        Of one pathway.
    spacing : float
        Amplitude of one synapse.
    fits : DataFrame
        Of the same weights, by `cortexnet.analysis.sampling.magnitude_fits.fit_magnitudes`.
    """
    steps = np.rint(np.abs(weights).ravel() / spacing).astype(np.int64)
    above = 1 - np.bincount(steps).cumsum() / steps.size
    upper = (np.arange(above.size) + 0.5) * spacing
    some = above > 0
    x = np.linspace(upper[0], upper[-1], 400)
    for fit in fits.to_dict("records"):
        name = str(fit["family"])
        family = FAMILIES[name]
        parameters = [fit["scale"]] if family.start_shape is None else [fit["scale"], fit["shape"]]
        label = f"{FAMILY_NAMES[name]} (ΔAIC {fit['delta_aic']:.0f})"
        ax.plot(x, family.survival(x, *parameters), color=FAMILY_COLOURS[name], lw=1.1, label=label)
    band = wilson_interval(above[some] * steps.size, steps.size)
    ax.fill_between(upper[some], *band, color=GUIDE, alpha=0.25, lw=0)
    ax.plot(upper[some], above[some], "o", markersize=2, color=MEASURED, label="weights")
    ax.set(yscale="log", ylim=(0.01 / steps.size, 1.5), xlabel="Magnitude of weight", ylabel="Share above")
    ax.set_title("Tail of the weights")
    ax.legend(loc="lower left", labelspacing=0.25)

"""The eigenspectrum of responses, with its power law and that of exponent 1 as a guide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cortexnet.analysis.figure_style import NEUTRAL
from cortexnet.analysis.sampling.figures.colours import BESIDE, GUIDE, MEASURED
from cortexnet.analysis.sampling.power_law import PowerLaw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (MEASURED, "#56B4E9", "#009E73", BESIDE)


def draw_eigenspectra(ax: Axes, spectra: Mapping[str, tuple[NDArray[np.float64], PowerLaw]]) -> None:
    """Draw shares of variance against rank, doubly logarithmic, each with its line over the fitted ranks.

    Parameters
    ----------
    spectra : mapping
        Name in words -> (variances, fit) by `cortexnet.analysis.sampling.eigenspectrum` and
        `cortexnet.analysis.sampling.power_law`.
    """
    longest = max(variance.size for variance, _ in spectra.values())
    lowest = 1.0
    for colour, (name, (variance, law)) in zip(COLOURS, spectra.items(), strict=False):
        share, rank = variance / variance.sum(), np.arange(1, variance.size + 1)
        positive = share > 0
        error = f" ± {law.standard_error:.2f}" if np.isfinite(law.standard_error) else ""
        label = f"{name}: {law.exponent:.2f}{error}"
        ax.plot(rank[positive], share[positive], "o", markersize=2.2, color=colour, alpha=0.75)
        fitted = np.array([law.first_rank, law.last_rank], dtype=np.float64)
        line = law.height * fitted**-law.exponent / variance.sum()
        ax.plot(fitted, line, color=colour, linewidth=1.2, label=label)
        lowest = min(lowest, float(share[: law.last_rank][positive[: law.last_rank]].min()))
    guide = np.array([1.0, longest])
    ax.plot(guide, 0.6 / guide, color=GUIDE, linestyle=":", linewidth=1)
    ax.annotate(
        "1/rank", (longest / 3, 0.6 / (longest / 3)), xytext=(4, 3), textcoords="offset points", color=NEUTRAL
    )
    ax.set(xscale="log", yscale="log", ylim=(lowest / 80, 1.2), xlabel="Rank", ylabel="Share of variance")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_title("Eigenspectrum (exponents)")
    ax.legend(loc="lower left", fontsize=7, frameon=True, framealpha=0.85, edgecolor="none")

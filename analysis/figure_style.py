"""One look for all figures: sizes for print, and a colour for each thing that is the same everywhere.

Colours are those of Okabe & Ito (2008), which people with any colour vision can tell apart; theories differ
by the style of their lines too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from string import ascii_uppercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {
    "excitatory": "#D55E00",
    "inhibitory": "#0072B2",
    "paper": "#000000",
    "simulation": "#4D4D4D",
    "siegert": "#56B4E9",
    "strong_sparse": "#CC79A7",
    "strong_sparse_corrected": "#E69F00",
    "population_density": "#009E73",
    "heterogeneous": "#B3A500",
}
LINE_STYLES = {
    "siegert": (0, (5, 1.5)),
    "strong_sparse": (0, (1, 1)),
    "strong_sparse_corrected": (0, (5, 1, 1, 1)),
    "population_density": "-",
    "heterogeneous": (0, (3, 1, 1, 1, 1, 1)),
}
MARKERS = {"excitatory": "o", "inhibitory": "s"}
NEUTRAL = "#6F6F6F"

CENTIMETRE = 1 / 2.54  # in inches, in which Matplotlib measures

_RC = {
    "font.family": "sans-serif",
    "font.sans-serif": [
        "DejaVu Sans"
    ],  # comes with Matplotlib, so that a figure is laid out alike everywhere
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.minor.width": 0.5,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.minor.size": 1.8,
    "lines.linewidth": 1.4,
    "figure.dpi": 150,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
}


@contextmanager
def publication_style() -> Iterator[None]:
    """Draw what is inside in the common look; Matplotlib's settings are as before afterwards."""
    import matplotlib as mpl
    import seaborn as sns

    with mpl.rc_context(sns.axes_style("ticks") | _RC):
        yield


def colour_of(name: str) -> str:
    """Give the fixed colour of a population, source or theory, grey to one without."""
    return COLOURS.get(name, NEUTRAL)


def readable(name: str) -> str:
    """Name of a population, source or theory as it is written in a figure."""
    return name.replace("_", " ").capitalize()


def letter_panels(axes: Iterable[Axes]) -> None:
    """Put a bold letter, A for the first, before the title of each panel."""
    for letter, ax in zip(ascii_uppercase, axes, strict=False):
        ax.set_title(rf"$\bf{{{letter}}}$   {ax.get_title(loc='left')}", loc="left")


def say_instead(ax: Axes, words: str) -> None:
    """Write in words why a panel shows nothing, in place of its ticks."""
    ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", color=NEUTRAL)
    ax.tick_params(which="both", length=0, labelbottom=False)
    ax.tick_params(axis="y", labelleft=ax.get_ylabel() == "")

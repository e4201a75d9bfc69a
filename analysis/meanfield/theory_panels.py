"""A panel for each theory, and one legend for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cortexnet.analysis.figure_style import CENTIMETRE, letter_panels, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_CM = (8.2, 7.2)
PANELS_IN_A_ROW = 3


def theory_panels(methods: Sequence[str]) -> tuple[Figure, list[Axes]]:
    """Panels of equal size with the names of theories as titles."""
    from matplotlib.figure import Figure

    columns = min(len(methods), PANELS_IN_A_ROW)
    rows = -(-len(methods) // columns)
    width, height = PANEL_CM[0] * columns, PANEL_CM[1] * rows + 1.2
    figure = Figure(figsize=(width * CENTIMETRE, height * CENTIMETRE), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in grid[len(methods) :]:
        ax.remove()
    axes = list(grid[: len(methods)])
    for ax, method in zip(axes, methods, strict=True):
        ax.set_title(readable(method))
    if len(axes) > 1:
        letter_panels(axes)
    return figure, axes


def shared_legend(figure: Figure, axes: Sequence[Axes]) -> None:
    """Put one legend for all panels below them, every label once."""
    entries = {
        label: handle for ax in axes for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        list(entries.values()), list(entries), loc="outside lower center", ncols=3 if len(axes) > 1 else 2
    )

"""What ``cortexnet predict`` computes, and the folder that it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from cortexnet.analysis.figure_style import publication_style
from cortexnet.analysis.meanfield import METHODS, predict
from cortexnet.analysis.meanfield.bifurcation_figure import bifurcation_figure
from cortexnet.analysis.meanfield.continuation import boundaries, continuation
from cortexnet.analysis.meanfield.phase_plane_figure import phase_plane_figure
from cortexnet.analysis.meanfield.state_table import state_table
from cortexnet.analysis.meanfield.strong_sparse import DEFAULT_CUT
from cortexnet.parameter_axis import ParameterAxis
from cortexnet.recording.results import write_results

TABLE, STABILITY, PHASE_PLANE = "predictions.csv", "stability.csv", "phase_plane.png"
BOUNDARIES, BIFURCATIONS = "boundaries.csv", "bifurcations.png"


@dataclass(frozen=True)
class Prediction:
    """States of one set of parameters.

    Attributes
    ----------
    parameters : ParameterSet
    method : str or None
        One theory; None for all.
    cut : float or None
        Border between weak and strong synapses of `strong_sparse`, V.
    """

    parameters: Any
    method: str | None
    cut: float | None

    @property
    def methods(self) -> list[str]:
        """Names of the theories."""
        return list(METHODS) if self.method is None else [self.method]

    @property
    def varied(self) -> dict[str, str]:
        """Column of what varies, and its head for a reader."""
        return {}

    @cached_property
    def table(self) -> pd.DataFrame:
        """Rows of `predict`."""
        return predict(self.parameters, self.methods, self.cut)

    def save(self, folder: Path, *, overwrite: bool) -> None:
        """Write tables and a figure; the folder appears complete or not at all."""
        about = {"parameters": self.parameters.to_plain(), "methods": self.methods, "cut_v": self.cut}
        with publication_style():
            write_results(folder, self.files(), about, overwrite=overwrite)

    def files(self) -> dict[str, Callable[[Path], object]]:
        """File name -> function that writes the file."""
        cut = DEFAULT_CUT if self.cut is None else self.cut
        return {
            TABLE: partial(self.table.to_csv, index=False),
            STABILITY: partial(state_table(self.parameters, self.methods, cut).to_csv, index=False),
            PHASE_PLANE: lambda path: phase_plane_figure(self.parameters, self.methods, cut).savefig(path),
        }


@dataclass(frozen=True)
class Continuation(Prediction):
    """States of several sets of parameters that differ in one of them.

    Attributes
    ----------
    axis : ParameterAxis
        The parameter that varies.
    numbers : list of float
        Its values in its own unit.
    """

    axis: ParameterAxis[Any]
    numbers: list[float]

    @property
    def varied(self) -> dict[str, str]:
        """Column of what varies, and its head for a reader."""
        unit = f" ({self.axis.unit})" if self.axis.unit else ""
        return {self.axis.name: f"{self.axis.name}{unit}"}

    @cached_property
    def table(self) -> pd.DataFrame:
        """Rows of `predict` after the value of the parameter that varies."""
        values = [self.axis.value(number) for number in self.numbers]
        tables = [
            continuation(self.parameters, self.axis.name, values, method, self.cut) for method in self.methods
        ]
        return pd.concat(tables, ignore_index=True)

    def files(self) -> dict[str, Callable[[Path], object]]:
        """File name -> function that writes the file."""
        ends = boundaries(self.parameters, self.axis.name, self.table, self.cut)
        return {
            TABLE: partial(self.table.to_csv, index=False),
            BOUNDARIES: partial(ends.to_csv, index=False),
            BIFURCATIONS: lambda path: bifurcation_figure(self.table, ends, self.axis.unit).savefig(path),
        }

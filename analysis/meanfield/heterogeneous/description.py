"""What a state of the heterogeneous theory is like, in the numbers that describe a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from cortexnet.analysis.meanfield.heterogeneous.one_step import SampledNetwork
from cortexnet.analysis.meanfield.heterogeneous.shared_fluctuations import SharedFluctuations
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import Cell
from cortexnet.analysis.summary import by_summary_name, summary_table

#: Width of the bins of the density, V.
BIN = 0.1e-3


@dataclass(frozen=True, eq=False)
class Description:
    """Numbers of one state.

    Attributes
    ----------
    numbers, errors : dict
        Those of `cortexnet.analysis.summary`, and their standard errors. The rates are the *output* of cells
        at the rates of the state.
    edges, shares : list of float
        Of the histogram of the excitatory membrane potential without refractory cells: V, and shares of all.
    shared : SharedFluctuations
        What cells had in common.
    """

    numbers: dict[str, float]
    errors: dict[str, float]
    edges: list[float]
    shares: list[float]
    shared: SharedFluctuations

    @classmethod
    def of(cls, network: SampledNetwork, shared: SharedFluctuations, cell: Cell) -> Self:
        """Describe sampled cells and the fluctuations that they have in common."""
        table = summary_table(network)
        edges, shares = _histogram(network, cell)
        return cls(
            numbers=by_summary_name(table, "value"),
            errors=by_summary_name(table, "standard_error"),
            edges=edges.tolist(),
            shares=shares.tolist(),
            shared=shared,
        )

    def bins(self) -> tuple[Array, Array]:
        """Middles and widths of the bins of the histogram, V."""
        edges = np.array(self.edges)
        return (edges[1:] + edges[:-1]) / 2, np.diff(edges)

    def density(self, potential: Array) -> Array:
        """Density (1/V) at potentials (V), interpolated between the bins; 0 beyond them."""
        middles, widths = self.bins()
        return np.interp(potential, middles, np.array(self.shares) / widths, left=0.0, right=0.0)


def _histogram(network: SampledNetwork, cell: Cell) -> tuple[Array, Array]:
    """Edges (V) of the bins up to threshold, and the share of all samples in each."""
    potentials = 1e-3 * network.excitatory.potentials.ravel().astype(np.float64)
    # A refractory cell stands at the reset to the last digit.
    moving = potentials[np.abs(potentials - cell.reset_potential) > 1e-9]
    lowest = min(moving.min(initial=cell.reset_potential), cell.reset_potential)
    bins = int(np.ceil((cell.threshold_potential - lowest) / BIN))
    edges = np.asarray(cell.threshold_potential - BIN * np.arange(bins, -1, -1), dtype=np.float64)
    return edges, np.histogram(moving, edges)[0] / max(potentials.size, 1)

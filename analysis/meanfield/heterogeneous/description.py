"""What a state of the heterogeneous theory is like, in the numbers that describe a recording."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from cortexnet.analysis.meanfield.heterogeneous.common_fluctuations import (
    HIGHEST_FREQUENCY,
    CommonFluctuations,
    Complex,
)
from cortexnet.analysis.meanfield.heterogeneous.one_step import SampledNetwork
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import Cell
from cortexnet.analysis.summary import by_summary_name, summary_table

#: Width of the bins of the density, V.
BIN = 0.1e-3
#: Bins (s) in which the fluctuations of the population rates are told.
FLUCTUATION_BIN = 5e-3
#: Frequencies (Hz) between which the spectra are averaged.
SPECTRUM_STEP = 5.0


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
    fluctuation_sd : list of float
        SD of the relative population rates (E, I) in bins of `FLUCTUATION_BIN`.
    spectrum : dict
        ``frequency_hz`` and, in units of what independent Poisson cells would give, ``excitatory``,
        ``inhibitory``, ``cross_real`` and ``cross_imaginary`` (E times the conjugate of I).
    limited : bool
        Whether the linear response alone would have been unstable.
    """

    numbers: dict[str, float]
    errors: dict[str, float]
    edges: list[float]
    shares: list[float]
    fluctuation_sd: list[float]
    spectrum: dict[str, list[float]]
    limited: bool

    @classmethod
    def of(
        cls,
        network: SampledNetwork,
        fluctuations: CommonFluctuations,
        rates: tuple[float, float],
        cell: Cell,
    ) -> Self:
        """Describe sampled cells and the fluctuations that they have in common."""
        table = summary_table(network)
        edges, shares = _histogram(network, cell)
        spectrum, noise = fluctuations.spectrum(np.maximum(rates, 1e-3))
        smoothing = np.sinc(fluctuations.frequency * FLUCTUATION_BIN) ** 2
        width = 2 * (fluctuations.frequency[1] - fluctuations.frequency[0])
        variances = [float(width * (spectrum[a, a].real * smoothing)[1:].sum()) for a in (0, 1)]
        return cls(
            numbers=by_summary_name(table, "value"),
            errors=by_summary_name(table, "standard_error"),
            edges=edges.tolist(),
            shares=shares.tolist(),
            fluctuation_sd=np.sqrt(variances).tolist(),
            spectrum=_smoothed(fluctuations.frequency, spectrum, noise),
            limited=fluctuations.limited,
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


def _smoothed(frequency: Array, spectrum: Complex, noise: Array) -> dict[str, list[float]]:
    """Average the spectra over `SPECTRUM_STEP`, in units of the noise of Poisson cells."""
    edges = np.arange(SPECTRUM_STEP / 2, HIGHEST_FREQUENCY / 2, SPECTRUM_STEP)
    first = np.searchsorted(frequency, edges)
    unit = np.sqrt(noise)

    def mean(values: Array) -> list[float]:
        return [float(values[i:j].mean()) for i, j in pairwise(first)]

    cross = spectrum[0, 1] / (unit[0] * unit[1])
    return {
        "frequency_hz": (edges[:-1] + SPECTRUM_STEP / 2).tolist(),
        "excitatory": mean(spectrum[0, 0].real / noise[0]),
        "inhibitory": mean(spectrum[1, 1].real / noise[1]),
        "cross_real": mean(cross.real),
        "cross_imaginary": mean(cross.imag),
    }

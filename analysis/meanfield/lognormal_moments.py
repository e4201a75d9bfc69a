"""Moments of the synapses that are there: EPSPs, conductances and release failures, by quadrature.

A theory of the network needs sums over the excitatory synapses of a cell, such as K <(1 - p) G>. They follow
from the distribution of the EPSPs [20], here with everything that the network does to a synapse after its
EPSP is drawn: redrawn above the cut-off, absent outside the kept range, scaled, turned into a conductance by
the exact peak of the EPSP, and failing to release with probability p = a/(a + EPSP).

The mean strength G alone, as in the source's sigma^2 = r G^2 K, would make the noise of this distribution 2.7
times too small: <G^2> is what counts, and of released spikes only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from cortexnet.analysis.meanfield.quadrature import Array, panels
from cortexnet.parameters import ParameterSet
from cortexnet.synapses import (
    conductance_of_epsp,
    epsp_probability,
    epsp_quantile,
    release_failure_probability,
)

#: Panels of the quadrature in the normal score of a synapse; beyond the ends lies 2e-16 of the synapses.
SCORE_EDGES = (-8.2, -4.0, -2.5, -1.0, 0.0, 1.0, 2.0, 2.75, 3.5, 4.25, 5.5, 8.2)
NODES_PER_PANEL = 10


@dataclass(frozen=True)
class EpspSpectrum:
    """A quadrature rule over the recurrent excitatory synapses, by ascending strength.

    Attributes
    ----------
    epsp : ndarray
        EPSP amplitude from rest after scaling, V.
    conductance : ndarray
        Jump of the conductance per capacitance, 1/s.
    release_probability : ndarray
        1 - p.
    share : ndarray
        Weight of the node: the share of all *drawn* synapses that it stands for. The sum is the share that
        is kept.
    """

    epsp: Array
    conductance: Array
    release_probability: Array
    share: Array

    def expectation(self, values: Array) -> float:
        """Sum of `values` (one a node) over the kept synapses, per drawn synapse."""
        return float(self.share @ values)

    def between(self, lower: float, upper: float) -> EpspSpectrum:
        """Return the part with lower <= EPSP < upper (V); exact where both are borders of the rule."""
        part = (self.epsp >= lower) & (self.epsp < upper)
        return EpspSpectrum(
            self.epsp[part], self.conductance[part], self.release_probability[part], self.share[part]
        )


def epsp_spectrum(parameters: ParameterSet, borders: Sequence[float] = ()) -> EpspSpectrum:
    """Quadrature rule over the kept excitatory-to-excitatory synapses of a parameter set.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    borders : sequence of float
        EPSPs after scaling, V, at which the rule is split, so that sums below and above are both exact.

    Returns
    -------
    EpspSpectrum
    """
    return _epsp_spectrum(parameters.as_si(), borders)


def weight_moments(parameters: ParameterSet, borders: Sequence[float] = ()) -> pd.DataFrame:
    """Moments of the kept excitatory-to-excitatory synapses, whole and split at EPSP amplitudes.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    borders : sequence of float
        EPSPs, V, between which the synapses are counted apart.

    Returns
    -------
    DataFrame
        A row for all synapses, and one a part if there are borders: epsp_from_mv, epsp_to_mv,
        synapses_per_cell, and means over the synapses of the row: epsp_mean_mv, epsp_square_mv2,
        failure_probability, released_epsp_mean_mv, released_epsp_square_mv2, conductance_mean_per_ms,
        conductance_square_per_ms2, released_conductance_mean_per_ms, released_conductance_square_per_ms2.
        "Released" is multiplied by 1 - p. Means over no synapse are 0.
    """
    si = parameters.as_si()
    spectrum = _epsp_spectrum(si, borders)
    limits = [0.0, *sorted(borders), np.inf]
    parts = [(0.0, np.inf), *(pairwise(limits) if borders else ())]
    in_degree = recurrent_in_degree(si)
    return pd.DataFrame([_moments(spectrum, lower, upper, in_degree) for lower, upper in parts])


def recurrent_in_degree(si: Mapping[str, Any]) -> float:
    """Mean number of excitatory synapses that are drawn onto an excitatory cell; there are no autapses."""
    return float(si["connection_probability_excitatory"] * (si["n_excitatory"] - 1))


def epsp_law(si: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `epsp_quantile` and `epsp_probability` as a parameter set has them."""
    return {
        "mode": si["epsp_mode"],
        "log_sd": si["epsp_log_sd"],
        "cutoff": si["epsp_cutoff"],
        "distribution": si["epsp_distribution"],
    }


def _epsp_spectrum(si: Mapping[str, Any], borders: Sequence[float] = ()) -> EpspSpectrum:
    """Nodes in the normal score z of a synapse, its EPSP the quantile of probability Phi(z).

    In z the integrands are smooth and decay like a Gaussian, so the lognormal tail costs nothing.
    """
    law = epsp_law(si)
    kept_from, kept_to = epsp_probability([si["epsp_removed_below"], si["epsp_removed_above"]], **law)
    splits = epsp_probability(np.asarray(borders, dtype=np.float64) / si["epsp_scale"], **law)
    low, high, *inner = np.clip(ndtri([kept_from, kept_to, *splits]), SCORE_EDGES[0], SCORE_EDGES[-1])
    score, weight = panels(np.sort(np.clip([*SCORE_EDGES, low, high, *inner], low, high)), NODES_PER_PANEL)
    present = weight > 0
    score, weight = score[present], weight[present]
    epsp = si["epsp_scale"] * epsp_quantile(ndtr(score), **law)
    return EpspSpectrum(
        epsp=epsp,
        conductance=conductance_of_epsp(
            epsp,
            membrane_time_constant=si["membrane_time_constant_excitatory"],
            synaptic_time_constant=si["synaptic_time_constant"],
            leak_potential=si["leak_potential"],
            reversal_potential=si["excitatory_reversal_potential"],
        ),
        release_probability=1 - release_failure_probability(epsp, si["release_failure_epsp"]),
        share=weight * np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi),
    )


def _moments(spectrum: EpspSpectrum, lower: float, upper: float, in_degree: float) -> dict[str, float]:
    spectrum = spectrum.between(lower, upper)
    kept = float(spectrum.share.sum())

    def mean(values: Array) -> float:
        return spectrum.expectation(values) / kept if kept > 0 else 0.0

    epsp, conductance, released = (
        1e3 * spectrum.epsp,
        1e-3 * spectrum.conductance,
        spectrum.release_probability,
    )
    return {
        "epsp_from_mv": 1e3 * lower,
        "epsp_to_mv": 1e3 * upper,
        "synapses_per_cell": in_degree * kept,
        "epsp_mean_mv": mean(epsp),
        "epsp_square_mv2": mean(epsp**2),
        "failure_probability": mean(1 - released),
        "released_epsp_mean_mv": mean(released * epsp),
        "released_epsp_square_mv2": mean(released * epsp**2),
        "conductance_mean_per_ms": mean(conductance),
        "conductance_square_per_ms2": mean(conductance**2),
        "released_conductance_mean_per_ms": mean(released * conductance),
        "released_conductance_square_per_ms2": mean(released * conductance**2),
    }

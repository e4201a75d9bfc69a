"""The mean conductance that a spike releases onto an excitatory cell, and the scale that restores it.

After synapses are removed, the network differs in two ways: in the distribution of its strengths and in the
mean drive. Scaling the remaining EPSPs until the mean drive is the intact one leaves only the first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.synapses import (
    conductance_of_epsp,
    epsp_probability,
    epsp_quantile,
    release_failure_probability,
)

#: Nodes of the quadrature; the relative error is below 1e-8.
NODES = 1000


def mean_released_conductance(parameters: Parameters) -> float:
    """Return the mean of (1 - p) G over all drawn synapses, an absent synapse counting as zero.

    Parameters
    ----------
    parameters : Parameters
        The network's.

    Returns
    -------
    float
        Conductance per capacitance and spike, 1/s.
    """
    law: dict[str, Any] = {
        "mode": float(parameters.epsp_mode),
        "log_sd": parameters.epsp_log_sd,
        "cutoff": float(parameters.epsp_cutoff),
        "distribution": parameters.epsp_distribution,
    }
    kept_from, kept_to = epsp_probability(
        [float(parameters.epsp_removed_below), float(parameters.epsp_removed_above)], **law
    )
    share, weight = _nodes_dense_at_both_ends()
    epsp = parameters.epsp_scale * epsp_quantile(kept_from + (kept_to - kept_from) * share, **law)
    conductance = conductance_of_epsp(
        epsp,
        membrane_time_constant=float(parameters.membrane_time_constant_excitatory),
        synaptic_time_constant=float(parameters.synaptic_time_constant),
        leak_potential=float(parameters.leak_potential),
        reversal_potential=float(parameters.excitatory_reversal_potential),
    )
    released = 1 - release_failure_probability(epsp, float(parameters.release_failure_epsp))
    return float((kept_to - kept_from) * np.sum(weight * released * conductance))


def restored_scale(ablated: Parameters, intact: Parameters) -> float:
    """Return the `epsp_scale` with which `ablated` releases the mean conductance of `intact`.

    Parameters
    ----------
    ablated, intact : Parameters
        Networks that differ in what is removed; the present scale of `ablated` does not matter.

    Returns
    -------
    float
        The scale, to a relative precision of 1e-9.
    """
    wanted = mean_released_conductance(intact)

    def excess(scale: float) -> float:
        return mean_released_conductance(ablated.replace(epsp_scale=scale)) - wanted

    lower = upper = 1.0
    while excess(upper) < 0:
        lower, upper = upper, 1.5 * upper
    while excess(lower) > 0:
        lower /= 1.5
    return float(brentq(excess, lower, upper, rtol=1e-10))


def _nodes_dense_at_both_ends() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights of [0, 1]: Gauss-Legendre in t, s = 3 t^2 - 2 t^3, as quantiles need it."""
    node, weight = np.polynomial.legendre.leggauss(NODES)
    t = (node + 1) / 2
    return t**2 * (3 - 2 * t), weight / 2 * 6 * t * (1 - t)

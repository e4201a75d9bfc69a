"""The mean conductance that a spike releases onto an excitatory cell, and the scale that restores it.

After synapses are removed, the network differs in two ways: in the distribution of its strengths and in the
mean drive. Scaling the remaining EPSPs until the mean drive is the intact one leaves only the first.
"""

from __future__ import annotations

from scipy.optimize import brentq

from cortexnet.analysis.meanfield.lognormal_moments import epsp_spectrum
from cortexnet.models.spontaneous_activity.parameters import Parameters


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
    spectrum = epsp_spectrum(parameters)
    return spectrum.expectation(spectrum.release_probability * spectrum.conductance)


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

"""Strengths of the excitatory-to-excitatory synapses as counter-based draws.

One word a synapse decides its EPSP; conductance and failure probability are functions of that EPSP.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Function, Hz
from numpy.typing import NDArray

from cortexnet.draws import WordRange, quantile_function, quantile_table
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.synapses import (
    conductance_of_epsp,
    epsp_probability,
    epsp_quantile,
    release_failure_probability,
)

#: Resolutions of the tables: 4e-9 per second and 1.5e-11.
_CONDUCTANCE_BITS = 28
_PROBABILITY_BITS = 36


def epsp_law(parameters: Parameters) -> dict[str, Any]:
    """Return the keyword arguments of the functions of the EPSP law."""
    si = parameters.as_si()
    return {"distribution": si["epsp_distribution"]} | {
        name: si[f"epsp_{name}"] for name in ("mode", "log_sd", "cutoff")
    }


def conductance_on_excitatory(
    parameters: Parameters, epsp_amplitude: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Conductances (1/s) of EPSPs (volt) on an excitatory cell at rest."""
    return conductance_of_epsp(
        epsp_amplitude,
        membrane_time_constant=float(parameters.membrane_time_constant_excitatory),
        synaptic_time_constant=float(parameters.synaptic_time_constant),
        leak_potential=float(parameters.leak_potential),
        reversal_potential=float(parameters.excitatory_reversal_potential),
    )


def kept_synapses(parameters: Parameters, epsp_stream: int) -> WordRange:
    """Which synapses remain after `epsp_removed_below` and `epsp_removed_above`."""
    ends = [float(parameters.epsp_removed_below), float(parameters.epsp_removed_above)]
    low, high = epsp_probability(ends, **epsp_law(parameters))
    return WordRange.of_probabilities(epsp_stream, float(low), float(high))


def strength_functions(parameters: Parameters, epsp_stream: int) -> dict[str, Function]:
    """Brian2 functions ``conductance_draw(seed, i, j)`` and ``failure_probability_draw(seed, i, j)``.

    Parameters
    ----------
    parameters : Parameters
        The network's.
    epsp_stream : int
        Stream of the EPSP amplitudes.

    Returns
    -------
    dict
        For the namespace of the Synapses object.
    """

    def epsp(probability: NDArray[np.float64]) -> NDArray[np.float64]:
        return parameters.epsp_scale * epsp_quantile(probability, **epsp_law(parameters))

    def conductance(probability: NDArray[np.float64]) -> NDArray[np.float64]:
        return conductance_on_excitatory(parameters, epsp(probability))

    def failure(probability: NDArray[np.float64]) -> NDArray[np.float64]:
        return release_failure_probability(epsp(probability), float(parameters.release_failure_epsp))

    return {
        "conductance_draw": quantile_function(
            "conductance_draw",
            stream=epsp_stream,
            table=quantile_table(conductance, _CONDUCTANCE_BITS),
            bits=_CONDUCTANCE_BITS,
            return_unit=Hz,
        ),
        "failure_probability_draw": quantile_function(
            "failure_probability_draw",
            stream=epsp_stream,
            table=quantile_table(failure, _PROBABILITY_BITS),
            bits=_PROBABILITY_BITS,
        ),
    }

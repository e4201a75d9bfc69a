"""The joint machine of a parameter set and a seed: its weights and biases, drawn by counter."""

from __future__ import annotations

import numpy as np

from cortexnet.analysis.boltzmann.joint_machine import JointMachine
from cortexnet.models.synaptic_boltzmann.normal import normal_numbers
from cortexnet.models.synaptic_boltzmann.parameters import Parameters

_WEIGHTS, _VISIBLE_BIASES, _HIDDEN_BIASES = range(3)  # indices of their numbers


def joint_machine(parameters: Parameters, seed: int) -> JointMachine:
    """Draw the normal weights and biases of a joint machine.

    Parameters
    ----------
    parameters : Parameters
        Sizes, log odds, and standard deviations.
    seed : int
        Master seed.
    """
    shape = (parameters.n_visible, parameters.n_hidden, parameters.synapses_per_pair)
    visible, hidden, parallel = np.indices(shape)
    return JointMachine(
        weights=parameters.weight_sd * normal_numbers(seed, _WEIGHTS, parallel, visible, hidden),
        log_odds=np.full(shape, parameters.synapse_log_odds),
        visible_bias=parameters.bias_sd * normal_numbers(seed, _VISIBLE_BIASES, 0, np.arange(shape[0]), 0),
        hidden_bias=parameters.bias_sd * normal_numbers(seed, _HIDDEN_BIASES, 0, np.arange(shape[1]), 0),
    )

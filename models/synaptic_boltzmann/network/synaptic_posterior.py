"""Reading B in Brian2: binary synapses, and a hidden unit's answers to all data, sample their posterior."""

from __future__ import annotations

import numpy as np
from brian2 import Clock, SpikeMonitor, Synapses
from numpy.typing import NDArray

from cortexnet.devices import mark_run_time_values, set_at_run_time
from cortexnet.draws import checked_seed
from cortexnet.models.synaptic_boltzmann import equations
from cortexnet.models.synaptic_boltzmann.network.sides import side
from cortexnet.models.synaptic_boltzmann.parameters import Parameters
from cortexnet.network import Description, ModelNetwork, Population

DATA = "data"


def build(parameters: Parameters, data: NDArray[np.float64], seed: int = 1) -> ModelNetwork:
    """Build the network whose cells are the binary synapses and the answers to the data.

    A cell that is on stands for the sign 1, one that is off for -1.

    Parameters
    ----------
    parameters : Parameters
        Of them ``feature_strength`` and ``time_bin`` are used; sizes are those of the data.
    data : ndarray of -1 and 1, shape (data, synapses)
        What the synapses are inferred from.
    seed : int
        Master seed of all states.

    Returns
    -------
    ModelNetwork
        With the groups ``synapse`` and ``answer``, the synapses ``data`` between them, and the spikes
        ``synapse_spikes`` and ``answer_spikes``.
    """
    seed = checked_seed(seed)
    clock = Clock(dt=parameters.time_bin, name="network_clock")
    n_data, n_synapses = data.shape
    groups = {
        name: side(name, size, index, seed, clock)
        for index, (name, size) in enumerate({"synapse": n_synapses, "answer": n_data}.items())
    }
    couplings = Synapses(groups["synapse"], groups["answer"], equations.DATUM, clock=clock, name=DATA)
    mark_run_time_values()
    for group in groups.values():
        group.is_on = equations.START_CELL
    couplings.connect()
    couplings.pattern = data.T.ravel().astype(int)  # Brian2 connects source after source
    set_at_run_time(couplings, "scale", parameters.feature_strength / np.sqrt(n_synapses))
    return ModelNetwork(
        *groups.values(),
        couplings,
        *(SpikeMonitor(group, name=f"{name}_spikes") for name, group in groups.items()),
        description=Description(
            system="synaptic_boltzmann",
            parameters=parameters,
            seed=seed,
            populations=tuple(
                Population(name, len(group), f"{name}_spikes") for name, group in groups.items()
            ),
            pathways={DATA: "synapse"},
            summarise=lambda recording: {},
        ),
    )

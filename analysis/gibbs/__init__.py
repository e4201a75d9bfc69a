"""Small sampling networks enumerated: the law that they ought to sample, and the law that they do sample.

A network of a few binary cells, or of a few binary synapses, has a target that can be summed over all
states (`HiddenCells`, `RedundantSynapses`, `SynapseCounts`), and every way to redraw its cells is a
transition matrix (`one_at_a_time`, `in_parallel`, `neural_sampling_law`) whose stationary law is found
without simulation. The total variation between both is the bias of that way, free of sampling error.
`Connection` is the same for one connection of any number of synapses, beside its continuous limits.

Bit i of a state's number is the state of cell or synapse i.
"""

from cortexnet.analysis.gibbs.chains import in_parallel, one_at_a_time, stationary
from cortexnet.analysis.gibbs.counts import SynapseCounts
from cortexnet.analysis.gibbs.neural_sampling import neural_sampling_law
from cortexnet.analysis.gibbs.neurons import HiddenCells
from cortexnet.analysis.gibbs.one_connection import Connection
from cortexnet.analysis.gibbs.states import binary_states, total_variation
from cortexnet.analysis.gibbs.synapses import Observations, RedundantSynapses

__all__ = [
    "Connection",
    "HiddenCells",
    "Observations",
    "RedundantSynapses",
    "SynapseCounts",
    "binary_states",
    "in_parallel",
    "neural_sampling_law",
    "one_at_a_time",
    "stationary",
    "total_variation",
]

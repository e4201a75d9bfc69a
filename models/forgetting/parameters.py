"""The parameters of the forgetting experiment: those of the network, the task, and what is released."""

from __future__ import annotations

from dataclasses import dataclass

from cortexnet.models.dual_sampling.parameters import CHOSEN, CODINGS
from cortexnet.models.dual_sampling.parameters import Parameters as NetworkParameters
from cortexnet.parameters import choice, integer, number

EVERYTHING, TEACHER = "everything", "teacher"


@dataclass(frozen=True, eq=False, repr=False)
class Parameters(NetworkParameters):
    """Parameters of the network and the experiment; all data are shown in parallel, once in a sweep.

    So `data_per_update`, `bins_per_datum` and `time_bin` only matter for the same network in spikes.
    """

    n_data: int = integer(
        1000, minimum=10, maximum=1297, source=CHOSEN, description="handwritten digits that are learned"
    )
    learning_sweeps: int = integer(
        400, minimum=1, maximum=1_000_000, source=CHOSEN, description="sweeps with everything clamped"
    )
    forgetting_sweeps: int = integer(
        2000, minimum=1, maximum=1_000_000, source=CHOSEN, description="sweeps after the release, at most"
    )
    released: str = choice(
        EVERYTHING,
        options=(EVERYTHING, TEACHER),
        source="open in the source",
        description="clamps that are released after learning: of inputs and outputs, or of the outputs alone",
    )
    n_hidden: int = integer(
        40, minimum=1, maximum=100_000, source=CHOSEN, description="number of hidden cells"
    )
    synapses_per_connection: int = integer(
        100,
        minimum=2,
        multiple_of=2,
        maximum=100_000,
        source=CHOSEN,
        description="K: half of them excite, half inhibit",
    )
    amplitude: float = number(
        0.1, above=0, maximum=10, source=CHOSEN, description="a: what one synapse adds to the drive"
    )
    synapse_update_fraction: float = number(
        1e-3, minimum=0, maximum=1, source=CHOSEN, description="f: probability that a synapse is redrawn"
    )
    trace_rate: float = number(
        1.0, above=0, maximum=1, source="1 is the printed rule", description="r_q: of the traces, per sweep"
    )
    neuron_update_fraction: float = number(
        0.5,
        above=0,
        maximum=1,
        source=CHOSEN,
        description="probability that a free cell is redrawn in a sweep",
    )
    coding: str = choice("binary", options=CODINGS, source=CHOSEN, description="of a pixel by input cells")

    @property
    def network(self) -> NetworkParameters:
        """Those of the network, with all data in one sweep."""
        own = {name: getattr(self, name) for name in NetworkParameters.kinds()}
        return NetworkParameters(**own | {"data_per_update": self.n_data})

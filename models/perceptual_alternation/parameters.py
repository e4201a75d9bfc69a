"""The parameters of perceptual alternation: those of the network, the images, and how they are viewed."""

from __future__ import annotations

from dataclasses import dataclass

from cortexnet.models.dual_sampling.parameters import CHOSEN, CODINGS, MOST_SYNAPSES
from cortexnet.models.dual_sampling.parameters import Parameters as NetworkParameters
from cortexnet.parameters import choice, integer, number


@dataclass(frozen=True, eq=False, repr=False)
class Parameters(NetworkParameters):
    """Parameters of network and experiment; `bins_per_datum` and `data_per_update` have no effect here."""

    image_size: int = integer(
        24, minimum=16, maximum=64, source=CHOSEN, description="height and width of the images in pixels"
    )
    line_width: float = number(
        1.2, above=0, maximum=5, source=CHOSEN, description="of the drawn edges in pixels"
    )
    hidden_brightness: float = number(
        0.0, minimum=0, below=1, source=CHOSEN, description="of hidden edges in the unambiguous drawings"
    )
    n_images: int = integer(
        100, minimum=2, maximum=10_000, source=CHOSEN, description="unambiguous drawings that are learned"
    )
    jitter: float = number(
        1.0, minimum=0, maximum=4, source=CHOSEN, description="largest shift of these in pixels"
    )
    pixel_noise: float = number(
        0.1, minimum=0, maximum=1, source=CHOSEN, description="SD of the noise in their pixels"
    )
    learning_sweeps: int = integer(
        300, minimum=0, maximum=1_000_000, source=CHOSEN, description="sweeps through all drawings"
    )
    n_viewers: int = integer(
        20, minimum=1, maximum=10_000, source=CHOSEN, description="copies of the cells that view the cube"
    )
    viewing_bins: int = integer(
        5000, minimum=100, maximum=10_000_000, source=CHOSEN, description="time bins for which it is viewed"
    )
    settling_bins: int = integer(
        500, minimum=0, maximum=1_000_000, source=CHOSEN, description="bins before these that are left out"
    )
    feedback_strength: float = number(
        1.0, minimum=0, maximum=1, source="1 is [32]; 0 is an ablation", description="factor of the feedback"
    )
    adaptation_rate: float = number(
        0.02, above=0, maximum=1, source=CHOSEN, description="per bin, at which adaptation follows the spikes"
    )
    adaptation_strength: float = number(
        20.0,
        minimum=0,
        maximum=1000,
        source="chosen here; 0 is the model of the source",
        description="what adaptation to a spike in every bin takes from the drive of a hidden cell",
    )
    readout_rate: float = number(
        0.1,
        above=0,
        maximum=1,
        source=CHOSEN,
        description="per bin, of the low-passed difference of the outputs",
    )
    percept_threshold: float = number(
        0.2,
        above=0,
        below=1,
        source=CHOSEN,
        description="of that difference, which lies within +-1: beyond plus or minus this a percept begins",
    )
    n_hidden: int = integer(
        40, minimum=1, maximum=100_000, source=CHOSEN, description="number of hidden cells"
    )
    hidden_connections: str = choice(
        "all", options=("none", "all"), source=CHOSEN, description="connections among hidden cells"
    )
    synapses_per_connection: int = integer(
        400,
        minimum=2,
        multiple_of=2,
        maximum=MOST_SYNAPSES,
        source=CHOSEN,
        description="K: half of them excite, half inhibit",
    )
    amplitude: float = number(
        0.02, above=0, maximum=10, source=CHOSEN, description="a: what one synapse adds to the drive"
    )
    amplitude_recurrent: float = number(
        0.02, above=0, maximum=10, source=CHOSEN, description="the same, of synapses among hidden cells"
    )
    gain: float = number(
        100.0, above=0, maximum=1e6, source=CHOSEN, description="weight of the data against the prior"
    )
    synapse_update_fraction: float = number(
        1e-3, minimum=0, maximum=1, source=CHOSEN, description="f: probability that a synapse is redrawn"
    )
    trace_rate: float = number(
        1.0, above=0, maximum=1, source="1 is the printed rule", description="r_q: of the traces, per sweep"
    )
    neuron_update_fraction: float = number(
        0.3, above=0, maximum=1, source=CHOSEN, description="probability that a free cell is redrawn in a bin"
    )
    coding: str = choice("grey", options=CODINGS, source=CHOSEN, description="of a pixel by input cells")

    @property
    def network(self) -> NetworkParameters:
        """Those of the network, with all drawings in one sweep."""
        own = {name: getattr(self, name) for name in NetworkParameters.kinds()}
        return NetworkParameters(**own | {"data_per_update": self.n_images})

"""The parameters of the three models with random synapses.

None of them is published: all values are chosen here so that a run of seconds shows what theory predicts.
"""

from __future__ import annotations

from dataclasses import dataclass

from brian2 import Hz, Quantity, ms, mV

from cortexnet.parameters import ParameterSet, integer, number, quantity

CHOSEN = "chosen here"
#: Cells and synapses of a joint machine that can be enumerated: 2**20 states.
MOST_VARIABLES = 20
#: Connections of the other networks, which a laptop holds.
MOST_CONNECTIONS = 5_000_000


@dataclass(frozen=True, eq=False, repr=False)
class Parameters(ParameterSet):
    """Parameters of the joint machine, of the posterior of synapses, and of the sampling machine."""

    n_visible: int = integer(
        3, minimum=1, maximum=100, source=CHOSEN, description="visible cells of the joint machine"
    )
    n_hidden: int = integer(
        2, minimum=1, maximum=100, source=CHOSEN, description="hidden cells of the joint machine"
    )
    synapses_per_pair: int = integer(
        2, minimum=1, maximum=100, source=CHOSEN, description="parallel synapses between two of its cells"
    )
    synapse_log_odds: float = number(
        -1.0,
        minimum=-20,
        maximum=20,
        source=CHOSEN,
        description="q: log odds of one of its synapses to be on while its cells are off",
    )
    weight_sd: float = number(
        1.5, minimum=0, maximum=10, source=CHOSEN, description="SD of the normal weights of its synapses"
    )
    bias_sd: float = number(
        0.5, minimum=0, maximum=10, source=CHOSEN, description="SD of the normal biases of its cells"
    )
    n_chains: int = integer(
        20,
        minimum=2,
        maximum=1000,
        source=CHOSEN,
        description="independent copies of the joint machine; errors are those between them",
    )
    time_bin: Quantity = quantity(
        1 * ms,
        unit="ms",
        minimum=0.1,
        maximum=1000,
        source=CHOSEN,
        description="time of one Gibbs sweep; a cell that is on spikes once in it",
    )
    n_synapses: int = integer(
        100, minimum=2, maximum=2000, source=CHOSEN, description="N: binary synapses that are inferred"
    )
    feature_strength: float = number(
        1.0,
        minimum=0.05,
        maximum=5,
        source=CHOSEN,
        description="beta: how strongly the synapses shape the data",
    )
    relative_load: float = number(
        4.0,
        above=0,
        maximum=20,
        source=CHOSEN,
        description="data per synapse, in units of the critical number beta**-4",
    )
    release_probability: float = number(
        0.5,
        above=0,
        below=1,
        source="Neftci et al. 2016 use one half",
        description="p: probability that a synapse of the sampling machine transmits a spike",
    )
    n_volley_inputs: int = integer(
        12,
        minimum=1,
        maximum=16,
        source=CHOSEN,
        description="inputs that spike at the same time, whose masks are enumerated",
    )
    volley_interval: Quantity = quantity(
        100 * ms, unit="ms", above=0, maximum=10_000, source=CHOSEN, description="time between two volleys"
    )
    volley_epsp: Quantity = quantity(
        2.8 * mV, unit="mV", above=0, maximum=50, source=CHOSEN, description="median EPSP of these inputs"
    )
    n_poisson_inputs: int = integer(
        200,
        minimum=1,
        maximum=2000,
        source=CHOSEN,
        description="inputs that fire as independent Poisson processes",
    )
    poisson_rate: Quantity = quantity(
        20 * Hz, unit="Hz", above=0, maximum=1000, source=CHOSEN, description="rate of each of these"
    )
    poisson_epsp: Quantity = quantity(
        0.5 * mV, unit="mV", above=0, maximum=50, source=CHOSEN, description="median EPSP of these inputs"
    )
    epsp_log_sd: float = number(
        0.7, minimum=0, maximum=3, source=CHOSEN, description="SD of the logarithm of every EPSP"
    )
    n_biases: int = integer(
        17, minimum=2, maximum=201, source=CHOSEN, description="biases at which cells are observed"
    )
    bias_range: Quantity = quantity(
        16 * mV,
        unit="mV",
        above=0,
        maximum=100,
        source=CHOSEN,
        description="shift of the resting potential: biases lie evenly between minus and plus this",
    )
    n_copies: int = integer(10, minimum=2, maximum=1000, source=CHOSEN, description="cells at each bias")
    membrane_time_constant: Quantity = quantity(
        10 * ms,
        unit="ms",
        above=0,
        maximum=1000,
        source=CHOSEN,
        description="of the sampling machine's cells",
    )
    refractory_period: Quantity = quantity(
        2 * ms, unit="ms", minimum=0, maximum=1000, source=CHOSEN, description="after a spike"
    )
    leak_potential: Quantity = quantity(
        -70 * mV, unit="mV", minimum=-200, maximum=200, source=CHOSEN, description="resting potential"
    )
    threshold_potential: Quantity = quantity(
        -50 * mV, unit="mV", minimum=-200, maximum=200, source=CHOSEN, description="at which a cell spikes"
    )
    time_step: Quantity = quantity(
        0.1 * ms,
        unit="ms",
        minimum=0.001,
        maximum=1,
        source=CHOSEN,
        description="of the integration of the membrane",
    )

    def check(self) -> None:
        """Check that the joint machine can be enumerated, and that resting cells stay below threshold."""
        self.require(
            self.n_visible + self.n_hidden + self.n_joint_synapses <= MOST_VARIABLES,
            "synapses_per_pair",
            f"so few that all cells and synapses together are at most {MOST_VARIABLES}",
            "n_visible",
            "n_hidden",
        )
        self._check_sizes()
        self.require_order("leak_potential", "<", "threshold_potential")
        self.require(
            self.leak_potential + self.bias_range < self.threshold_potential,
            "bias_range",
            "smaller than the distance of rest and threshold",
            "leak_potential",
            "threshold_potential",
        )
        self.require(
            self.poisson_rate * self.time_step <= 1,
            "poisson_rate",
            "at most one spike per time step",
            "time_step",
        )
        self.require_order("time_step", "<=", "membrane_time_constant")
        self.require(
            self.refractory_period + 5 * self.membrane_time_constant <= self.volley_interval,
            "volley_interval",
            "at least the refractory period and 5 membrane time constants, so that volleys do not add up",
            "refractory_period",
            "membrane_time_constant",
        )

    def _check_sizes(self) -> None:
        self.require(
            self.n_data * self.n_synapses <= MOST_CONNECTIONS,
            "relative_load",
            f"such that n_synapses times the number of data, {self.n_data}, is at most {MOST_CONNECTIONS}",
            "n_synapses",
            "feature_strength",
        )
        self.require(
            self.n_poisson_inputs * self.n_biases * self.n_copies <= MOST_CONNECTIONS,
            "n_copies",
            f"such that inputs, biases and copies multiply to at most {MOST_CONNECTIONS}",
            "n_poisson_inputs",
            "n_biases",
        )

    @property
    def n_joint_synapses(self) -> int:
        """Synapses of one joint machine."""
        return self.n_visible * self.n_hidden * self.synapses_per_pair

    @property
    def load(self) -> float:
        """alpha: data per synapse, ``relative_load/feature_strength**4``."""
        return self.relative_load * self.feature_strength**-4

    @property
    def n_data(self) -> int:
        """M: number of data, at least 1."""
        return max(1, round(self.load * self.n_synapses))

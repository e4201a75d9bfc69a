"""The parameters of the dual sampling network: what each means, and where it may lie.

No value of Teramae & Tsubo, Physical Review Research 4, 043051 (2022) could be confirmed; every default is
chosen here. Numbers in square brackets are the equations of the lecture notes of J. Teramae.

How the parameters act together: with half of the K synapses of a connection at +a and half at -a, a weight
has the prior variance s2 = K a**2/4 and lies within +-a K/2. Redrawing a small fraction f of the synapses
moves it, on average, by f (s2 gain dlogL/dw - w), with noise of variance 2 f s2: Langevin sampling of the
posterior of a Gaussian prior, at the temperature 1/gain.
"""

from __future__ import annotations

from dataclasses import dataclass

from brian2 import Quantity, ms

from cortexnet.parameters import ParameterSet, choice, integer, number, quantity

CHOSEN = "chosen here"
CODINGS = ("binary", "thermometer", "stochastic", "grey")
#: Counts of synapses are 32-bit integers, and a redrawn count is found by a search that begins at 0.
MOST_SYNAPSES = 100_000


@dataclass(frozen=True, eq=False, repr=False)
class Parameters(ParameterSet):
    """Parameters of the dual sampling network; those without a unit are plain numbers."""

    n_hidden: int = integer(
        100, minimum=1, maximum=100_000, source=CHOSEN, description="number of hidden cells"
    )
    hidden_connections: str = choice(
        "none",
        options=("none", "all"),
        source=CHOSEN,
        description="connections among hidden cells: none (feedforward) or all pairs (recurrent)",
    )
    synapses_per_connection: int = integer(
        1600,
        minimum=2,
        multiple_of=2,
        maximum=MOST_SYNAPSES,
        source=CHOSEN,
        description="K of [26]: half of them excite, half inhibit",
    )
    amplitude: float = number(
        0.02,
        above=0,
        maximum=10,
        source=CHOSEN,
        description="a of [26]: what one synapse adds to the drive; the fixed and small size of all of them",
    )
    amplitude_recurrent: float = number(
        0.005,
        above=0,
        maximum=10,
        source=CHOSEN,
        description="the same, of synapses among hidden cells",
    )
    prior_log_odds: float = number(
        0.0,
        minimum=-20,
        maximum=20,
        source="zero in all results of the source",
        description="q0 of [34]: log-odds of a synapse without data",
    )
    gain: float = number(
        10.0,
        above=0,
        maximum=1e6,
        source=CHOSEN,
        description="weight of the data against the prior: 1 is the printed rule, more a lower temperature",
    )
    synapse_update_fraction: float = number(
        5e-4,
        minimum=0,
        maximum=1,
        source=CHOSEN,
        description="probability that a synapse is redrawn in a synaptic update; 1 with trace_rate = 1 does "
        "not sample the posterior",
    )
    trace_rate: float = number(
        0.02,
        above=0,
        maximum=1,
        source=CHOSEN,
        description="r_q of [37], per synaptic update: 1 forgets earlier ones, less averages over 1/r_q",
    )
    data_per_update: int = integer(
        10,
        minimum=1,
        maximum=10_000_000,
        source=CHOSEN,
        description="data shown between two synaptic updates; all of them give the sum of [35] as printed",
    )
    neuron_update_fraction: float = number(
        1.0,
        above=0,
        maximum=1,
        source=CHOSEN,
        description="probability that a free cell is redrawn in a bin; with recurrent connections at most "
        "0.1 for an error below 0.01, 0.5 as a compromise",
    )
    feedback_rate: float = number(
        1.0,
        above=0,
        maximum=1,
        source=CHOSEN,
        description="r_b of [36], per bin: 1 is the instantaneous feedback of [32]",
    )
    coding: str = choice(
        "thermometer",
        options=CODINGS,
        source=CHOSEN,
        description="of a pixel by input cells: a spike above half of the maximum, one cell for each of "
        "three levels, a spike with the probability of its brightness, or a graded event",
    )
    neuron_conditional: str = choice(
        "linear",
        options=("linear", "exact"),
        source="[30]: the fifth line is linear, the third exact",
        description="log-odds of a cell given its targets: to first order in the weight, or exact",
    )
    synapse_conditional: str = choice(
        "linear",
        options=("linear", "exact"),
        source="[33]: the last line is linear, the third exact",
        description="log-odds of a synapse given the data: to first order in the amplitude, or exact",
    )
    representation: str = choice(
        "collapsed",
        options=("collapsed", "explicit"),
        source=CHOSEN,
        description="of the synapses of a connection: two counts of the same law, or K of them one by one",
    )
    bins_per_datum: int = integer(
        2, minimum=1, maximum=10_000, source=CHOSEN, description="time bins for which a datum is shown"
    )
    time_bin: Quantity = quantity(
        1 * ms, unit="ms", above=0, maximum=1000, source=CHOSEN, description="a spike in a bin is x = 1"
    )

    def check(self) -> None:
        """Check what concerns several parameters at once."""
        largest = max(self.amplitude, self.amplitude_recurrent) * self.synapses_per_connection / 2
        self.require(largest <= 1000, "synapses_per_connection", "so that K*amplitude/2 <= 1000", "amplitude")
        self.require(
            self.representation == "collapsed" or self.neuron_conditional == "linear",
            "neuron_conditional",
            "linear where synapses are explicit, since no single synapse knows its connection's weight",
            "representation",
        )
        self.require(
            self.representation == "explicit" or self.synapse_conditional == "linear",
            "representation",
            "explicit where the conditional of a synapse is exact, since on and off synapses then differ",
            "synapse_conditional",
        )

    @property
    def is_recurrent(self) -> bool:
        """Whether hidden cells are connected with each other."""
        return self.hidden_connections == "all"

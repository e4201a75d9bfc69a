"""The published parameters of the strong-sparse and weak-dense network, with the source of every value.

Sources, by what could be read of them:

- *paper*: Teramae, Tsubo & Fukai, Scientific Reports 2, 485 (2012), abstract and figure captions.
- *both re-implementations*: the public ones of A. Gilra (Brian2, 2016) and J. Stern (NEST, 2020), written
  independently of each other; a value on which they agree counts as certain.
- *chosen here*: the sources leave it open; the value was settled by simulation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from brian2 import Hz, Quantity, ms, mV

from cortexnet.parameters import ParameterSet, choice, integer, number, quantity
from cortexnet.synapses import epsp_of_conductance

BOTH = "both re-implementations"
#: The largest jump of a conductance, in 1/s: some twenty times that of the strongest synapses.
LARGEST_JUMP = 5e3
#: Delays are drawn as 32-bit numbers in units of 2**-16 of a time step.
LONGEST_DELAY_STEPS = 2**15


@dataclass(frozen=True, eq=False, repr=False)
class Parameters(ParameterSet):
    """Parameters of the network, published by default; conductances are per membrane capacitance."""

    n_excitatory: int = integer(
        10_000, minimum=2, maximum=1_000_000, source=BOTH, description="number of excitatory cells"
    )
    n_inhibitory: int = integer(
        2_000, minimum=2, maximum=1_000_000, source=BOTH, description="number of inhibitory cells"
    )
    connection_probability_excitatory: float = number(
        0.1,
        above=0,
        maximum=1,
        source="Gilra 2016; Stern 2020 has 0.01 as a change of his own",
        description="probability that an excitatory cell projects to any other cell",
    )
    connection_probability_inhibitory: float = number(
        0.5,
        above=0,
        maximum=1,
        source=BOTH,
        description="probability that an inhibitory cell projects to any other cell",
    )
    membrane_time_constant_excitatory: Quantity = quantity(
        20 * ms, unit="ms", above=0, maximum=1000, source=BOTH, description="of excitatory cells at rest"
    )
    membrane_time_constant_inhibitory: Quantity = quantity(
        10 * ms, unit="ms", above=0, maximum=1000, source=BOTH, description="of inhibitory cells at rest"
    )
    synaptic_time_constant: Quantity = quantity(
        2 * ms, unit="ms", above=0, maximum=1000, source=BOTH, description="decay of every conductance"
    )
    refractory_period: Quantity = quantity(
        1 * ms, unit="ms", minimum=0, maximum=1000, source=BOTH, description="of every cell"
    )
    leak_potential: Quantity = quantity(
        -70 * mV, unit="mV", minimum=-200, maximum=200, source=BOTH, description="resting potential"
    )
    excitatory_reversal_potential: Quantity = quantity(
        0 * mV, unit="mV", minimum=-200, maximum=200, source=BOTH, description="of excitatory synapses"
    )
    inhibitory_reversal_potential: Quantity = quantity(
        -80 * mV, unit="mV", minimum=-200, maximum=200, source=BOTH, description="of inhibitory synapses"
    )
    threshold_potential: Quantity = quantity(
        -50 * mV, unit="mV", minimum=-200, maximum=200, source=BOTH, description="at which a cell spikes"
    )
    reset_potential: Quantity = quantity(
        -60 * mV,
        unit="mV",
        minimum=-200,
        maximum=200,
        source="both re-implementations; the first draft of Gilra 2016 had -70 mV",
        description="after a spike, and during refractoriness",
    )
    epsp_mode: Quantity = quantity(
        0.2 * mV,
        unit="mV",
        above=0,
        maximum=200,
        source=BOTH,
        description="most frequent EPSP between excitatory cells, peak from rest",
    )
    epsp_log_sd: float = number(
        1.0, above=0, maximum=3, source=BOTH, description="standard deviation of the logarithm of the EPSP"
    )
    epsp_cutoff: Quantity = quantity(
        20 * mV,
        unit="mV",
        above=0,
        maximum=200,
        source="both re-implementations; that larger EPSPs are drawn again is of Gilra 2016",
        description="largest EPSP; larger ones are drawn again",
    )
    release_failure_epsp: Quantity = quantity(
        0.1 * mV,
        unit="mV",
        minimum=0,
        maximum=200,
        source="Gilra 2016, but for his last version",
        description="EPSP whose release fails half of the time; failure a/(a + EPSP)",
    )
    conductance_excitatory_to_inhibitory: Quantity = quantity(
        0.018 / ms, unit="1/ms", minimum=0, maximum=10, source=BOTH, description="jump per spike"
    )
    conductance_inhibitory_to_excitatory: Quantity = quantity(
        0.002 / ms,
        unit="1/ms",
        minimum=0,
        maximum=10,
        source="Gilra 2016, and Stern 2020 as the original value",
        description="jump per spike",
    )
    conductance_inhibitory_to_inhibitory: Quantity = quantity(
        0.0025 / ms, unit="1/ms", minimum=0, maximum=10, source=BOTH, description="jump per spike"
    )
    mean_delay_excitatory_to_excitatory: Quantity = quantity(
        2 * ms, unit="ms", above=0, maximum=1000, source=BOTH, description="mean of the uniform delays"
    )
    mean_delay_other: Quantity = quantity(
        1 * ms,
        unit="ms",
        above=0,
        maximum=1000,
        source="both re-implementations; excitatory to inhibitory Stern 2020 alone: 2 ms kills the state",
        description="mean of the uniform delays of the other three pathways",
    )
    delay_half_width: Quantity = quantity(
        1 * ms,
        unit="ms",
        minimum=0,
        maximum=1000,
        source=BOTH,
        description="delays are uniform, mean +- this",
    )
    kick_duration: Quantity = quantity(
        100 * ms,
        unit="ms",
        minimum=0,
        maximum=10_000,
        source="Stern 2020",
        description="time for which external events start the activity",
    )
    kick_rate: Quantity = quantity(
        25 * Hz,
        unit="Hz",
        minimum=0,
        maximum=100_000,
        source="Gilra 2016; that of the paper is not known",
        description="rate of the external events at every cell, from where it falls linearly to zero",
    )
    kick_epsp: Quantity = quantity(
        10 * mV,
        unit="mV",
        above=0,
        maximum=200,
        source="Gilra 2016; that of the paper is not known",
        description="strength of an external event, as the EPSP of an excitatory cell at rest",
    )
    epsp_distribution: str = choice(
        "lognormal",
        options=("lognormal", "normal"),
        source="paper",
        description="of EPSPs between excitatory cells; normal: equal mean, SD 0.3 of it, positive",
    )
    epsp_removed_below: Quantity = quantity(
        0 * mV,
        unit="mV",
        minimum=0,
        maximum=200,
        source="ablation; nothing is removed",
        description="synapses with a smaller EPSP are drawn, then absent",
    )
    epsp_removed_above: Quantity = quantity(
        20 * mV,
        unit="mV",
        above=0,
        maximum=200,
        source="ablation; nothing is removed",
        description="synapses with this EPSP or a larger one are drawn, then absent",
    )
    epsp_scale: float = number(
        1.0,
        above=0,
        maximum=100,
        source="ablation; nothing is changed",
        description="factor of the remaining EPSPs",
    )
    time_step: Quantity = quantity(
        0.1 * ms,
        unit="ms",
        minimum=0.001,
        maximum=1,
        source="chosen here: halving it moves the rates by less than the networks differ",
        description="of the integration",
    )

    def check(self) -> None:
        """Check the order of the potentials, the delays, the cuts, and that every EPSP can be reached."""
        self.require_order("inhibitory_reversal_potential", "<=", "reset_potential")
        self.require_order("reset_potential", "<", "threshold_potential")
        self.require_order("threshold_potential", "<", "excitatory_reversal_potential")
        self.require_order("leak_potential", "<", "threshold_potential")
        self._check_times()
        self._check_epsps()

    def _check_times(self) -> None:
        for delay in ("mean_delay_excitatory_to_excitatory", "mean_delay_other"):
            self.require_order("time_step", "<=", delay)
            self.require_order("delay_half_width", "<=", delay)
            self.require(
                (getattr(self, delay) + self.delay_half_width) / self.time_step < LONGEST_DELAY_STEPS,
                delay,
                f"with delay_half_width, below {LONGEST_DELAY_STEPS} time steps",
                "time_step",
            )
        for time_constant in (
            "synaptic_time_constant",
            "membrane_time_constant_excitatory",
            "membrane_time_constant_inhibitory",
        ):
            self.require_order("time_step", "<=", time_constant)
        self.require(
            self.kick_rate * self.time_step <= 1,
            "kick_rate",
            "at most one event per time step",
            "time_step",
        )

    def _check_epsps(self) -> None:
        self.require_order("epsp_mode", "<", "epsp_cutoff")
        self.require_order("epsp_removed_below", "<", "epsp_removed_above")
        self.require_order("epsp_removed_below", "<", "epsp_cutoff")
        limit = _epsp_of_largest_conductance(
            float(self.membrane_time_constant_excitatory),
            float(self.synaptic_time_constant),
            float(self.leak_potential),
            float(self.excitatory_reversal_potential),
        )
        reachable = f"an EPSP that a conductance can reach, at most {limit * 1e3:.4g} mV"
        reversal = "excitatory_reversal_potential"
        self.require(float(self.kick_epsp) <= limit, "kick_epsp", reachable, reversal)
        self.require(float(self.epsp_cutoff) <= limit, "epsp_cutoff", reachable, reversal)
        largest = float(min(self.epsp_cutoff, self.epsp_removed_above))
        self.require(
            largest * self.epsp_scale <= limit,
            "epsp_scale",
            f"at most {limit / largest:.4g}, so that a conductance can reach every EPSP",
            "epsp_cutoff",
            "epsp_removed_above",
            reversal,
        )


@lru_cache(maxsize=1024)
def _epsp_of_largest_conductance(
    membrane_time_constant: float,
    synaptic_time_constant: float,
    leak_potential: float,
    reversal_potential: float,
) -> float:
    """Return the EPSP (V) that `LARGEST_JUMP` makes on an excitatory cell at rest."""
    return float(
        epsp_of_conductance(
            LARGEST_JUMP,
            membrane_time_constant=membrane_time_constant,
            synaptic_time_constant=synaptic_time_constant,
            leak_potential=leak_potential,
            reversal_potential=reversal_potential,
        )
    )

"""From which cells to which: the four pathways, and the random streams that decide their synapses."""

from __future__ import annotations

from typing import NamedTuple

from brian2 import Function

from cortexnet.draws import (
    Purpose,
    RandomRows,
    WordRange,
    delay_steps,
    fixed_point_steps,
    stream,
    uniform,
)
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.models.spontaneous_activity.strengths import kept_synapses, strength_functions

POPULATIONS = ("excitatory", "inhibitory")

#: The streams of one trial's release failures lie this far from those of the next.
STREAMS_OF_A_TRIAL = 2**16
TRIALS = 2**15


class Pathway(NamedTuple):
    """From one population to another; its place in the list numbers its random streams."""

    source: str
    target: str

    @property
    def name(self) -> str:
        """Name of its Synapses object."""
        return f"{self.source}_to_{self.target}"

    @property
    def is_lognormal(self) -> bool:
        """Whether each synapse has its own strength and may fail, as between excitatory cells."""
        return self.source == self.target == "excitatory"

    def stream(self, purpose: Purpose) -> int:
        """Return the random stream of this pathway for a purpose."""
        return stream(purpose, PATHWAYS.index(self))

    def release_stream(self, trial: int) -> int:
        """Return the random stream of the release failures of a trial."""
        return self.stream(Purpose.RELEASE) + STREAMS_OF_A_TRIAL * trial

    def rows(self, parameters: Parameters) -> RandomRows:
        """Return which of its cells connect."""
        epsp_stream = self.stream(Purpose.EPSP)
        return RandomRows(
            stream=self.stream(Purpose.CONNECTION),
            probability=float(getattr(parameters, f"connection_probability_{self.source}")),
            n_sources=size_of(self.source, parameters),
            n_targets=size_of(self.target, parameters),
            exclude_self=self.source == self.target,
            kept=kept_synapses(parameters, epsp_stream) if self.is_lognormal else WordRange(epsp_stream),
        )

    def delay_draw(self) -> Function:
        """Return the Brian2 function that draws a delay; its last arguments are those of `delay_range`."""
        return delay_steps("delay_draw", stream=self.stream(Purpose.DELAY))

    def delay_range(self, parameters: Parameters) -> dict[str, int]:
        """Return the range of its delays, in fixed-point time steps."""
        mean = (
            parameters.mean_delay_excitatory_to_excitatory
            if self.is_lognormal
            else parameters.mean_delay_other
        )
        time_step = float(parameters.time_step)
        return {
            "shortest_delay": fixed_point_steps(float(mean - parameters.delay_half_width), time_step),
            "delay_width": fixed_point_steps(float(2 * parameters.delay_half_width), time_step),
        }

    def functions(self, parameters: Parameters) -> dict[str, Function]:
        """Return the functions that the equations of its synapses use, for their namespace."""
        functions = {**self.rows(parameters).functions(), "delay_draw": self.delay_draw()}
        if self.is_lognormal:
            functions |= strength_functions(parameters, self.stream(Purpose.EPSP)) | {"uniform": uniform}
        return functions


PATHWAYS = tuple(Pathway(source, target) for source in POPULATIONS for target in POPULATIONS)
BETWEEN_EXCITATORY = Pathway("excitatory", "excitatory")


def size_of(population: str, parameters: Parameters) -> int:
    """Return the number of cells of a population."""
    return int(getattr(parameters, f"n_{population}"))

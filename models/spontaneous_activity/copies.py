"""Copies of excitatory cells in the running network, to see what a cell does if one thing is different.

A copy has the presynaptic cells, strengths, delays and release failures of its original and receives the same
spikes at the same times, but sends to nobody: the network does not notice it. Each original is copied as
often as there are variants of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from brian2 import NeuronGroup, SpikeMonitor, StateMonitor, Synapses, ms, mV, second
from numpy.typing import NDArray

from cortexnet.analysis.recordings import Window
from cortexnet.analysis.spikes import SpikeTrains
from cortexnet.analysis.voltage import potential_moments_of_cells
from cortexnet.models.spontaneous_activity import equations
from cortexnet.models.spontaneous_activity.network import cell_constants, set_all
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.models.spontaneous_activity.pathways import POPULATIONS, Pathway
from cortexnet.models.spontaneous_activity.strengths import conductance_on_excitatory
from cortexnet.network import ModelNetwork, Population
from cortexnet.recording.monitors import spikes_of, voltages_of

#: Sooner, the potential is still what it was: samples would be many and say little more.
POTENTIAL_INTERVAL = 10 * ms


@dataclass(frozen=True)
class Variant:
    """What is different in a copy.

    Attributes
    ----------
    current_mv_per_ms : float
        A constant current per capacitance.
    smallest_epsp_mv : float
        Excitatory synapses with a smaller EPSP are absent.
    """

    current_mv_per_ms: float = 0.0
    smallest_epsp_mv: float = 0.0


@dataclass(frozen=True, eq=False)
class ObservedCopies:
    """What copies did; index ``n*n_variants + k`` is variant ``k`` of cell ``n``.

    Attributes
    ----------
    trains : SpikeTrains
        Their spikes.
    mean_mv, sd_mv : ndarray, shape (copies,)
        Mean and standard deviation over time of the membrane potential of each, refractory times included.
    n_variants : int
        Copies of each cell.
    """

    trains: SpikeTrains
    mean_mv: NDArray[np.float64]
    sd_mv: NDArray[np.float64]
    n_variants: int

    def of_variant(self, variant: int) -> ObservedCopies:
        """Return the copies of one variant, one of each cell."""
        chosen = np.arange(variant, self.trains.size, self.n_variants)
        return ObservedCopies(self.trains.select(chosen), self.mean_mv[chosen], self.sd_mv[chosen], 1)


@dataclass(frozen=True)
class Copies:
    """Copies of the first excitatory cells of a network.

    Attributes
    ----------
    n_originals : int
        How many cells are copied.
    variants : sequence of Variant
        Copy ``k`` of a cell ``n`` has the index ``n*len(variants) + k`` and differs by variant ``k``.
    """

    n_originals: int
    variants: Sequence[Variant]

    @property
    def size(self) -> int:
        """Number of copies."""
        return self.n_originals * len(self.variants)

    @property
    def original(self) -> NDArray[np.int64]:
        """Index of the copied cell, shape (size,)."""
        return np.repeat(np.arange(self.n_originals), len(self.variants))

    @property
    def population(self) -> Population:
        """Their name and monitors."""
        return Population("copies", self.size, "copies_spikes", "copies_voltage")

    def add_to(self, network: ModelNetwork) -> None:
        """Add them to a network made by `build`, before it is run."""
        parameters: Parameters = network.description.parameters  # type: ignore[assignment]
        cells = self._cells(network, parameters)
        network.add(
            cells,
            *(self._synapses(source, network, cells, parameters) for source in POPULATIONS),
            SpikeMonitor(cells, name=self.population.spike_monitor),
            StateMonitor(
                cells, "v", record=True, dt=POTENTIAL_INTERVAL, name=self.population.voltage_monitor
            ),
        )

    def observed(self, network: ModelNetwork, window: Window) -> ObservedCopies:
        """Return what they did within a window of the run."""
        spikes, samples = (of(network, self.population) for of in (spikes_of, voltages_of))
        inside = (samples.time_s >= window.start_s) & (samples.time_s < window.stop_s)
        assert samples.value is not None
        mean_mv, sd_mv = potential_moments_of_cells(samples.neuron[inside], samples.value[inside], self.size)
        trains = SpikeTrains(spikes.neuron, spikes.time_s, self.size, window.start_s, window.stop_s)
        return ObservedCopies(trains, mean_mv, sd_mv, len(self.variants))

    def _cells(self, network: ModelNetwork, parameters: Parameters) -> NeuronGroup:
        cells = NeuronGroup(
            self.size,
            equations.MEMBRANE + equations.CONSTANTS + equations.COPY_STATE,
            threshold=equations.THRESHOLD,
            reset=equations.RESET,
            refractory=equations.REFRACTORY,
            method="rk2",
            clock=network["excitatory"].clock,
            name=self.population.name,
        )
        constants = cell_constants("excitatory", parameters)
        leak, time_constant = constants.pop("leak_potential"), constants["membrane_time_constant"]
        set_all(cells, constants | {"master_seed": network.description.seed})
        current = np.array([variant.current_mv_per_ms for variant in self.variants]) * mV / ms
        smallest_epsp = np.array([variant.smallest_epsp_mv for variant in self.variants]) * mV
        smallest = conductance_on_excitatory(parameters, smallest_epsp)
        cells.original = self.original
        cells.leak_potential = np.tile(leak + current * time_constant, self.n_originals)
        cells.smallest_conductance = np.tile(smallest, self.n_originals) / second
        cells.v = "leak_potential"
        return cells

    def _synapses(
        self, source: str, network: ModelNetwork, cells: NeuronGroup, parameters: Parameters
    ) -> Synapses:
        pathway = Pathway(source, "excitatory")
        synapses = Synapses(
            network[source],
            cells,
            equations.LOGNORMAL_SYNAPSE if pathway.is_lognormal else equations.UNIFORM_SYNAPSE,
            on_pre=equations.ON_UNRELIABLE_SPIKE_TO_COPY
            if pathway.is_lognormal
            else equations.ON_INHIBITORY_SPIKE,
            clock=network["excitatory"].clock,
            namespace=pathway.functions(parameters),
            dtype={"failure_probability": np.float32} if pathway.is_lognormal else None,
            name=f"{source}_to_copies",
        )
        pathway.rows(parameters).connect_copies(
            synapses, network.description.seed, n_copied=self.n_originals, n_copies=len(self.variants)
        )
        set_all(synapses, pathway.delay_range(parameters))
        if pathway.is_lognormal:
            set_all(synapses, {"release_stream": pathway.release_stream(network.description.trial)})
            synapses.conductance = equations.COPIED_CONDUCTANCE
            synapses.failure_probability = equations.COPIED_FAILURE_PROBABILITY
        else:
            set_all(synapses, {"conductance": getattr(parameters, f"conductance_{pathway.name}")})
        synapses.delay = equations.COPIED_DELAY
        return synapses

"""A small network whose every spike and voltage is known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from brian2 import (
    NeuronGroup,
    Quantity,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    ms,
    second,
)

from cortexnet.network import Description, ModelNetwork, Population
from cortexnet.parameters import ParameterSet, choice, integer, quantity
from cortexnet.recording import Recording

SIZES = {"excitatory": 6, "inhibitory": 3}
SPIKES = [
    ("excitatory", 1, 0.002),
    ("inhibitory", 2, 0.002),
    ("excitatory", 1, 0.003),
    ("excitatory", 4, 0.04),
]
N_CELLS = 4
#: Excitatory cell 1 makes three synapses, 4 two with one cell, 5 one; an inhibitory cell one with every cell.
PAIRS = [(1, 0), (1, 1), (1, 3), (4, 2), (4, 2), (5, 0)]
EVENTS = 3 + N_CELLS + 3 + 2

Summary = Mapping[str, float | bool | None]


@dataclass(frozen=True, eq=False, repr=False)
class Parameters(ParameterSet):
    time_constant: Quantity = quantity(20 * ms, unit="ms", above=0, source="none", description="unused")
    n_cells: int = integer(N_CELLS, minimum=1, maximum=9, source="none", description="unused")
    distribution: str = choice("normal", options=("normal", "other"), source="none", description="unused")


def build(
    summarise: Callable[[Recording], Summary] = lambda recording: {},
    slope: str = "1*mV/ms",
    spikes: list[tuple[str, int, float]] = SPIKES,
) -> ModelNetwork:
    """Return a network with given spikes, and voltages that rise from -60 mV + index at 1 mV/ms."""
    groups = {name: _generator(name, spikes) for name in SIZES}
    cells = NeuronGroup(N_CELLS, f"dv/dt = {slope} : volt", method="euler", name="cells")
    cells.v = "-60*mV + i*mV"
    from_excitatory = Synapses(groups["excitatory"], cells, on_pre="v_post += 0*mV", name="from_excitatory")
    from_excitatory.connect(i=[source for source, _ in PAIRS], j=[target for _, target in PAIRS])
    from_inhibitory = Synapses(groups["inhibitory"], cells, on_pre="v_post += 0*mV", name="from_inhibitory")
    from_inhibitory.connect()
    return ModelNetwork(
        *groups.values(),
        cells,
        from_excitatory,
        from_inhibitory,
        *(SpikeMonitor(group, name=f"{name}_spikes") for name, group in groups.items()),
        StateMonitor(cells, "v", record=[3, 0], dt=1 * ms, name="excitatory_voltage"),
        description=_describe(summarise),
    )


def _generator(name: str, spikes: list[tuple[str, int, float]]) -> SpikeGeneratorGroup:
    cells = [cell for population, cell, _ in spikes if population == name]
    times = [time for population, _, time in spikes if population == name]
    return SpikeGeneratorGroup(SIZES[name], cells, times * second, name=name)


def _describe(summarise: Callable[[Recording], Summary]) -> Description:
    return Description(
        system="toy",
        parameters=Parameters(),
        seed=7,
        populations=(
            Population("excitatory", SIZES["excitatory"], "excitatory_spikes", "excitatory_voltage"),
            Population("inhibitory", SIZES["inhibitory"], "inhibitory_spikes"),
        ),
        pathways={"from_excitatory": "excitatory", "from_inhibitory": "inhibitory"},
        summarise=summarise,
    )

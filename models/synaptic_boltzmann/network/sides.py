"""Two sides of binary cells that are redrawn in turn: what both readings have in common."""

from __future__ import annotations

from brian2 import Clock, NeuronGroup

from cortexnet.devices import set_at_run_time
from cortexnet.draws import Purpose, stream, uniform
from cortexnet.models.synaptic_boltzmann import equations

#: Order within a time bin, after the synapses at its start. Brian2 adds up what a side receives just before
#: the order of its cells; so each side sees the newest state of the other.
_REDRAWN_FIRST, _REDRAWN_LAST = 2, 4


def side(name: str, size: int, index: int, seed: int, clock: Clock) -> NeuronGroup:
    """Make binary cells that are redrawn once per bin.

    Parameters
    ----------
    name : str
        Of the population.
    size : int
        Number of cells.
    index : int
        0 for the side that is redrawn last, 1 for the one that is redrawn first.
    seed : int
        Master seed.
    clock : Clock
        Its steps are the bins.
    """
    order = _REDRAWN_FIRST if index else _REDRAWN_LAST
    cells = NeuronGroup(
        size,
        equations.CELL,
        threshold=equations.ON,
        reset="",
        clock=clock,
        order=order,
        namespace={"uniform": uniform, "cell_stream": stream(Purpose.CELL, index)},
        name=name,
    )
    cells.run_regularly(equations.REDRAW_CELL, clock=clock, when="groups", order=order, name=f"redraw_{name}")
    set_at_run_time(cells, "master_seed", seed)
    return cells

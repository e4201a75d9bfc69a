"""The cells that the models are made of."""

from __future__ import annotations

from brian2 import Hz, NeuronGroup, PoissonGroup, SpikeMonitor

CELLS = """
dv/dt = (drive - v)/(8*ms) : 1 (unless refractory)
drive : 1
x : 1
"""


def firing(name: str, n: int = 40) -> NeuronGroup:
    """Cells that fire by themselves, each at its own rate."""
    cells = NeuronGroup(n, CELLS, threshold="v > 1", reset="v = 0", refractory="1*ms",
                        method="euler", name=name)  # fmt: skip
    cells.v = "rand()"
    cells.drive = "1.05 + 0.4*rand()"
    return cells


def silent(name: str, n: int = 30) -> NeuronGroup:
    """Cells that only add up what arrives."""
    return NeuronGroup(n, "v : 1\nx : 1", name=name)


def noise(name: str, n: int = 50) -> PoissonGroup:
    """Cells that fire at random."""
    return PoissonGroup(n, 80 * Hz, name=name)


def spikes(cells: NeuronGroup) -> SpikeMonitor:
    """A monitor of the spikes of some cells."""
    return SpikeMonitor(cells, name=f"{cells.name}_spikes")

"""Rung of the ladder: the stationary density of single cells, with strong synapses as finite jumps.

- `theory`: `PopulationDensity`, the self-consistency problem of a network.
- `stationary`: the density, rate and CV of one cell with a given `drive`.
- Below it: `mesh` (coordinates and cells of the plane), `conductance` (how the density moves between rows of
  equal conductance), `transport` (how the rows move through layers of equal potential).
"""

from cortexnet.analysis.meanfield.population_density.theory import PopulationDensity

__all__ = ["PopulationDensity"]

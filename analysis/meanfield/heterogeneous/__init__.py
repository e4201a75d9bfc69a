"""The network as two populations of different single cells, after Lerchner et al. (2006).

Every cell has its own quenched in-degrees, weights, delays and presynaptic partners, whose rates and spike
trains are those that the theory gives itself; all cells of a stretch of time share the fluctuations of the
population rates, which both populations bring forth themselves.

- `theory`: the rung of the ladder, and what it says about a state: distributions of rates and CV.
- `one_step`: output of both populations at given input rates, with everything else self-consistent.
- `quenched_cells`: cells with quenched input, simulated by `kernels` (Numba) and described as recordings are.
- `spike_library`: the trains that presynaptic cells take theirs from.
- `population_dynamics`: both populations with annealed connections, by `population_kernel` (Numba): how their
  rates fluctuate. Where they do not last, `common_fluctuations` takes the linear response of the cells.
- `common_activity`: stretches of activity of the whole network with these fluctuations; `shared_fluctuations`
  sums them up.
- `description`: a state in the numbers that describe a recording.
- `stored`: what is kept, so that a state is computed once.
"""

from cortexnet.analysis.meanfield.heterogeneous.theory import Heterogeneous

__all__ = ["Heterogeneous"]

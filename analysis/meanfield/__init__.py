"""Mean-field theory of the spontaneous network, as a ladder: each rung drops an assumption of the one before.

- `predict`: all self-consistent states of all theories, their `density`, and a `cut_scan`.
- The rungs: `siegert`, everything Gaussian; `strong_sparse`, few strong synapses on the noise of many weak
  ones, as printed; `strong_sparse_corrected`, the same repaired; `repairs` shows what each repair does;
  `population_density`, the density of potential and conductance with strong synapses as jumps;
  `heterogeneous`, populations of different cells with the fluctuations that they share.
- Below them: `lognormal_moments` (sums over synapses), `working_point` (the free membrane potential),
  `ornstein_uhlenbeck` (its rate and density with a threshold), `log_voltage` (the coordinate in which
  excitation is additive), `nullcline` and `fixed_points` (solving for all states), `quadrature`.
- `sampled_theory`: how a theory that is costly to evaluate is solved with few evaluations, with `doubt` and
  `smooth_function`; `stability`: eigenvalues, amplification; `state_table`: both for all states.
- `continuation`: the states along a parameter, where the low one begins and ends; `branches` joins them.
- `phase_plane`: flow and separatrix in the plane of the rates.
- `figures`: self-consistency, and the dependence on the border between weak and strong; `phase_plane_figure`,
  `bifurcation_figure`.
"""

from cortexnet.analysis.meanfield.nullcline import ConvergenceError
from cortexnet.analysis.meanfield.predict import METHODS, cut_scan, density, predict

__all__ = ["METHODS", "ConvergenceError", "cut_scan", "density", "predict"]

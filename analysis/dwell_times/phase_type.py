"""Exact dwell times of a finite Markov chain read with hysteresis: discrete phase-type distributions.

While a percept lasts, the chain moves among the states in which it is not given up; the transition matrix
between these alone, Q, gives the law of the dwell, P(T > t) = e Q^t 1, with e the distribution of the state
in which the percept begins (Neuts 1981, Matrix-Geometric Solutions in Stochastic Models, chapter 2). This e
is where the last transition of the other percept leads; both percepts determine one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cortexnet.errors import ParameterError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PhaseType:
    """Law of the number of steps until a chain leaves some states: entry distribution and matrix Q."""

    entry: Array
    within: Array

    @property
    def mean(self) -> float:
        """Mean number of steps."""
        return float(self.entry @ self._visits(np.ones(self.entry.size)))

    @property
    def cv(self) -> float:
        """Coefficient of variation of the number of steps."""
        twice = self._visits(self._visits(np.ones(self.entry.size)))
        second_moment = 2 * self.entry @ twice - self.mean
        return float(np.sqrt(second_moment - self.mean**2) / self.mean)

    def survival(self, n_steps: int) -> Array:
        """Return P(T > t) for t = 0 ... `n_steps`."""
        lasting, distribution = np.empty(n_steps + 1), self.entry
        for step in range(n_steps + 1):
            lasting[step] = distribution.sum()
            distribution = distribution @ self.within
        return lasting

    def _visits(self, reward: Array) -> Array:
        """Solve (I - Q) x = reward: the reward summed over the visits from each state."""
        return np.asarray(np.linalg.solve(np.eye(self.entry.size) - self.within, reward))


def dwell_laws(transition: ArrayLike, values: ArrayLike, *, low: float, high: float) -> dict[str, PhaseType]:
    """Laws of the dwells of both percepts of a stationary chain, in steps.

    Parameters
    ----------
    transition : array_like, shape (n_states, n_states)
        Probabilities to go from a state (row) to another (column).
    values : array_like, shape (n_states,)
        What the trace shows in each state.
    low, high : float
        Thresholds as in `cortexnet.analysis.dwell_times.percepts.percepts`: "high" begins at or above `high`
        and lasts until the trace is at or below `low`.

    Returns
    -------
    dict
        ``"high"`` and ``"low"`` -> law.

    Raises
    ------
    ParameterError
        If the rows are no probabilities, `low` is not below `high`, or no state has reached one of them.
    """
    matrix, shown = np.asarray(transition, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if matrix.shape != (shown.size, shown.size) or (matrix < 0).any() or not np.allclose(matrix.sum(1), 1):
        raise ParameterError(
            f"dwell laws: the rows of the transition matrix {matrix.shape} of {shown.size} states must be "
            "probabilities that add up to 1"
        )
    if not low < high:
        raise ParameterError(f"dwell laws: low = {low:g}, must be below high = {high:g}")
    if not (shown <= low).any() or not (shown >= high).any():
        raise ParameterError(f"dwell laws: no state is at or beyond low = {low:g} or high = {high:g}")
    held = {"high": shown > low, "low": shown < high}
    passage = {name: _passage(matrix, inside) for name, inside in held.items()}
    entry_high = _fixed_distribution(passage["high"] @ passage["low"])
    entry = {"high": entry_high, "low": entry_high @ passage["high"]}
    return {
        name: PhaseType(entry[name][inside], matrix[np.ix_(inside, inside)]) for name, inside in held.items()
    }


def _passage(matrix: Array, inside: NDArray[np.bool_]) -> Array:
    """Probabilities of the first state outside, from each state inside; zero rows elsewhere."""
    within = matrix[np.ix_(inside, inside)]
    passage = np.zeros_like(matrix)
    passage[np.ix_(inside, ~inside)] = np.linalg.solve(
        np.eye(int(inside.sum())) - within, matrix[np.ix_(inside, ~inside)]
    )
    return passage


def _fixed_distribution(kernel: Array) -> Array:
    """Return the distribution that a kernel leaves as it is, on the states that it can reach."""
    reached = kernel.any(axis=0)
    inner = kernel[np.ix_(reached, reached)]
    n = inner.shape[0]
    equations = np.vstack([(inner.T - np.eye(n)), np.ones(n)])
    solution = np.linalg.lstsq(equations, np.append(np.zeros(n), 1.0), rcond=None)[0]
    fixed = np.zeros(kernel.shape[0])
    fixed[reached] = np.maximum(solution, 0)
    return np.asarray(fixed / fixed.sum())

"""How parallel synapses share a coupling: maximum likelihood as a flow in time.

For two cells without biases, joined by K parallel synapses of common log odds q, learning follows

    dw_k/dt = sigma(q + w_k) (C - <v h>)
    <v h> = exp(W)/(3 + exp(W)),   W = sum_k softplus(q + w_k) - softplus(q)

where C is the correlation <v h> of the data. The factor sigma(q + w_k) = dW/dw_k lets strong synapses learn
faster. Since all w_k share the bracket, ``F(w) = w - exp(-(q + w))``, whose derivative is 1/sigma(q + w),
grows at the same speed for all of them: differences of F are conserved. With the end W = log(3 C/(1 - C))
this gives the final weights without any integration. Learning in steps follows the flow up to the order of
the step: synapses then end a little closer to each other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import wrightomega

from cortexnet.analysis.boltzmann.coupling import Array, effective_coupling, on_probability
from cortexnet.errors import ParameterError

_MOST_STEPS, _TOLERANCE = 1_000_000, 1e-13


def conserved(weight: ArrayLike, log_odds: float) -> Array:
    """F(w) = w - exp(-(q + w)), whose differences between parallel synapses learning does not change."""
    weight = np.asarray(weight, dtype=np.float64)
    return np.asarray(weight - np.exp(-(log_odds + weight)), dtype=np.float64)


def required_coupling(correlation: float) -> float:
    """Coupling log(3 C/(1 - C)) of two binary cells without biases whose <v h> is `correlation`."""
    if not 0 < correlation < 1:
        raise ParameterError(f"correlation = {correlation:g}: must be above 0 and below 1")
    return float(np.log(3 * correlation / (1 - correlation)))


def learning_flow(start: ArrayLike, log_odds: float, correlation: float, times: ArrayLike) -> pd.DataFrame:
    """Integrate the flow.

    Parameters
    ----------
    start : array_like, shape (K,)
        Weights at time 0.
    log_odds : float
        q of all synapses.
    correlation : float
        <v h> of the data, between 0 and 1.
    times : array_like
        Ascending, from 0 on, in units of the inverse learning rate.

    Returns
    -------
    DataFrame
        A row a time and synapse: ``time``, ``synapse``, ``weight``, ``coupling`` (its share of W) and
        ``on_probability`` (with both cells on).
    """
    times = np.asarray(times, dtype=np.float64)
    required_coupling(correlation)

    solution = solve_ivp(
        lambda _, weights: _gradient(weights, log_odds, correlation),
        (0.0, times[-1]),
        np.asarray(start, dtype=float),
        t_eval=times,
        rtol=1e-10,
        atol=1e-12,
    )
    weights = solution.y.T
    return pd.DataFrame(
        {
            "time": np.repeat(times, weights.shape[1]),
            "synapse": np.tile(np.arange(weights.shape[1]), len(times)),
            "weight": weights.ravel(),
            "coupling": effective_coupling(weights, log_odds).ravel(),
            "on_probability": on_probability(weights, log_odds).ravel(),
        }
    )


def learned_in_steps(start: ArrayLike, log_odds: float, correlation: float, rate: float) -> Array:
    """Weights after gradient ascent in finite steps, once their correlation is that of the data.

    Parameters
    ----------
    start, log_odds, correlation
        As in `learning_flow`.
    rate : float
        Learning rate: the time that one step stands for.
    """
    required_coupling(correlation)
    weights = np.array(start, dtype=np.float64)
    for _ in range(_MOST_STEPS):
        step = rate * _gradient(weights, log_odds, correlation)
        weights += step
        if np.abs(step).max() < _TOLERANCE:
            break
    return weights


def final_weights(start: ArrayLike, log_odds: float, correlation: float) -> Array:
    """Weights in which the flow ends, from the conserved differences and the required coupling alone."""
    level = conserved(start, log_odds)
    coupling = required_coupling(correlation)

    def weights(shift: float) -> Array:
        return _inverse_conserved(level + shift, log_odds)

    def excess(shift: float) -> float:
        return float(effective_coupling(weights(shift), log_odds).sum()) - coupling

    span = 1.0
    while excess(-span) > 0 or excess(span) < 0:
        span *= 2
    return weights(float(brentq(excess, -span, span, xtol=1e-13)))


def _gradient(weights: Array, log_odds: float, correlation: float) -> Array:
    """Return the gradient of the log-likelihood per datum."""
    odds = np.exp(effective_coupling(weights, log_odds).sum())
    return np.asarray(on_probability(weights, log_odds) * (correlation - odds / (3 + odds)))


def _inverse_conserved(level: Array, log_odds: float) -> Array:
    """Return w of F(w) = level: y = exp(-(q + w)) obeys y + log y = -(q + level), Wright's omega function."""
    return np.asarray(level + wrightomega(-(log_odds + level)), dtype=np.float64)

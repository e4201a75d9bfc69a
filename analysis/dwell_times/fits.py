"""Maximum-likelihood fits of distributions to dwell times, and their comparison by AIC.

A dwell whose end was not seen enters by its probability to last longer (right-censored). One whose beginning
was not seen must be left out by the caller: how long it had lasted is unknown. Dwells of a trace in discrete
time are whole numbers of steps; with the step as `resolution` a dwell of k steps enters by the probability to
end between k - 1 and k steps, so that the memoryless chain has exactly the exponential law, shape 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.stats import norm

from cortexnet.analysis.dwell_times.families import FAMILIES, Family
from cortexnet.errors import ParameterError

Array = NDArray[np.float64]
#: Below it a probability is known by the density alone: a difference of two survivals has lost its digits.
SMALLEST_DIFFERENCE = 1e-12
#: Step of the second differences, in the logarithm of a parameter.
STEP = 1e-3


@dataclass(frozen=True, eq=False)
class Durations:
    """Durations above 0, whether the end of each was seen, and the resolution (0: continuous time)."""

    time: Array
    ended: NDArray[np.bool_]
    resolution: float = 0.0

    @classmethod
    def of(
        cls, durations: ArrayLike, ended: ArrayLike | None = None, *, resolution: float = 0.0
    ) -> Durations:
        """Check and collect; without `ended`, all ends were seen.

        Raises
        ------
        ParameterError
            If there are not as many ends as durations, a duration is not above 0, or fewer than two dwells
            ended.
        """
        time = np.asarray(durations, dtype=np.float64)
        seen = np.ones(time.shape, dtype=bool) if ended is None else np.asarray(ended, dtype=bool)
        if time.ndim != 1 or time.shape != seen.shape:
            raise ParameterError(f"dwell times: {time.size} durations and {seen.size} ends, must be as many")
        if not ((time > 0) & np.isfinite(time)).all():
            raise ParameterError("dwell times: a duration is not a number above 0")
        if seen.sum() < 2:
            raise ParameterError(f"dwell times: {seen.sum()} dwells ended, must be at least 2")
        return cls(time, seen, resolution)

    def log_likelihood(self, family: Family, shape: float, scale: float) -> float:
        """Log-likelihood of a distribution."""
        (ended, n_ended), (lasting, n_lasting) = self._counted
        with np.errstate(all="ignore"):  # what is too unlikely to be a number is -inf, as it should be
            log_ends = n_ended @ self._log_ends(family, ended, shape, scale)
            log_lasting = n_lasting @ np.log(family.survival(lasting, shape, scale))
        total = float(log_ends + log_lasting)
        return total if math.isfinite(total) else -math.inf

    @cached_property
    def _counted(self) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """Different durations and how often each occurs: of the ended dwells, and of the others."""
        counted = [np.unique(self.time[which], return_counts=True) for which in (self.ended, ~self.ended)]
        (ended, n_ended), (lasting, n_lasting) = counted
        return (ended, n_ended.astype(np.float64)), (lasting, n_lasting.astype(np.float64))

    def _log_ends(self, family: Family, time: Array, shape: float, scale: float) -> Array:
        if not self.resolution:
            return family.log_density(time, shape, scale)
        middle = family.log_density(time - self.resolution / 2, shape, scale) + math.log(self.resolution)
        before = np.maximum(time - self.resolution, 0)
        ending = family.survival(before, shape, scale) - family.survival(time, shape, scale)
        return np.where(ending > SMALLEST_DIFFERENCE, np.log(np.maximum(ending, SMALLEST_DIFFERENCE)), middle)


@dataclass(frozen=True)
class Fit:
    """A distribution fitted to dwell times, with confidence intervals of shape and scale.

    Attributes
    ----------
    family : str
        A name of `FAMILIES`, where shape and scale of each family are defined.
    n, n_censored : int
        Dwells, and those of them whose end was not seen.
    shape, scale : tuple of float
        Estimate, lower and upper end; the shape of a family without one is 1.
    mean, cv : float
        Of the fitted distribution.
    log_likelihood, aic : float
        The latter is 2 (parameters - log-likelihood): smaller is better.
    """

    family: str
    n: int
    n_censored: int
    shape: tuple[float, float, float]
    scale: tuple[float, float, float]
    mean: float
    cv: float
    log_likelihood: float
    aic: float

    def density(self, time: Array) -> Array:
        """Probability density at times."""
        return FAMILIES[self.family].density(time, self.shape[0], self.scale[0])

    def survival(self, time: Array) -> Array:
        """Probability to last longer than times."""
        return FAMILIES[self.family].survival(time, self.shape[0], self.scale[0])


def fit_family(durations: Durations, name: str, *, confidence: float = 0.95) -> Fit:
    """Fit one family; intervals from the observed information, normal in the logarithm of a parameter."""
    family = FAMILIES[name]

    def cost(logarithms: Array) -> float:
        shape = math.exp(logarithms[1]) if family.has_shape else 1.0
        return -durations.log_likelihood(family, shape, math.exp(logarithms[0]))

    start = _start(durations, family)
    best = minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-7}).x
    reach = norm.ppf((1 + confidence) / 2) * _errors(cost, best)
    with np.errstate(over="ignore"):  # of a parameter of which the data say nothing the end is infinite
        ends = np.exp(np.stack([best, best - reach, best + reach]))
    scale, shape = _triple(ends[:, 0]), _triple(ends[:, 1]) if family.has_shape else (1.0, 1.0, 1.0)
    mean, cv = family.mean_and_cv(shape[0], scale[0])
    log_likelihood = -cost(best)
    return Fit(
        family=name,
        n=durations.time.size,
        n_censored=int((~durations.ended).sum()),
        shape=shape,
        scale=scale,
        mean=mean,
        cv=cv,
        log_likelihood=log_likelihood,
        aic=2 * (best.size - log_likelihood),
    )


def fit_all(durations: Durations, *, confidence: float = 0.95) -> list[Fit]:
    """Fit every family, the best by AIC first."""
    return sorted(
        (fit_family(durations, name, confidence=confidence) for name in FAMILIES), key=lambda f: f.aic
    )


def fit_table(dwells: pd.DataFrame, *, resolution: float = 0.0, confidence: float = 0.95) -> pd.DataFrame:
    """Compare all families for each percept by itself.

    Parameters
    ----------
    dwells : DataFrame
        Of `cortexnet.analysis.dwell_times.percepts.dwell_times`; dwells that were not seen to begin are left
        out, those not seen to end are censored.
    resolution : float
        The step of a trace in discrete time; 0 for continuous time.
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a percept and family, the best first: ``percept family n n_censored shape shape_low shape_high
        scale scale_low scale_high mean cv log_likelihood aic aic_above_best``. A percept with fewer than two
        ended dwells is absent.
    """
    rows = []
    for percept, group in dwells[dwells["began"]].groupby("percept"):
        if group["ended"].sum() < 2:
            continue
        durations = Durations.of(group["duration"], group["ended"], resolution=resolution)
        fits = fit_all(durations, confidence=confidence)
        rows += [{"percept": percept, **_row(fit), "aic_above_best": fit.aic - fits[0].aic} for fit in fits]
    return pd.DataFrame(rows)


def _row(fit: Fit) -> dict[str, float | str]:
    named: dict[str, float | str] = {"family": fit.family, "n": fit.n, "n_censored": fit.n_censored}
    for name, triple in (("shape", fit.shape), ("scale", fit.scale)):
        named |= dict(zip((name, f"{name}_low", f"{name}_high"), triple, strict=True))
    return named | {"mean": fit.mean, "cv": fit.cv, "log_likelihood": fit.log_likelihood, "aic": fit.aic}


def _start(durations: Durations, family: Family) -> Array:
    """Logarithms of scale and shape from moments of all durations, censored or not."""
    middle = durations.time - durations.resolution / 2
    log_sd = max(float(np.log(middle).std()), 0.05)
    if not family.has_shape:
        return np.array([math.log(middle.mean())])
    if family.name == "lognormal":
        return np.array([np.log(middle).mean(), math.log(log_sd)])
    location = math.log(1 / np.mean(1 / middle)) if family.name == "gamma_rate" else math.log(middle.mean())
    return np.array([location, -2 * math.log(log_sd)])


def _errors(cost: Callable[[Array], float], best: Array) -> Array:
    """Return standard errors from the observed information; NaN where the minimum is no quadratic one."""
    steps = STEP * np.eye(best.size)
    information = np.array(
        [
            [cost(best + a + b) - cost(best + a - b) - cost(best - a + b) + cost(best - a - b) for b in steps]
            for a in steps
        ]
    ) / (4 * STEP**2)
    if not np.isfinite(information).all() or (np.linalg.eigvalsh(information) <= 0).any():
        return np.full(best.size, math.nan)
    return np.sqrt(np.diag(np.linalg.inv(information)))


def _triple(values: Array) -> tuple[float, float, float]:
    estimate, low, high = (float(value) for value in values)
    return estimate, low, high

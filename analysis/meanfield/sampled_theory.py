"""Theories that are costly to evaluate, solved with few evaluations.

One evaluation of a costly theory takes a second, the solver of `fixed_points` wants some 20,000. So the
costly theory is written as a cheap one times a correction,

    r_X^out/(1 - r_X^out/r_max) = r_X^base/(1 - r_X^base/r_max) exp(c_X(r_E, r_I)),

where r_max is the largest rate, so that dead times are left out. c_X is smooth, because the base has the main
dependence: a `SmoothFunction` through the points at which the costly theory was evaluated. Where that is,
`doubtful_point` decides: along the inhibitory nullcline of the theory *as known so far*, wherever the sign of
r_E^out - r_E is not yet certain. So which states exist is a statement of the costly theory, not of the base.
The states found are then evaluated themselves until they do not move any more or, where evaluations have
errors of sampling, until enough of them are pooled.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from cortexnet.analysis.meanfield.doubt import SEARCHED, doubtful_point
from cortexnet.analysis.meanfield.fixed_points import FixedPoint
from cortexnet.analysis.meanfield.nullcline import ConvergenceError
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.smooth_function import SmoothFunction
from cortexnet.analysis.meanfield.stability import jacobian, propagated_errors
from cortexnet.analysis.meanfield.theory import MeanFieldTheory

#: Input rates (Hz) of E and I cells below which the correction does not depend on them.
RATE_SCALES = np.array([0.05, 1.0])
#: Output rate (Hz) below which a rate is not told from another.
SMALLEST_RATE = 1e-6
#: Share of the largest rate above which rates are not told from each other either.
SATURATED = 0.995
#: Relative error that even an evaluation without noise is taken to have, of 1 Hz or of a rate above.
LEAST_ERROR = 1e-4
#: Evaluations that look for states, and all together.
LARGEST_SEARCH, LARGEST_NUMBER = 12, 20
#: Rates (Hz) of excitatory cells at which the search begins.
FIRST_RATES = (0.3, 1.0, 3.0)
#: A state without noise is found when an evaluation lies this near, relative to the rate or to 1 Hz.
SETTLED = 1e-3
#: Relative standard errors wanted of stable and of unstable states of a sampled theory.
WANTED_STABLE, WANTED_UNSTABLE = 0.01, 0.05
#: Relative distance of the evaluations that give the derivatives at a state.
DERIVATIVE_DISTANCE = 0.05


@dataclass(frozen=True)
class OutputRates:
    """Output rates (Hz) of the costly theory, and their relative standard errors: 0 without sampling."""

    excitatory: float
    inhibitory: float
    excitatory_error: float = 0.0
    inhibitory_error: float = 0.0


class SampledTheory(MeanFieldTheory):
    """A cheap theory times a smooth correction, known where the costly theory was evaluated.

    Errors of different evaluations must be independent of one another, also at the same rates.

    Parameters
    ----------
    base : MeanFieldTheory
        The cheap theory.
    """

    def __init__(self, base: MeanFieldTheory) -> None:
        self.base = base
        self.cell = base.cell
        self.largest_rate = base.largest_rate
        self._evaluated: list[tuple[float, float, OutputRates]] = []
        self._states: list[FixedPoint] | None = None
        self._correct()

    @abstractmethod
    def evaluate(self, rate_excitatory: float, rate_inhibitory: float) -> OutputRates:
        """Output rates of the costly theory at one pair of input rates (Hz)."""

    @property
    def evaluations(self) -> int:
        """How often the costly theory was evaluated."""
        return len(self._evaluated)

    def excitatory_rate(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> Array:
        """Rate of the base with its correction."""
        correction = self._corrections[0].mean(_coordinates(rate_excitatory, rate_inhibitory))
        return self._corrected(self.base.excitatory_rate(rate_excitatory, rate_inhibitory), correction)

    def inhibitory_rate(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> Array:
        """Rate of the base with its correction."""
        correction = self._corrections[1].mean(_coordinates(rate_excitatory, rate_inhibitory))
        return self._corrected(self.base.inhibitory_rate(rate_excitatory, rate_inhibitory), correction)

    def relative_errors(self, rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> tuple[Array, Array]:
        """Relative standard errors of both output rates as they are known so far."""
        points = _coordinates(rate_excitatory, rate_inhibitory)
        return self._corrections[0].sd(points), self._corrections[1].sd(points)

    def time_constants(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[float, float]:
        """Those of the base, s."""
        return self.base.time_constants(rate_excitatory, rate_inhibitory)

    def states(self) -> list[FixedPoint]:
        """All self-consistent states with the standard errors of their rates.

        Above 30 Hz states are looked for as far as `LARGEST_NUMBER` evaluations allow: one that still moves
        then is left out.

        Raises
        ------
        ConvergenceError
            If a state is bracketed but cannot be found with `LARGEST_NUMBER` evaluations.
        """
        if self._states is None:
            self._search()
            self._settle(SEARCHED[1])
            self._refine_derivatives()
            self._settle(self.largest_rate)
            self._states = [self._with_errors(state) for state in super().states() if self._is_kept(state)]
        return self._states

    @property
    def sampling_error(self) -> float:
        """Typical relative standard error of one evaluation; 0 of a theory without sampling."""
        errors = [(rates.excitatory_error, rates.inhibitory_error) for *_, rates in self._evaluated]
        return float(np.median(errors)) if errors else 0.0

    def _search(self) -> None:
        """Evaluate wherever it is in doubt whether there are states."""
        while self.evaluations < LARGEST_SEARCH:
            first = FIRST_RATES[self.evaluations] if self.evaluations < len(FIRST_RATES) else None
            point = doubtful_point(self, first)
            if point is None:
                return
            self._add(*point)

    def _settle(self, highest: float) -> None:
        """Evaluate at the states with rates up to `highest` (Hz) until they are known well enough."""
        while unsettled := [
            state
            for state in self._active_states()
            if state.rate_excitatory <= highest and not self._is_settled(state)
        ]:
            for state in unsettled:
                if self.evaluations >= LARGEST_NUMBER:
                    self._accept_or_raise(state)
                    return
                self._add(state.rate_excitatory, state.rate_inhibitory)

    def _refine_derivatives(self) -> None:
        """Evaluate beside each state for the derivatives there, unless noise hides them."""
        if self.sampling_error:
            return
        states = [state for state in self._active_states() if state.rate_excitatory <= SEARCHED[1]]
        for state in states[: (LARGEST_NUMBER - self.evaluations) // 2]:
            excitatory, inhibitory = state.rate_excitatory, state.rate_inhibitory
            self._add(excitatory * (1 + DERIVATIVE_DISTANCE), inhibitory)
            self._add(excitatory, inhibitory + DERIVATIVE_DISTANCE * max(inhibitory, 1.0))

    def _add(self, excitatory: float, inhibitory: float) -> None:
        rates = self.evaluate(excitatory, inhibitory)
        if not (np.isfinite(rates.excitatory) and np.isfinite(rates.inhibitory)):
            raise ConvergenceError(
                f"no output rates at r_E = {excitatory:.4g} Hz, r_I = {inhibitory:.4g} Hz", np.inf
            )
        self._evaluated.append((excitatory, inhibitory, rates))
        self._correct()

    def _correct(self) -> None:
        """Take the corrections anew from all evaluations."""
        excitatory = np.array([e for e, *_ in self._evaluated])
        inhibitory = np.array([i for _, i, _ in self._evaluated])
        points = _coordinates(excitatory, inhibitory)
        outputs = [rates for *_, rates in self._evaluated]
        self._corrections = (
            self._correction(
                points,
                self.base.excitatory_rate(excitatory, inhibitory),
                np.array([rates.excitatory for rates in outputs]),
                np.array([rates.excitatory_error for rates in outputs]),
            ),
            self._correction(
                points,
                self.base.inhibitory_rate(excitatory, inhibitory),
                np.array([rates.inhibitory for rates in outputs]),
                np.array([rates.inhibitory_error for rates in outputs]),
            ),
        )

    def _correction(self, points: Array, base: Array, costly: Array, errors: Array) -> SmoothFunction:
        """Interpolate c of one population; where its rate is next to nothing, c is hardly known."""

        def without_dead_time(rate: Array) -> Array:
            rate = np.clip(rate, SMALLEST_RATE, SATURATED * self.largest_rate)
            return np.asarray(rate / (1 - rate / self.largest_rate))

        values = np.log(without_dead_time(costly) / without_dead_time(base))
        least = LEAST_ERROR * np.maximum(1.0, 1 / np.maximum(costly, SMALLEST_RATE))
        return SmoothFunction(points, values, np.hypot(errors, least))

    def _corrected(self, rate: Array, correction: Array) -> Array:
        # Without dead times a base may exceed the largest rate, beyond which the formula has a pole.
        rate = np.minimum(rate, self.largest_rate)
        return np.asarray(rate / (np.exp(-correction) - np.expm1(-correction) * rate / self.largest_rate))

    def _active_states(self) -> list[FixedPoint]:
        return super().states()[1:]

    def _is_settled(self, state: FixedPoint) -> bool:
        rates = np.array([state.rate_excitatory, state.rate_inhibitory])
        scale = np.maximum(rates, 1.0)
        if self.sampling_error:
            wanted = WANTED_STABLE if state.stable else WANTED_UNSTABLE
            return bool((self._errors(state) <= wanted * scale).all())
        evaluated = np.array([(e, i) for e, i, _ in self._evaluated])
        return bool((np.abs(evaluated - rates) <= SETTLED * scale).all(axis=1).any())

    def _is_kept(self, state: FixedPoint) -> bool:
        return bool(self.sampling_error) or state.branch == "silent" or self._is_settled(state)

    def _accept_or_raise(self, state: FixedPoint) -> None:
        """Be content with a larger standard error, but not with a state that still moves at usual rates."""
        if self.sampling_error or state.rate_excitatory > SEARCHED[1]:
            return
        excitatory, inhibitory = state.rate_excitatory, state.rate_inhibitory
        raise ConvergenceError(
            f"no convergence near r_E = {excitatory:.6g} Hz, r_I = {inhibitory:.6g} Hz",
            float(self._errors(state).max()),
        )

    def _errors(self, state: FixedPoint) -> Array:
        """Propagate the errors of the output rates to those of the rates of a state, Hz."""
        rates = state.rate_excitatory, state.rate_inhibitory
        if rates == (0.0, 0.0):
            return np.zeros(2)
        output_errors = np.array(rates) * np.array(self.relative_errors(*rates))
        return propagated_errors(jacobian(self.excitatory_rate, self.inhibitory_rate, *rates), output_errors)

    def _with_errors(self, state: FixedPoint) -> FixedPoint:
        if not self.sampling_error:
            return state
        excitatory, inhibitory = self._errors(state)
        return replace(
            state, rate_excitatory_error=float(excitatory), rate_inhibitory_error=float(inhibitory)
        )


def _coordinates(rate_excitatory: ArrayLike, rate_inhibitory: ArrayLike) -> Array:
    """Coordinates in which the correction is smooth: log(1 + r/scale) of both rates, on the last axis."""
    rates = np.stack(np.broadcast_arrays(rate_excitatory, rate_inhibitory), axis=-1)
    return np.asarray(np.log1p(rates / RATE_SCALES))

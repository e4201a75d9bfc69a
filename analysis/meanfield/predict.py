"""What the theories predict for a set of parameters: all states, and how they depend on a cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from cortexnet.analysis.meanfield.population_density import PopulationDensity
from cortexnet.analysis.meanfield.siegert import Siegert
from cortexnet.analysis.meanfield.strong_sparse import DEFAULT_CUT, StrongSparse
from cortexnet.analysis.meanfield.strong_sparse_corrected import StrongSparseCorrected
from cortexnet.analysis.meanfield.theory import MeanFieldTheory
from cortexnet.errors import ParameterError
from cortexnet.parameters import ParameterSet

#: The rungs of the ladder: how each is made of parameters and of the border of `strong_sparse` (V).
METHODS: Mapping[str, Callable[[ParameterSet, float], MeanFieldTheory]] = {
    "siegert": lambda parameters, cut: Siegert.of(parameters),
    "strong_sparse": StrongSparse.of,
    "strong_sparse_corrected": lambda parameters, cut: StrongSparseCorrected.of(parameters),
    "population_density": lambda parameters, cut: PopulationDensity.of(parameters),
    "heterogeneous": lambda parameters, cut: _heterogeneous(parameters),
}

#: Columns of a table of states.
COLUMNS = (
    "method",
    "branch",
    "stable",
    "valid",
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
)

#: Largest border between weak and strong synapses that is taken for one, V.
LARGEST_CUT = 0.2


def predict(parameters: ParameterSet, methods: Iterable[str] | None = None, cut: Any = None) -> pd.DataFrame:
    """All self-consistent states of the theories.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    methods : iterable of str, optional
        Names of `METHODS`; all by default.
    cut : quantity or float, optional
        Smallest EPSP (V) that `strong_sparse` counts as strong; 3.5 mV by default.

    Returns
    -------
    DataFrame
        A row a state: method, branch (silent, low, unstable, high), stable, valid (whether the assumptions of
        the method hold there), rate_excitatory_hz, rate_inhibitory_hz,
        membrane_potential_mean_excitatory_mv, membrane_potential_sd_excitatory_mv. All numbers are finite.

    Raises
    ------
    ParameterError
        For a method that does not exist, and a cut that is no voltage between 0 and 200 mV.
    ConvergenceError
        If a state is bracketed but cannot be found.
    """
    border = _checked_cut(parameters, cut)
    names = list(METHODS) if methods is None else list(methods)
    return pd.DataFrame([row for name in names for row in _states(name, theory_of(parameters, name, border))])


def _heterogeneous(parameters: ParameterSet) -> MeanFieldTheory:
    from cortexnet.analysis.meanfield.heterogeneous import (
        Heterogeneous,
    )  # with Numba, which others do without

    return Heterogeneous.of(parameters)


def theory_of(parameters: ParameterSet, method: str, cut: float = DEFAULT_CUT) -> MeanFieldTheory:
    """Return the theory of a name in `METHODS`; `cut` (V) is the border of `strong_sparse`."""
    if method not in METHODS:
        raise ParameterError(f"method {method!r}: must be one of {', '.join(METHODS)}")
    return _theory_of(parameters, method, cut)


@lru_cache(maxsize=16)
def _theory_of(parameters: ParameterSet, method: str, cut: float) -> MeanFieldTheory:
    """Make a theory once: what some of them have found took a while."""
    return METHODS[method](parameters, cut)


def density(
    parameters: ParameterSet, method: str, fixed_point: Mapping[str, Any] | pd.Series, cut: Any = None
) -> pd.DataFrame:
    """Density of the membrane potential of excitatory cells in a state.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    method : str
        A name of `METHODS`.
    fixed_point : mapping or Series
        A row of `predict`: of it rate_excitatory_hz and rate_inhibitory_hz are used.
    cut : quantity or float, optional
        As in `predict`.

    Returns
    -------
    DataFrame
        membrane_potential_mv from 5 SD below the mean up to the threshold, and density_per_mv. The integral
        is 1 - r tau_ref, the rest being refractory cells at the reset potential.

    Raises
    ------
    ParameterError
        In the silent state, where all cells rest at the leak potential and there is no density.
    """
    rates = float(fixed_point["rate_excitatory_hz"]), float(fixed_point["rate_inhibitory_hz"])
    if rates == (0.0, 0.0):
        raise ParameterError(
            "the silent state has no density of the membrane potential: all cells are at rest"
        )
    theory = theory_of(parameters, method, _checked_cut(parameters, cut))
    mean, sd = theory.membrane_potential(*rates)
    potential = np.linspace(mean - 5 * sd, theory.cell.threshold_potential, 400)
    return pd.DataFrame(
        {
            "membrane_potential_mv": 1e3 * potential,
            "density_per_mv": 1e-3 * theory.density(potential, *rates),
        }
    )


def cut_scan(parameters: ParameterSet, cuts: Iterable[Any]) -> pd.DataFrame:
    """States of both strong-sparse theories against the border between weak and strong synapses.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    cuts : iterable of quantities or floats
        EPSPs, V. For `strong_sparse` it is what makes a synapse strong; for `strong_sparse_corrected` the
        EPSP below which synapses are taken as Gaussian from the start.

    Returns
    -------
    DataFrame
        A row a state that is not silent: cut_mv, and the columns of `predict`.
    """
    scanned: Mapping[str, Callable[[ParameterSet, float], MeanFieldTheory]] = {
        "strong_sparse": StrongSparse.of,
        "strong_sparse_corrected": StrongSparseCorrected.of,
    }
    borders = [_checked_cut(parameters, cut) for cut in cuts]
    rows = [
        {"cut_mv": 1e3 * border, **row}
        for method, make in scanned.items()
        for border in borders
        for row in _states(method, make(parameters, border))
        if row["branch"] != "silent"
    ]
    return pd.DataFrame(rows, columns=["cut_mv", *COLUMNS])


def _states(method: str, theory: MeanFieldTheory) -> list[dict[str, Any]]:
    """Rows of `predict` of one theory."""
    rows = []
    for point in theory.states():
        rates = point.rate_excitatory, point.rate_inhibitory
        mean, sd = theory.membrane_potential(*rates)
        # In silence there is no input, so no assumption about inputs can fail.
        valid = point.branch == "silent" or theory.is_valid(*rates)
        values = (method, point.branch, point.stable, valid, *rates, 1e3 * mean, 1e3 * sd)
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def _checked_cut(parameters: ParameterSet, cut: Any) -> float:
    """Return the cut in volt, or raise a `ParameterError`."""
    if cut is None:
        return DEFAULT_CUT
    voltage = parameters.as_dict()["epsp_mode"]
    if getattr(cut, "dim", voltage.dim) != voltage.dim or not 0 <= float(cut) <= LARGEST_CUT:
        raise ParameterError(f"cut = {cut}: must be a voltage between 0 and {1e3 * LARGEST_CUT:g} mV")
    return float(cut)

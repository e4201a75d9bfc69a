"""States of a theory along one parameter: the region in which the low state exists, and where it ends.

The low state ends in one of three ways: it merges with the unstable state below it, and only silence is left;
it merges with an unstable state above it, and activity runs away; or, while the state stays, the real part of
a pair of complex eigenvalues becomes positive, and the rates oscillate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from cortexnet.analysis.meanfield.fixed_points import HIGH_FROM
from cortexnet.analysis.meanfield.predict import COLUMNS, predict
from cortexnet.parameter_axis import ParameterAxis
from cortexnet.parameters import ParameterSet

#: Boundaries are located to this share of the distance between neighbouring values.
RESOLUTION = 1e-3
#: Columns of a table of boundaries after that of the parameter.
BOUNDARY_COLUMNS = ("method", "low_state", "cause", "rate_excitatory_hz", "rate_inhibitory_hz")
#: States nearer to each other than this factor in r_E may be one state that has changed its stability.
SAME_STATE = 1.1


def continuation(
    parameters: ParameterSet, name: str, values: Iterable[Any], method: str, cut: Any = None
) -> pd.DataFrame:
    """All states of one theory for each value of a parameter.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    name : str
        The parameter that varies, a number or a quantity.
    values : iterable
        Its values, as `parameters.replace` takes them.
    method : str
        A name of `METHODS`.
    cut : quantity or float, optional
        As in `predict`.

    Returns
    -------
    DataFrame
        A column with the parameter's name, in the unit of its declaration, and then those of `predict`.

    Raises
    ------
    ParameterError
        For a name, a value or a method that does not exist or is not allowed.
    ConvergenceError
        If a state is bracketed but cannot be found.
    """
    axis = ParameterAxis(parameters, name)
    numbers = [axis.number(value) for value in values]
    tables = [_states_at(axis, number, method, cut) for number in numbers]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[name, *COLUMNS])


def boundaries(parameters: ParameterSet, name: str, states: pd.DataFrame, cut: Any = None) -> pd.DataFrame:
    """Where the low state begins and ends: every change between neighbouring values, located by bisection.

    Parameters
    ----------
    parameters, name, cut
        As in `continuation`.
    states : DataFrame
        What `continuation` gives, of one method or of several.

    Returns
    -------
    DataFrame
        A row a boundary, by method and value: the parameter; method; low_state, which `begins` or `ends` as
        the value grows; cause, `silence`, `runaway`, `oscillation`, or `high` where the state goes on above
        10 Hz; rate_excitatory_hz and rate_inhibitory_hz of the last low state.
    """
    axis = ParameterAxis(parameters, name)
    rows = [
        row
        for method, table in states.groupby("method", sort=False)
        for row in _boundaries(axis, str(method), table, cut)
    ]
    return pd.DataFrame(rows, columns=[name, *BOUNDARY_COLUMNS])


def _states_at(axis: ParameterAxis[Any], number: float, method: str, cut: Any) -> pd.DataFrame:
    table = predict(axis.at(number), [method], cut)
    table.insert(0, axis.name, number)
    return table


def _boundaries(
    axis: ParameterAxis[Any], method: str, table: pd.DataFrame, cut: Any
) -> Iterator[tuple[Any, ...]]:
    """Rows of one method."""
    by_value = {float(str(value)): states for value, states in table.groupby(axis.name)}
    for before, after in pairwise(by_value):
        if _has_low(by_value[before]) == _has_low(by_value[after]):
            continue
        inside, outside = (before, after) if _has_low(by_value[before]) else (after, before)
        near, far = by_value[inside], by_value[outside]
        while (middle := axis.nearest((inside + outside) / 2)) not in (inside, outside):
            if abs(outside - inside) <= RESOLUTION * (after - before):
                break
            states = _states_at(axis, middle, method, cut)
            if _has_low(states):
                inside, near = middle, states
            else:
                outside, far = middle, states
        last = near[near["branch"] == "low"].iloc[0]
        rates = float(last["rate_excitatory_hz"]), float(last["rate_inhibitory_hz"])
        side = "ends" if inside < outside else "begins"
        yield ((inside + outside) / 2, method, side, _cause(near, far, rates[0]), *rates)


def _has_low(states: pd.DataFrame) -> bool:
    return bool((states["branch"] == "low").any())


def _cause(near: pd.DataFrame, far: pd.DataFrame, low: float) -> str:
    """Why the low state with this rate (Hz) is there in one table of states and not in its neighbour."""
    left = far[far["branch"] != "silent"]
    same = left[np.abs(np.log(left["rate_excitatory_hz"] / low)) < np.log(SAME_STATE)]
    if len(same):
        return "high" if low * SAME_STATE >= HIGH_FROM and same["stable"].any() else "oscillation"
    unstable = near.loc[near["branch"] == "unstable", "rate_excitatory_hz"]
    partner = unstable.iloc[np.abs(np.log(unstable / low)).argmin()] if len(unstable) else 0.0
    return "runaway" if partner > low else "silence"

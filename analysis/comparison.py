"""Two verdicts with an error bar: do two devices simulate one network, and does a theory predict it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.permutation import holm, smallest_p_value, welch_permutation_test
from cortexnet.analysis.summary import by_summary_name, summary_name
from cortexnet.errors import ParameterError


@dataclass(frozen=True, eq=False)
class RunsComparison:
    """Verdict on two groups of runs: a table with a row a quantity, and the level over all of them."""

    table: pd.DataFrame
    level: float

    @property
    def rejected(self) -> bool:
        """Whether any quantity differs at the level."""
        return bool(self.table["rejected"].any())


def compare_runs(
    first: pd.DataFrame, second: pd.DataFrame, *, level: float = 0.001, seed: int = 0
) -> RunsComparison:
    """Test whether two groups of runs come from one distribution, with one level over all quantities.

    The unit is a *run*: cells of a run share a network and its fluctuations, and a test that counted them
    as independent would reject equal devices. Each quantity is tested by an exact permutation test of
    Welch's t, and all are corrected together after Holm, so that equal devices are told apart with
    probability `level` at most.

    The sensitive design is the same synapses in *all* runs of both sides, with other release failures in
    each: the differences between networks are then no noise. Runs of different networks stay valid but
    resolve less. Pairing them by network would not help with ten: swaps within 10 pairs give 2**10
    divisions and no p-value below 0.002, whereas 10 against 10 runs have 184,756 divisions.

    Parameters
    ----------
    first, second : DataFrame
        A row a run, a column a quantity; the same columns on both sides.
    level : float
        Probability of any rejection if the groups are alike.
    seed : int
        See `welch_permutation_test`.

    Returns
    -------
    RunsComparison
        Table of quantity, mean_first, mean_second, difference (second - first) and its standard_error,
        n_first, n_second, p_value, p_value_holm, rejected.

    Raises
    ------
    ParameterError
        If columns differ, a value is undefined, or so few runs could never reject at this level.
    """
    quantities = list(first.columns)
    a, b = _values(first, quantities), _values(second, quantities)
    if smallest_p_value(len(a), len(b)) * len(quantities) > level:
        raise ParameterError(
            f"runs: {len(a)} against {len(b)} cannot reject any of {len(quantities)} quantities at {level}"
        )
    p_value = welch_permutation_test(a, b, seed=seed)
    corrected = holm(p_value)
    table = pd.DataFrame(
        {
            "quantity": quantities,
            "mean_first": a.mean(axis=0),
            "mean_second": b.mean(axis=0),
            "difference": b.mean(axis=0) - a.mean(axis=0),
            "standard_error": np.sqrt(a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b)),
            "n_first": len(a),
            "n_second": len(b),
            "p_value": p_value,
            "p_value_holm": corrected,
            "rejected": corrected <= level,
        }
    )
    return RunsComparison(table, level)


def _values(runs: pd.DataFrame, quantities: list[Any]) -> NDArray[np.float64]:
    """Values of the quantities, shape (runs, quantities): all must be there, no other, and finite."""
    if not quantities or set(runs.columns) != set(quantities):
        raise ParameterError(
            f"runs: quantities {list(runs)}, must be {quantities} on both sides and not none"
        )
    values = runs[quantities].to_numpy(dtype=np.float64)
    for quantity, column in zip(quantities, values.T, strict=True):
        if not np.isfinite(column).all():
            raise ParameterError(f"runs: {quantity} is undefined in some run, must be finite in all")
    return values


# Quantity, unit, and whether ratios mean something: the mean of a potential, which has no natural zero, has
# none.
_COMPARED = (
    ("rate", "Hz", True),
    ("membrane_potential_mean", "mV", False),
    ("membrane_potential_sd", "mV", True),
)


def compare_predictions(
    simulation: pd.DataFrame, predictions: Iterable[Mapping[str, Any]], published: Mapping[str, float]
) -> pd.DataFrame:
    """Put published, simulated and predicted values of one network into one table.

    Parameters
    ----------
    simulation : DataFrame
        As `cortexnet.analysis.summary.summary_table` gives it.
    predictions : iterable of mappings
        Fixed points: method, branch, stable, valid, and numbers under their fixed names
        (``rate_excitatory_hz``, ...).
    published : mapping
        Published numbers under their fixed names.

    Returns
    -------
    DataFrame
        Columns source ("paper", "simulation" or a method), branch, stable, valid (empty unless predicted),
        population, quantity, value, unit, standard_error (of the simulation), difference (value -
        simulated) and relative_difference (this by the simulated value; NaN where there is no natural
        zero). A value that a source does not give has no row.
    """
    simulated = by_summary_name(simulation, "value")
    error = by_summary_name(simulation, "standard_error")
    sources: list[tuple[str, Mapping[str, Any]]] = [("paper", published), ("simulation", simulated)]
    sources += [(prediction["method"], prediction) for prediction in predictions]
    rows = [
        {
            "source": source,
            "branch": numbers.get("branch"),
            "stable": numbers.get("stable"),
            "valid": numbers.get("valid"),
            "population": population,
            "quantity": quantity,
            "value": numbers[name],
            "unit": unit,
            "standard_error": error[name] if source == "simulation" else math.nan,
            "difference": numbers[name] - simulated[name],
            "relative_difference": _relative_difference(numbers[name], simulated[name])
            if ratio
            else math.nan,
        }
        for source, numbers in sources
        for population in simulation["population"].unique()
        for quantity, unit, ratio in _COMPARED
        if (name := summary_name(quantity, population, unit)) in numbers
    ]
    return pd.DataFrame(rows).astype({"branch": "string", "stable": "boolean", "valid": "boolean"})


def _relative_difference(value: float, reference: float) -> float:
    return value / reference - 1 if reference else math.nan

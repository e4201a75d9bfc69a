"""The network held against the paper and the theories."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cortexnet.analysis.comparison import compare_predictions
from cortexnet.analysis.figures import Density
from cortexnet.analysis.meanfield import density
from cortexnet.analysis.summary import summary_table
from cortexnet.models.spontaneous_activity.parameters import Parameters
from cortexnet.recording import Recording

#: Mean rates of the self-sustained state: Teramae, Tsubo & Fukai (2012), caption of Fig. 2.
PUBLISHED = {"rate_excitatory_hz": 1.6, "rate_inhibitory_hz": 14.0}


def compare(recording: Recording, predictions: pd.DataFrame) -> pd.DataFrame:
    """Put paper, simulation and theories into one table.

    Parameters
    ----------
    recording : Recording
        Of `simulate`.
    predictions : DataFrame
        Fixed points, as `cortexnet.analysis.meanfield.predict` gives them.

    Returns
    -------
    DataFrame
        See `cortexnet.analysis.comparison.compare_predictions`.
    """
    return compare_predictions(summary_table(recording), _records(predictions), PUBLISHED)


def predicted_densities(parameters: Parameters, predictions: pd.DataFrame) -> dict[str, dict[str, Density]]:
    """Densities of the excitatory membrane potential in the stable low states of the theories.

    Parameters
    ----------
    parameters : Parameters
        Those of the predictions.
    predictions : DataFrame
        Fixed points, as `cortexnet.analysis.meanfield.predict` gives them.

    Returns
    -------
    dict
        Theory -> ``"excitatory"`` -> (membrane potentials in mV, densities per mV). A theory without a stable
        low state is absent.
    """
    low = predictions[(predictions["branch"] == "low") & predictions["stable"]]
    tables = {state["method"]: density(parameters, state["method"], state) for state in _records(low)}
    return {
        method: {
            "excitatory": (table["membrane_potential_mv"].to_numpy(), table["density_per_mv"].to_numpy())
        }
        for method, table in tables.items()
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]

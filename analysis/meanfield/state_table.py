"""What theories say of their states beyond `predict`: eigenvalues, amplification and errors of sampling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from cortexnet.analysis.meanfield.predict import theory_of
from cortexnet.analysis.meanfield.stability import nullcline_slope
from cortexnet.analysis.meanfield.strong_sparse import DEFAULT_CUT
from cortexnet.parameters import ParameterSet


def state_table(parameters: ParameterSet, methods: Iterable[str], cut: float = DEFAULT_CUT) -> pd.DataFrame:
    """Rates of all states with their errors and their linear response.

    Parameters
    ----------
    parameters : ParameterSet
        Of the spontaneous network.
    methods : iterable of str
        Names of `METHODS`.
    cut : float
        Border of `strong_sparse`, V.

    Returns
    -------
    DataFrame
        A row a state: method, branch, rate_excitatory_hz, rate_inhibitory_hz and their standard errors (0 of
        theories that do not sample), real and imaginary parts of both eigenvalues of diag(1/tau_e) (J - 1)
        (1/s), and nullcline_slope, d r_E^out/d r_E along the inhibitory nullcline.
    """
    rows: list[dict[str, Any]] = []
    for method in methods:
        theory = theory_of(parameters, method, cut)
        for state in theory.states():
            first, second = state.eigenvalues
            rows.append(
                {
                    "method": method,
                    "branch": state.branch,
                    "rate_excitatory_hz": state.rate_excitatory,
                    "rate_excitatory_error_hz": state.rate_excitatory_error,
                    "rate_inhibitory_hz": state.rate_inhibitory,
                    "rate_inhibitory_error_hz": state.rate_inhibitory_error,
                    "eigenvalue_1_real_per_s": first.real,
                    "eigenvalue_1_imaginary_per_s": first.imag,
                    "eigenvalue_2_real_per_s": second.real,
                    "eigenvalue_2_imaginary_per_s": second.imag,
                    "nullcline_slope": nullcline_slope(theory, state.rate_excitatory, state.rate_inhibitory),
                }
            )
    return pd.DataFrame(rows)

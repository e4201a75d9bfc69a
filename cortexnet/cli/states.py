"""States that theories predict, as rows of a table that fits a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Numbers that are shown, and the heads of their columns.
NUMBERS = {
    "rate_excitatory_hz": "E (Hz)",
    "rate_inhibitory_hz": "I (Hz)",
    "membrane_potential_mean_excitatory_mv": "v (mV)",
    "membrane_potential_sd_excitatory_mv": "SD (mV)",
}
FOOTNOTE = "* outside the range for which the theory is meant"


def state_name(row: Mapping[Any, Any]) -> str | None:
    """Branch of a predicted state, with a star where the theory is outside its range; None if unpredicted.

    That a state is stable or not follows from its branch, and is said where it does not.
    """
    import pandas as pd

    if pd.isna(row["branch"]):
        return None
    stability = "stable" if row["stable"] else "unstable"
    contradicts = row["stable"] == (row["branch"] == "unstable")
    return f"{row['branch']}{'' if row['valid'] else '*'}" + (f", {stability}" if contradicts else "")

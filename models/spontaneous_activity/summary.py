"""What one run of the network comes to: the numbers of its summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cortexnet.recording import Recording


def summarise(recording: Recording) -> dict[str, float | bool | None]:
    """Rates, irregularity and membrane potential of both populations, from the warm-up on.

    Parameters
    ----------
    recording : Recording
        Of a run of this system.

    Returns
    -------
    dict
        Name with unit -> number; None where nothing can be computed.
    """
    from cortexnet.analysis.tables import summary_numbers

    return summary_numbers(recording)

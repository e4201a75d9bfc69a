"""How much memory the synapses of a network take, asked before they are made."""

from __future__ import annotations

import psutil

from cortexnet.errors import ParameterError
from cortexnet.models.dual_sampling.parameters import Parameters

#: Bytes a row of synapses takes while a program runs, measured: half of them in the program, with indices,
#: the lists of its pathways and its variables, half in Python, with the state that the program begins with.
BYTES_PER_ROW = 200
#: Rows are counted by 32-bit integers.
MOST_ROWS = 2**31 - 1


def n_rows(parameters: Parameters, n_inputs: int, n_outputs: int) -> int:
    """Return the number of rows of synapses: one a connection, or K where they are explicit.

    Parameters
    ----------
    parameters : Parameters
        Of the network.
    n_inputs, n_outputs : int
        Numbers of input cells, the bias included, and of output cells.
    """
    n_hidden = parameters.n_hidden
    recurrent = n_hidden * (n_hidden - 1) if parameters.is_recurrent else 0
    connections = n_inputs * n_hidden + n_hidden * n_outputs + n_outputs + recurrent
    return connections * (
        parameters.synapses_per_connection if parameters.representation == "explicit" else 1
    )


def refuse_what_cannot_fit(parameters: Parameters, n_inputs: int, n_outputs: int) -> None:
    """Raise `ParameterError` if the synapses of a network need more memory than is free."""
    rows = n_rows(parameters, n_inputs, n_outputs)
    needed, free = BYTES_PER_ROW * rows, psutil.virtual_memory().available
    if needed <= free and rows <= MOST_ROWS:
        return
    size = f"{rows:.2g} rows of synapses, which need {needed / 1e9:.3g} GB where {free / 1e9:.3g} GB are free"
    if parameters.representation == "explicit":
        raise ParameterError(
            f"representation = explicit: makes {size}; collapsed has the same law in"
            f" {parameters.synapses_per_connection} times fewer"
        )
    raise ParameterError(f"n_hidden = {parameters.n_hidden}: makes {size}")

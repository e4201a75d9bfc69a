"""A table of bytes that a model reads by row and column, such as the pixels of many images.

A `brian2.TimedArray` holds doubles; for 70,000 images of 784 pixels that is 440 MB, and here it is 55.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Function
from numpy.typing import NDArray

from cortexnet.draws.function import compiled_function

_BYTES_PER_WORD = 8


def bytes_function(name: str, values: NDArray[np.uint8]) -> Function:
    """Brian2 function ``name(row, column)``: a byte of a table, as an integer; 0 for a negative row.

    Parameters
    ----------
    name : str
        Its name in Brian2 expressions, and of the table.
    values : ndarray of uint8, shape (n_rows, n_columns)
        The table.

    Returns
    -------
    Function
        To be given to Brian2 in a namespace.
    """
    n_columns = values.shape[1]
    flat = np.ascontiguousarray(values).reshape(-1)
    packed = np.append(flat, np.zeros(-flat.size % _BYTES_PER_WORD, dtype=np.uint8)).view("<i8")

    def read(row: Any, column: Any) -> NDArray[np.int64]:
        rows, columns = np.broadcast_arrays(np.asarray(row, np.int64), np.asarray(column, np.int64))
        read_rows = np.maximum(rows, 0)
        return np.where(rows < 0, 0, flat[read_rows * n_columns + columns].astype(np.int64))

    return compiled_function(
        name,
        arguments=("row", "column"),
        body=(
            f"const int64_t place = row*{n_columns} + column; "
            f"return row < 0 ? 0 : (table[place/{_BYTES_PER_WORD}] >> (8*(place%{_BYTES_PER_WORD}))) & 0xFF;"
        ),
        numpy=read,
        text="#include <stdint.h>\n",
        returns="integer",
        table=(name, packed),
    )

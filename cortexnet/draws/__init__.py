"""Counter-based random draws, the same numbers on every code-generation target.

A draw is a pure function of (seed, stream, step, i, j). So one seed gives one network on numpy,
Cython, C++ and CUDA, to the bit; the seed can reach a compiled program at run time; and no draw
depends on the order in which others were made.

- `philox`: the generator and the uniform numbers.
- `function`: how one C text becomes a Brian2 function on every target.
- `tables`: distributions as integer quantile tables, delays, waiting times.
- `rows`: which pairs connect.
- `binomial`: how many of n succeed.
- `redrawn`: how many of n units are on after some of them were redrawn.
- `bytes_table`: not drawn at all, but read in the same way: data of one byte an entry.

A *stream* is what the draw is for; `stream` makes its number from a purpose and an index, so that no
two purposes ever share their numbers.
"""

from cortexnet.draws.binomial import binomial_numbers
from cortexnet.draws.bytes_table import bytes_function
from cortexnet.draws.philox import LARGEST_SEED, Purpose, checked_seed, stream, uniform, uniform_numbers
from cortexnet.draws.redrawn import redrawn, redrawn_numbers
from cortexnet.draws.rows import RandomRows, WordRange
from cortexnet.draws.tables import (
    delay_steps,
    fixed_point_steps,
    quantile_function,
    quantile_table,
    waiting_time_function,
)

__all__ = [
    "LARGEST_SEED",
    "Purpose",
    "RandomRows",
    "WordRange",
    "binomial_numbers",
    "bytes_function",
    "checked_seed",
    "delay_steps",
    "fixed_point_steps",
    "quantile_function",
    "quantile_table",
    "redrawn",
    "redrawn_numbers",
    "stream",
    "uniform",
    "uniform_numbers",
    "waiting_time_function",
]

"""The function log(1 + exp(z)) for any z, which no target has of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cortexnet.draws.function import compiled_function


def _softplus(z: Any) -> NDArray[np.float64]:
    return np.logaddexp(0.0, z)  # type: ignore[no-any-return]


#: Brian2 function ``softplus(z)``.
softplus = compiled_function(
    "softplus",
    arguments=("z",),
    float_arguments=("z",),
    body="return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));",
    numpy=_softplus,
    text="#include <math.h>\n#include <stdint.h>\n",
)

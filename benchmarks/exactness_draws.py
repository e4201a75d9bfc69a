"""The small networks and the data of ``benchmarks.exactness``, drawn once and kept.

``python -m benchmarks.exactness_draws`` writes ``tests/reference/gibbs_weights.csv`` (standard normal weights
of twenty networks, to be multiplied by their SD) and ``gibbs_data.csv`` (twenty sets of 10 and of 100 data:
two random binary inputs, and the output of a cell with the weights `TEACHER`). Draw i is that of NumPy's
default generator with seed i.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from cortexnet.analysis.gibbs import HiddenCells, Observations

REFERENCE = Path(__file__).parents[1] / "tests" / "reference"
DRAWS = range(20)
#: Inputs, hidden cells and outputs, and the states in which inputs and outputs are clamped.
SIZES = {"input": 2, "hidden": 4, "output": 2}
CLAMPED = {"input": (1.0, 1.0), "output": (1.0, 0.0)}
#: In the order in which they are drawn.
PROJECTIONS = (("input", "hidden"), ("hidden", "output"), ("hidden", "hidden"))
#: Weights of the two inputs and of the bias.
TEACHER = (1.5, -1.0, 0.3)
N_DATA = (10, 100)


def hidden_cells(draw: int, weight_sd: float, recurrent: bool) -> HiddenCells:
    """Return the network of a draw; without recurrence its other weights are the same."""
    arrays = {}
    for source, target in PROJECTIONS:
        standard_normal = _weights()[draw, source, target].reshape(SIZES[source], SIZES[target])
        arrays[f"{source}_to_{target}"] = weight_sd * standard_normal
    np.fill_diagonal(arrays["hidden_to_hidden"], 0)
    if not recurrent:
        arrays["hidden_to_hidden"][:] = 0
    return HiddenCells(**arrays, inputs=np.array(CLAMPED["input"]), outputs=np.array(CLAMPED["output"]))


def observations(draw: int, n_data: int) -> Observations:
    """Return the data of a draw, with the bias as third input."""
    first, second, outputs = _data()[draw, n_data].T
    return Observations(np.stack((first, second, np.ones(n_data)), axis=1), outputs)


@cache
def _weights() -> dict[tuple[Hashable, ...], np.ndarray]:
    groups = pd.read_csv(REFERENCE / "gibbs_weights.csv").groupby(["draw", "source", "target"])
    return {key: group["standard_normal"].to_numpy() for key, group in groups}


@cache
def _data() -> dict[tuple[Hashable, ...], np.ndarray]:
    groups = pd.read_csv(REFERENCE / "gibbs_data.csv").groupby(["draw", "n_data"])
    columns = ["input_1", "input_2", "output"]
    return {key: group[columns].to_numpy(dtype=np.float64) for key, group in groups}


def draw_weights() -> pd.DataFrame:
    """Draw the weights, one a row, of all networks."""
    tables = []
    for draw in DRAWS:
        generator = np.random.default_rng(draw)
        for source, target in PROJECTIONS:
            row, column = np.indices((SIZES[source], SIZES[target])).reshape(2, -1)
            index = {"draw": draw, "source": source, "target": target, "row": row, "column": column}
            tables.append(pd.DataFrame(index | {"standard_normal": generator.standard_normal(row.size)}))
    return pd.concat(tables)


def draw_data() -> pd.DataFrame:
    """Draw the data, one a row, of all sets."""
    tables = []
    for draw in DRAWS:
        for n_data in N_DATA:
            generator = np.random.default_rng(draw)
            inputs = generator.integers(0, 2, (n_data, 2))
            chance = expit(np.column_stack((inputs, np.ones(n_data))) @ TEACHER)
            index = {"draw": draw, "n_data": n_data, "input_1": inputs[:, 0], "input_2": inputs[:, 1]}
            tables.append(pd.DataFrame(index | {"output": (generator.random(n_data) < chance).astype(int)}))
    return pd.concat(tables)


def main() -> None:
    """Draw, and write both tables."""
    draw_weights().to_csv(REFERENCE / "gibbs_weights.csv", index=False)
    draw_data().to_csv(REFERENCE / "gibbs_data.csv", index=False)


if __name__ == "__main__":
    main()

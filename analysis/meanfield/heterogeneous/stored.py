"""States that were found once, kept by the digest of the parameters and of the code that found them."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, astuple
from functools import cache
from pathlib import Path
from typing import Any

from cortexnet.analysis.meanfield.fixed_points import FixedPoint
from cortexnet.analysis.meanfield.heterogeneous.description import Description
from cortexnet.analysis.meanfield.heterogeneous.shared_fluctuations import SharedFluctuations
from cortexnet.analysis.meanfield.sampled_theory import OutputRates
from cortexnet.folders import cache_directory, own, write_atomically

Descriptions = dict[tuple[float, float], Description]
Evaluations = list[tuple[float, float, OutputRates]]

#: The code that states depend on: everything below this folder.
_SOURCES = Path(__file__).parents[1]


def load(key: str, descriptions: Descriptions, evaluations: Evaluations) -> list[FixedPoint] | None:
    """States kept under a key; None where there are none. Descriptions and evaluations are added."""
    try:
        kept = json.loads(_file(key).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    for rates, description in kept["descriptions"]:
        shared = SharedFluctuations(**description.pop("shared"))
        descriptions[tuple(rates)] = Description(shared=shared, **_with_nan(description))
    evaluations.extend((*rates, OutputRates(*outputs)) for rates, outputs in kept["evaluations"])
    return [_state(**state) for state in kept["states"]]


def store(key: str, states: list[FixedPoint], descriptions: Descriptions, evaluations: Evaluations) -> None:
    """Keep states, their descriptions and the evaluations that led to them under a key."""
    plain = {
        "states": [
            asdict(state) | {"eigenvalues": [[value.real, value.imag] for value in state.eigenvalues]}
            for state in states
        ],
        "evaluations": [[[*rates], [*astuple(outputs)]] for *rates, outputs in evaluations],
        "descriptions": [
            [list(rates), _without_nan(asdict(description))] for rates, description in descriptions.items()
        ],
    }
    write_atomically(_file(key), json.dumps(plain, allow_nan=False))


def _file(key: str) -> Path:
    return own(cache_directory() / "heterogeneous") / f"{key[:32]}-{_code()[:16]}.json"


@cache
def _code() -> str:
    """Digest of the sources of the theory."""
    digest = hashlib.sha256()
    for path in sorted(_SOURCES.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _state(eigenvalues: list[list[float]], **rest: Any) -> FixedPoint:
    first, second = (complex(*value) for value in eigenvalues)
    return FixedPoint(eigenvalues=(first, second), **rest)


def _without_nan(description: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no NaN: numbers that could not be computed are null."""

    def plain(numbers: dict[str, float]) -> dict[str, float | None]:
        return {name: None if math.isnan(value) else value for name, value in numbers.items()}

    return description | {name: plain(description[name]) for name in ("numbers", "errors")}


def _with_nan(description: dict[str, Any]) -> dict[str, Any]:
    def numbers(plain: dict[str, float | None]) -> dict[str, float]:
        return {name: math.nan if value is None else value for name, value in plain.items()}

    return description | {name: numbers(description[name]) for name in ("numbers", "errors")}

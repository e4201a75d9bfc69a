"""The points of a sweep: every combination of the values that vary, with every seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from cortexnet.parameter_text import number_shown
from cortexnet.parameters import ParameterSet


@dataclass(frozen=True)
class Point:
    """One run of a sweep.

    Attributes
    ----------
    values : dict
        What varies: parameter -> number in its own unit, or name of a choice.
    settings : tuple of str
        The same as ``NAME=VALUE``, as ``--set`` takes it.
    seed : int
        Master seed.
    """

    values: dict[str, float | int | str]
    settings: tuple[str, ...]
    seed: int

    @property
    def name(self) -> str:
        """Name of its folder: different for every point."""
        return ",".join(
            f"{name}={_short(value)}" for name, value in [*self.values.items(), ("seed", self.seed)]
        )


def grid(base: ParameterSet, varied: Mapping[str, Sequence[Any]], seeds: Sequence[int]) -> list[Point]:
    """Return all points, the seeds of one combination beside each other.

    Parameters
    ----------
    base : ParameterSet
        Where the others come from.
    varied : mapping of str to sequence
        Parameter -> its values.
    seeds : sequence of int
        Master seeds.

    Raises
    ------
    ParameterError
        For a combination of values that is not allowed.
    """
    return [
        _point(base.replace(**dict(zip(varied, values, strict=True))), list(varied), seed)
        for values in product(*varied.values())
        for seed in seeds
    ]


def _point(parameters: ParameterSet, names: Sequence[str], seed: int) -> Point:
    kinds = parameters.kinds()
    values = {name: getattr(parameters, name) for name in names}
    written = {
        name: value if isinstance(value, str) else kinds[name].written(value)
        for name, value in values.items()
    }
    return Point(
        {name: kinds[name].in_own_unit(value) for name, value in values.items()},
        tuple(f"{name}={text}" for name, text in written.items()),
        seed,
    )


def _short(value: float | int | str) -> str:
    return number_shown(value) if isinstance(value, float) else str(value)

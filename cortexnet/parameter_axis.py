"""One parameter that varies while all others stay: its values as plain numbers in its own unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from cortexnet.errors import ParameterError
from cortexnet.parameter_fields import ChoiceKind, IntegerKind, QuantityKind
from cortexnet.parameter_text import shown
from cortexnet.parameters import ParameterSet

Set = TypeVar("Set", bound=ParameterSet)


@dataclass(frozen=True)
class ParameterAxis(Generic[Set]):
    """The sets that differ from `base` in the parameter `name` only.

    Raises
    ------
    ParameterError
        For a name that does not exist, and for a parameter that is no number.
    """

    base: Set
    name: str

    def __post_init__(self) -> None:
        kinds = self.base.kinds()
        if self.name not in kinds:
            self.base.replace(**{self.name: None})  # says so, and which name may be meant
        if isinstance(kinds[self.name], ChoiceKind):
            raise ParameterError(f"{self.name} cannot vary: it is no number but {kinds[self.name].allowed}")

    @property
    def unit(self) -> str:
        """Unit of the numbers, empty for what has none."""
        kind = self.base.kinds()[self.name]
        return kind.unit if isinstance(kind, QuantityKind) else ""

    def number(self, value: Any) -> float:
        """Return a value that the parameter may have as a number, or raise a `ParameterError`."""
        changed = self.base.replace(**{self.name: value})
        return float(self.base.kinds()[self.name].in_own_unit(getattr(changed, self.name)))

    def at(self, number: float) -> Set:
        """Return the set with this number, or raise a `ParameterError`."""
        kind = self.base.kinds()[self.name]
        plain: Any = {"value": float(number), "unit": kind.unit} if isinstance(kind, QuantityKind) else number
        if isinstance(kind, IntegerKind):
            plain = round(number)
        return self.base.replace(**{self.name: kind.from_plain(self.name, plain)})

    def spread(self, start: Any, stop: Any, count: int) -> list[float]:
        """Return `count` evenly spaced numbers between two values; of whole numbers the nearest, once each.

        Raises
        ------
        ParameterError
            For a value that is not allowed, for equal ones and fewer than two.
        """
        first, last = self.number(start), self.number(stop)
        if first == last or count < 2:
            raise ParameterError(
                f"{self.name} = {shown(start)} to {shown(stop)} in {count}:"
                " must be at least 2 values between two that differ"
            )
        return list(dict.fromkeys(self.number_at(x) for x in np.linspace(first, last, count)))

    def number_at(self, number: float) -> float:
        """Return the allowed number that is nearest: itself, or a whole one."""
        return (
            float(round(number)) if isinstance(self.base.kinds()[self.name], IntegerKind) else float(number)
        )

"""One parameter that varies while all others stay: its values as plain numbers in its own unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from cortexnet.errors import ParameterError
from cortexnet.parameter_fields import ChoiceKind, IntegerKind, QuantityKind
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
        """Unit of the numbers; empty where they have none."""
        kind = self.base.kinds()[self.name]
        return kind.unit if isinstance(kind, QuantityKind) else ""

    def number(self, value: Any) -> float:
        """Return a value that the parameter may have as a number, or raise a `ParameterError`."""
        changed = self.base.replace(**{self.name: value})
        return float(self.base.kinds()[self.name].in_own_unit(getattr(changed, self.name)))

    def at(self, number: float) -> Set:
        """Return the set with this number, or raise a `ParameterError`."""
        kind = self.base.kinds()[self.name]
        if isinstance(kind, QuantityKind):
            return self.base.replace(
                **{self.name: kind.from_plain(self.name, {"value": number, "unit": kind.unit})}
            )
        return self.base.replace(**{self.name: int(number) if isinstance(kind, IntegerKind) else number})

    def value(self, number: float) -> Any:
        """Return the value that has this number, or raise a `ParameterError`."""
        return getattr(self.at(number), self.name)

    def spread(self, start: Any, stop: Any, count: int) -> list[float]:
        """Return `count` evenly spaced numbers between two values; of whole numbers the nearest, once each.

        Raises
        ------
        ParameterError
            For a value that is not allowed.
        """
        numbers = np.linspace(self.number(start), self.number(stop), count)
        return list(dict.fromkeys(self.nearest(number) for number in numbers))

    def nearest(self, number: float) -> float:
        """Return the number itself, or the nearest whole one where the parameter is one."""
        whole = isinstance(self.base.kinds()[self.name], IntegerKind)
        return float(round(number)) if whole else float(number)

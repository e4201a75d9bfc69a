"""The kinds of parameter: a quantity with a unit, an integer, a plain number, a choice among names.

Each kind knows its default, its source and what is allowed, and translates one value between the forms in
which it occurs: as given by a user (checked), in plain SI, in TOML, and in a message.
"""

from __future__ import annotations

import dataclasses
import math
import numbers
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Quantity
from brian2.units.fundamentalunits import get_dimensions

from cortexnet.errors import ParameterError
from cortexnet.parameter_text import did_you_mean, in_unit, number_shown, shown, with_unit

METADATA_KEY = "parameter"


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The numbers that a parameter may take, in its own unit."""

    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    below: float | None = None

    def __contains__(self, number: float) -> bool:
        return (
            (self.minimum is None or number >= self.minimum)
            and (self.above is None or number > self.above)
            and (self.maximum is None or number <= self.maximum)
            and (self.below is None or number < self.below)
        )

    def mapped(self, function: Callable[[float], float]) -> Interval:
        """Return the range whose bounds are `function` of these bounds."""
        bounds = dataclasses.asdict(self)
        return Interval(
            **{name: None if bound is None else function(bound) for name, bound in bounds.items()}
        )

    def described(self, unit: str) -> str:
        """Return the range in words, such as ``from 0 mV to 20 mV`` or ``above 0 ms and at most 1000 ms``."""
        if self.minimum is not None and self.maximum is not None:
            return f"from {_joined(self.minimum, unit)} to {_joined(self.maximum, unit)}"
        bounds = (
            ("at least", self.minimum),
            ("above", self.above),
            ("at most", self.maximum),
            ("below", self.below),
        )
        return " and ".join(f"{word} {_joined(bound, unit)}" for word, bound in bounds if bound is not None)


@dataclass(frozen=True, kw_only=True)
class Kind(ABC):
    """What is known of one parameter apart from its value."""

    default: Any
    source: str
    description: str
    unit: str = ""

    @property
    @abstractmethod
    def allowed(self) -> str:
        """What values are allowed, in words that complete "must be ..."."""

    def checked(self, name: str, value: object) -> Any:
        """Return `value` in its canonical form, or raise a `ParameterError` that says what is allowed."""
        accepted = self._accepted(value)
        if accepted is None:
            raise ParameterError(
                f"{name} = {self.shown(value)}: must be {self.allowed}{self._hint(value)}"
                f" (default {self.shown(self.default)}; {self.source})"
            )
        return accepted

    def si(self, value: Any) -> float | int | str:
        """Return the plain value, a quantity in SI units."""
        return value  # type: ignore[no-any-return]

    def in_own_unit(self, value: Any) -> float | int | str:
        """Return the plain value, a quantity in the unit of this parameter."""
        return self.to_plain(value)  # type: ignore[no-any-return]

    def to_plain(self, value: Any) -> Any:
        """Return what TOML and JSON hold of `value`."""
        return value

    def from_plain(self, name: str, plain: object) -> object:
        """Return the value that `to_plain` was made of, still to be checked."""
        return plain

    def shown(self, value: object) -> str:
        """Return `value` for a message, in the unit of this parameter where it has one."""
        if isinstance(value, bool):
            return str(value).lower()
        return number_shown(value) if isinstance(value, float) else shown(value)

    def written(self, value: Any) -> str:
        """Return `value` as Python code, Brian2's names given."""
        return repr(value)

    @abstractmethod
    def _accepted(self, value: object) -> Any:
        """Return `value` in its canonical form, or None where it is not allowed."""

    def _hint(self, value: object) -> str:
        """Return what to write instead of `value`, if that can be guessed."""
        return ""


@dataclass(frozen=True, kw_only=True)
class QuantityKind(Kind):
    """A number with a unit, kept as a read-only scalar `Quantity` of double precision."""

    unit: str
    interval: Interval

    @property
    def allowed(self) -> str:
        """What values are allowed."""
        return f"one quantity in {self.unit}, {self.interval.described(self.unit)}"

    def _hint(self, value: object) -> str:
        plain = _finite(value)
        return "" if plain is None else f", with its unit such as {_product(plain, self.unit)}"

    def _accepted(self, value: object) -> Quantity | None:
        if not self._is_scalar_of_my_dimension(value):
            return None
        number = _finite(np.asarray(value)[()])
        if number is None or number not in self.interval.mapped(
            lambda bound: float(with_unit(bound, self.unit))
        ):
            return None
        scalar = Quantity.with_dimensions(number, get_dimensions(value))
        scalar.flags.writeable = False
        return scalar

    def si(self, value: Any) -> float:
        """Return the number in SI units."""
        return float(value)

    def in_own_unit(self, value: Any) -> float:
        """Return the number in the unit of this parameter."""
        number, unit = in_unit(value, self.unit)
        return number if unit == self.unit else float(value / with_unit(1.0, self.unit))

    def to_plain(self, value: Any) -> dict[str, float | str]:
        """Return a table of value and unit."""
        number, unit = in_unit(value, self.unit)
        return {"value": number, "unit": unit}

    def from_plain(self, name: str, plain: object) -> object:
        """Return the quantity of a table of value and unit, or raise a `ParameterError`."""
        if not isinstance(plain, Mapping) or set(plain) != {"value", "unit"}:
            raise ParameterError(
                f"{name} = {shown(plain)}: must be a table with value and unit, no more and no less"
            )
        number, unit = _finite(plain["value"]), plain["unit"]
        if number is None or not isinstance(unit, str):
            raise ParameterError(f"{name} = {shown(plain)}: value must be a finite number and unit a text")
        try:
            return with_unit(number, unit)
        except ParameterError as error:
            raise ParameterError(f"{name} = {shown(plain)}: {error}") from None

    def shown(self, value: object) -> str:
        """Return the number with the unit of this parameter where `value` has that dimension."""
        if not self._is_scalar_of_my_dimension(value):
            return super().shown(value)
        number = _finite(np.asarray(value)[()])
        return shown(value) if number is None else _joined(*in_unit(value, self.unit))

    def written(self, value: Any) -> str:
        """Return the quantity as a product with its unit."""
        return _product(*in_unit(value, self.unit))

    def _is_scalar_of_my_dimension(self, value: object) -> bool:
        return (
            isinstance(value, Quantity)
            and np.shape(value) == ()
            and get_dimensions(value) == get_dimensions(with_unit(1.0, self.unit))
        )


@dataclass(frozen=True, kw_only=True)
class IntegerKind(Kind):
    """A whole number, where it is asked for a multiple of another."""

    interval: Interval
    multiple_of: int = 1

    @property
    def allowed(self) -> str:
        """What values are allowed."""
        named = "an integer" if self.multiple_of == 1 else f"a multiple of {self.multiple_of}"
        return f"{named}, {self.interval.described('')}"

    def _accepted(self, value: object) -> int | None:
        if isinstance(value, bool) or not isinstance(value, numbers.Integral):
            return None
        number = int(value)
        return number if number in self.interval and number % self.multiple_of == 0 else None


@dataclass(frozen=True, kw_only=True)
class NumberKind(Kind):
    """A number without a unit."""

    interval: Interval

    @property
    def allowed(self) -> str:
        """What values are allowed."""
        return f"one number without unit, {self.interval.described('')}"

    def _accepted(self, value: object) -> float | None:
        number = _finite(value)
        return number if number is not None and number in self.interval else None


@dataclass(frozen=True, kw_only=True)
class ChoiceKind(Kind):
    """One of a few names."""

    options: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """What values are allowed."""
        return " or ".join(self.options)

    def _accepted(self, value: object) -> str | None:
        return str(value) if isinstance(value, str) and value in self.options else None

    def _hint(self, value: object) -> str:
        return did_you_mean(value, self.options) if isinstance(value, str) else ""


def quantity(
    default: Quantity,
    *,
    unit: str,
    source: str,
    description: str,
    minimum: float | None = None,
    above: float | None = None,
    maximum: float | None = None,
    below: float | None = None,
) -> Any:
    """Declare a parameter with a unit.

    Parameters
    ----------
    default : Quantity
        The published value.
    unit : str
        The unit in which the parameter is shown and its range is given: ``mV``, ``ms``, or ``1/ms``.
    source : str
        Where the default comes from.
    description : str
        What the parameter is, in one phrase.
    minimum, above, maximum, below : float, optional
        The allowed range, as numbers in `unit`; `above` and `below` exclude their own value.
    """
    allowed = Interval(minimum=minimum, above=above, maximum=maximum, below=below)
    return _field(
        QuantityKind(default=default, unit=unit, source=source, description=description, interval=allowed)
    )


def integer(
    default: int, *, source: str, description: str, minimum: int, maximum: int, multiple_of: int = 1
) -> Any:
    """Declare a parameter that is a whole number from `minimum` to `maximum`, a multiple of `multiple_of`."""
    return _field(
        IntegerKind(
            default=default,
            source=source,
            description=description,
            interval=Interval(minimum=minimum, maximum=maximum),
            multiple_of=multiple_of,
        )
    )


def number(
    default: float,
    *,
    source: str,
    description: str,
    minimum: float | None = None,
    above: float | None = None,
    maximum: float | None = None,
    below: float | None = None,
) -> Any:
    """Declare a parameter that is a plain number, such as a probability."""
    allowed = Interval(minimum=minimum, above=above, maximum=maximum, below=below)
    return _field(NumberKind(default=default, source=source, description=description, interval=allowed))


def choice(default: str, *, options: tuple[str, ...], source: str, description: str) -> Any:
    """Declare a parameter that is one of a few names."""
    return _field(ChoiceKind(default=default, source=source, description=description, options=options))


def kind_of(field: dataclasses.Field[Any]) -> Kind:
    """Return what was declared of one field of a parameter set."""
    try:
        return field.metadata[METADATA_KEY]  # type: ignore[no-any-return]
    except KeyError:
        raise TypeError(f"{field.name} must be declared by quantity, integer, number or choice") from None


def _field(kind: Kind) -> Any:
    default = kind.checked("default", kind.default)
    return dataclasses.field(default_factory=lambda: default, metadata={METADATA_KEY: kind})


def _finite(value: object) -> float | None:
    """Return a finite real number as a float, without the sign of zero, and None for anything else."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number + 0.0 if math.isfinite(number) else None


def _joined(number: float, unit: str) -> str:
    """Return a number with its unit as people write it: ``-60 mV``, ``0.018/ms``, ``3``."""
    return number_shown(number) + (unit.removeprefix("1") if unit.startswith("1/") else f" {unit}").rstrip()


def _product(number: float, unit: str) -> str:
    """Return a number with its unit as Python writes it: ``-60*mV``, ``0.018/ms``."""
    return number_shown(number) + (unit.removeprefix("1") if unit.startswith("1/") else f"*{unit}")

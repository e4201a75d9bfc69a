"""Frozen, validated sets of parameters: Brian2 quantities with unit, allowed range, source and description.

A system declares its parameters as a dataclass; this module gives every such set its checks, its text, TOML
and table forms, and an identity that rests on the exact values:

    @dataclass(frozen=True, eq=False, repr=False)
    class Parameters(ParameterSet):
        reset_potential: Quantity = quantity(
            -60 * mV, unit="mV", minimum=-200, maximum=200, source="...", description="..."
        )

        def check(self) -> None:
            self.require_order("reset_potential", "<", "threshold_potential")
"""

from __future__ import annotations

import dataclasses
import hashlib
import operator
import struct
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import tomli_w

from cortexnet.errors import ParameterError
from cortexnet.parameter_fields import Kind, choice, integer, kind_of, number, quantity
from cortexnet.parameter_text import did_you_mean, parse, shown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ParameterSet", "choice", "integer", "number", "quantity"]

LONGEST_TOML = 64 * 1024
_ORDERS = {"<": (operator.lt, "below"), "<=": (operator.le, "at most")}


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ParameterSet:
    """Base of the parameter sets: everything is checked when a set is made, and a set never changes."""

    def __new__(cls, *positional: object, **values: object) -> Self:
        """Refuse unknown names with a suggestion, before the dataclass would refuse them without one."""
        if positional:
            raise ParameterError(f"parameters are given by name, such as {next(iter(cls.kinds()))}=...")
        for name, value in values.items():
            cls._kind(name, value)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for name, kind in self.kinds().items():
            object.__setattr__(self, name, kind.checked(name, getattr(self, name)))
        self.check()

    def check(self) -> None:
        """Check what concerns several parameters at once; systems override this."""

    def require(self, holds: bool, name: str, allowed: str, *others: str) -> None:
        """Raise a `ParameterError` unless `holds`: `name` must be `allowed`, given the values of `others`."""
        if not holds:
            values = ", ".join(f"{other} = {self._shown(other)}" for other in others)
            reason = f" ({values})" if values else ""
            raise ParameterError(f"{name} = {self._shown(name)}: must be {allowed}{reason}")

    def require_order(self, lower: str, relation: str, upper: str) -> None:
        """Raise a `ParameterError` unless ``lower < upper``, or ``lower <= upper``, as `relation` says."""
        holds, word = _ORDERS[relation]
        allowed = f"{word} {upper} = {self._shown(upper)}"
        self.require(holds(getattr(self, lower), getattr(self, upper)), lower, allowed)

    def replace(self, **values: object) -> Self:
        """Return a set in which some values are other ones."""
        return type(self)(**{**self.as_dict(), **values})

    def as_dict(self) -> dict[str, Any]:
        """Return the values by name, in the order of declaration."""
        return {name: getattr(self, name) for name in self.kinds()}

    def as_si(self) -> dict[str, Any]:
        """Return plain numbers in SI units, and the names of choices, in the order of declaration."""
        return {name: kind.si(getattr(self, name)) for name, kind in self.kinds().items()}

    @classmethod
    def kinds(cls) -> dict[str, Kind]:
        """Return what is declared of every parameter: unit, range, source, description."""
        return {field.name: kind_of(field) for field in dataclasses.fields(cls)}

    @classmethod
    def from_text(cls, texts: Mapping[str, str], base: Self | None = None) -> Self:
        """Return `base`, or the default set, with the values that some texts such as ``-62*mV`` name.

        Raises
        ------
        ParameterError
            For a text that is not a value, an unknown name, and a value that is not allowed.
        """
        values = {}
        for name, text in texts.items():
            cls._kind(name, text)
            try:
                values[name] = parse(text)
            except ParameterError as error:
                raise ParameterError(f"{name}: {error}") from None
        return (cls() if base is None else base).replace(**values)

    @classmethod
    def from_toml(cls, text: str | bytes) -> Self:
        """Return the set that a TOML text holds; a name that it leaves out keeps its default.

        Raises
        ------
        ParameterError
            For a text that is empty, too long or not TOML, and for names and values that are not allowed.
        """
        values = {}
        for name, plain in _read_toml(text).items():
            values[name] = cls._kind(name, plain).from_plain(name, plain)
        return cls(**values)

    def to_toml(self) -> str:
        """Return all values as TOML, a quantity as value and unit; `from_toml` reads the very same set."""
        return tomli_w.dumps(self.to_plain())

    def to_plain(self) -> dict[str, Any]:
        """Return all values as plain dictionaries, numbers and texts, such as JSON and TOML hold."""
        return {name: kind.to_plain(getattr(self, name)) for name, kind in self.kinds().items()}

    def table(self) -> pd.DataFrame:
        """Return one row a parameter: name, value, unit, allowed, source, description."""
        import pandas as pd

        rows = [
            (
                name,
                kind.in_own_unit(getattr(self, name)),
                kind.unit,
                kind.allowed,
                kind.source,
                kind.description,
            )
            for name, kind in self.kinds().items()
        ]
        table = pd.DataFrame(rows, columns=["name", "value", "unit", "allowed", "source", "description"])
        return table.assign(value=pd.Series([row[1] for row in rows], dtype=object))

    def to_markdown(self) -> str:
        """Return the table of all parameters as Markdown."""
        rows = [
            (f"`{name}`", self._shown(name), kind.allowed, kind.source, kind.description)
            for name, kind in self.kinds().items()
        ]
        head = ("name", "value", "allowed", "source", "description")
        lines = (head, ("---",) * len(head), *rows)
        return "".join(
            "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
        )

    def digest(self) -> str:
        """Return a key that differs between sets that differ in any bit of a value, a name or a unit."""
        key = hashlib.sha256()
        for text in (type(self).__module__, type(self).__qualname__):
            _add(key, text.encode())
        for name, value in self.as_si().items():
            data = struct.pack("<d", value) if isinstance(value, float) else str(value).encode()
            for part in (
                name.encode(),
                self.kinds()[name].unit.encode(),
                type(value).__name__.encode(),
                data,
            ):
                _add(key, part)
        return key.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParameterSet) and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.as_dict())

    def __repr__(self) -> str:
        changed = (
            f"{name}={kind.written(getattr(self, name))}"
            for name, kind in self.kinds().items()
            if kind.si(getattr(self, name)) != kind.si(kind.default)
        )
        return f"{type(self).__name__}({', '.join(changed)})"

    def _shown(self, name: str) -> str:
        return self.kinds()[name].shown(getattr(self, name))

    @classmethod
    def _kind(cls, name: str, value: object) -> Kind:
        kinds = cls.kinds()
        if name not in kinds:
            raise ParameterError(
                f"{shown(name)} = {shown(value)}: no parameter has this name{did_you_mean(name, kinds)}"
            )
        return kinds[name]


def _read_toml(text: str | bytes) -> dict[str, Any]:
    if len(text) > LONGEST_TOML:
        raise ParameterError(
            f"the parameters are a text of {len(text)} characters: at most {LONGEST_TOML} are allowed"
        )
    try:
        values = tomllib.loads(text if isinstance(text, str) else text.decode())
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"the parameters are not valid TOML: {shown(error)}") from None
    if not values:
        raise ParameterError("the parameters are an empty text: at least one name = value is needed")
    return values


def _add(key: Any, part: bytes) -> None:
    """Feed a part of known length, so that no two different lists of parts run together."""
    key.update(struct.pack("<Q", len(part)) + part)


def _rebuilt(cls: type[ParameterSet], values: dict[str, Any]) -> ParameterSet:
    return cls(**values)

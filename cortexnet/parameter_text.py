"""Numbers with units as text: read without evaluating anything, written so that they read back to the bit."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable

from brian2 import Quantity
from brian2.core.namespace import DEFAULT_UNITS
from brian2.units.fundamentalunits import get_dimensions, get_unit

from cortexnet.errors import ParameterError

LONGEST_TEXT = 200
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(_NUMBER)
_WITH_UNIT = re.compile(rf"({_NUMBER})\s*([*/])\s*([A-Za-z]\w*)", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_RECIPROCAL = re.compile(r"1\s*/\s*(\w+)")


def parse(text: str) -> bool | int | float | str | Quantity:
    """Read one value: a number, ``number*unit``, ``number/unit``, ``true``, ``false`` or a name.

    Parameters
    ----------
    text : str
        For example ``-62*mV``, ``0.0018/ms``, ``10000``, ``1.5e-3``, ``lognormal``.

    Raises
    ------
    ParameterError
        For everything else, and for a unit that Brian2 does not have.
    """
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise ParameterError(f"{shown(text)} is too long for a value: at most {LONGEST_TEXT} characters")
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if match := _WITH_UNIT.fullmatch(text):
        number, operator, unit = match.groups()
        return with_unit(float(number), unit if operator == "*" else f"1/{unit}")
    if _NAME.fullmatch(text):
        return text
    raise ParameterError(
        f"{shown(text)} is not a value: write a number, number*unit or number/unit,"
        " such as -62*mV or 0.0018/ms, or a name"
    )


def with_unit(number: float, unit: str) -> Quantity:
    """Return `number` in `unit`, a name of Brian2 such as ``mV``, or ``1/`` and a name."""
    if match := _RECIPROCAL.fullmatch(unit):
        return number / _unit(match[1])
    return number * _unit(unit)


def in_unit(value: Quantity, unit: str) -> tuple[float, str]:
    """Return a number and a unit that read back as exactly `value`, with as few digits as possible.

    The unit is `unit`, except for the rare value that no number in that unit reaches: then the base unit.
    """
    exact = float(value)
    quotient = exact / float(with_unit(1.0, unit))
    if math.isfinite(quotient):
        rounded = (float(f"{quotient:.{digits}g}") for digits in range(1, 18))
        neighbours = (math.nextafter(quotient, direction) for direction in (math.inf, -math.inf))
        for number in (*rounded, *neighbours):
            if float(with_unit(number, unit)) == exact:
                return number, unit
    return exact, repr(get_unit(get_dimensions(value)))


def shown(value: object) -> str:
    """Return `value` as it may stand in a message: short, on one line, without control characters."""
    try:
        text = value if isinstance(value, str) else str(value)
    except ValueError:  # an integer of more digits than Python is willing to print
        text = f"<{type(value).__name__}>"
    text = " ".join(text[: 2 * LONGEST_TEXT].split())
    text = "".join(character if character.isprintable() else "?" for character in text) or "''"
    return text if len(text) <= 60 else f"{text[:57]}..."


def number_shown(number: float) -> str:
    """Return a number exactly, without a superfluous ``.0``."""
    return repr(float(number)).removesuffix(".0")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``", did you mean ...?"`` where a known name is close to `name`, otherwise nothing."""
    known = list(known)
    close = [other for other in known if other.lower() == name.lower()] or difflib.get_close_matches(
        name, known, n=1
    )
    return f", did you mean {close[0]}?" if close else ""


def _unit(name: str) -> Quantity:
    try:
        return DEFAULT_UNITS[name]
    except KeyError:
        hint = did_you_mean(name, DEFAULT_UNITS)
        raise ParameterError(f"{shown(name)} is not a unit of Brian2{hint}") from None

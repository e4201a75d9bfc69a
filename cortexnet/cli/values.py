"""How the text of options is read: times, potentials, parameters; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cortexnet.errors import ParameterError

if TYPE_CHECKING:
    from brian2 import Quantity

    from cortexnet.models import System
    from cortexnet.models.dual_sampling.data import Dataset
    from cortexnet.parameter_axis import ParameterAxis

#: Units that may follow a number directly, as Brian2 calls them.
_SHORT_UNITS = {"s": "second", "ms": "ms", "us": "us", "mV": "mV", "uV": "uV", "V": "volt"}
#: Values that a parameter may take one after another.
LARGEST_COUNT = 10_000
_SHORT = re.compile(r"([-+.\deE]*[.\d])\s*(s|ms|us|mV|uV|V)")


def read_time(option: str, text: str, *, zero_allowed: bool = False) -> Quantity:
    """Return a duration given as ``5s``, ``100ms`` or ``5*second``.

    Raises
    ------
    ParameterError
        For everything that is not a finite time above zero (or zero, where that is allowed).
    """
    from brian2 import second

    lowest = "0 s or more" if zero_allowed else "above 0 s"
    value = _read_quantity(option, text, second, f"a time {lowest}, such as 5s, 100ms or 5*second")
    if not (0 < float(value) < 1e9 or (zero_allowed and float(value) == 0)):
        raise ParameterError(f"{option} {text}: must be a time {lowest}")
    return value


def read_potential(option: str, text: str) -> Quantity:
    """Return a difference of potentials given as ``3mV`` or ``3*mV``.

    Raises
    ------
    ParameterError
        For everything that is not a potential above zero.
    """
    from brian2 import volt

    value = _read_quantity(option, text, volt, "a potential above 0 mV, such as 3mV or 3*mV")
    if not 0 < float(value) < 1:
        raise ParameterError(f"{option} {text}: must be a potential above 0 mV")
    return value


def _read_quantity(option: str, text: str, unit: Quantity, allowed: str) -> Quantity:
    from brian2 import have_same_dimensions

    from cortexnet.parameter_text import parse, shown

    short = _SHORT.fullmatch(text.strip())
    try:
        value = parse(f"{short[1]}*{_SHORT_UNITS[short[2]]}" if short else text)
    except ParameterError:
        value = text
    if isinstance(value, (str, bool)) or not have_same_dimensions(value, unit):
        raise ParameterError(f"{option} {shown(text)}: must be {allowed}")
    return value


def read_choice(option: str, text: str, allowed: Sequence[str]) -> str:
    """Return an option's text if it is one of those allowed.

    Raises
    ------
    ParameterError
        If it is not.
    """
    from cortexnet.parameter_text import did_you_mean, shown

    if text not in allowed:
        raise ParameterError(
            f"{option} {shown(text)}: must be one of {', '.join(allowed)}{did_you_mean(text, allowed)}"
        )
    return text


def read_seed(text: str) -> int:
    """Return the master seed.

    Raises
    ------
    ParameterError
        For everything but an integer that Brian2 takes as a seed.
    """
    from cortexnet.draws import checked_seed
    from cortexnet.parameter_text import parse

    return int(checked_seed(parse(text)))


def read_range(option: str, text: str, parameters: Any) -> tuple[ParameterAxis[Any], list[float]]:
    """Return the parameter of ``NAME=START:STOP:N``, and its N values in its own unit.

    Raises
    ------
    ParameterError
        For any other text, a name that does not exist or is no number, a value that is not allowed, and for
        an N below 2 or above `LARGEST_COUNT`.
    """
    from cortexnet.parameter_axis import ParameterAxis
    from cortexnet.parameter_text import parse, shown

    name, _, values = text.partition("=")
    ends = values.split(":")
    if len(ends) != 3:
        raise ParameterError(
            f"{option} {shown(text)}: must be NAME=START:STOP:N, such as reset_potential=-66*mV:-58*mV:9"
        )
    axis = ParameterAxis(parameters, name.strip())
    if not (ends[2].strip().isdecimal() and 2 <= int(ends[2]) <= LARGEST_COUNT):
        raise ParameterError(
            f"{option} {axis.name}: N = {shown(ends[2])}: must be a whole number from 2 to {LARGEST_COUNT}"
        )
    try:
        numbers = axis.spread(parse(ends[0]), parse(ends[1]), int(ends[2]))
    except ParameterError as error:
        raise ParameterError(f"{option} {axis.name}: {error}") from None
    if len(numbers) < 2:
        raise ParameterError(f"{option} {shown(text)}: START and STOP must differ")
    return axis, numbers


def read_variation(option: str, text: str, parameters: Any) -> tuple[str, list[Any]]:
    """Return the parameter of ``NAME=V1,V2`` or ``NAME=START:STOP:N``, and its values, each once.

    Raises
    ------
    ParameterError
        As `read_range`, and for a value that is not allowed.
    """
    from cortexnet.parameter_text import parse, shown

    name, equals, values = text.partition("=")
    name = name.strip()
    if ":" in values:
        axis, numbers = read_range(option, text, parameters)
        return axis.name, [axis.value(number) for number in numbers]
    if not equals or not name:
        raise ParameterError(f"{option} {shown(text)}: must be NAME=V1,V2 or NAME=START:STOP:N")
    parts = values.split(",")
    if len(parts) > LARGEST_COUNT:
        raise ParameterError(f"{option} {name}: {len(parts)} values: must be at most {LARGEST_COUNT}")
    try:
        changed = [parameters.replace(**{name: parse(part)}) for part in parts]
    except ParameterError as error:
        raise ParameterError(f"{option} {shown(text)}: {error}") from None
    written = {parameters.kinds()[name].written(getattr(one, name)): one for one in changed}
    return name, [getattr(one, name) for one in written.values()]


def read_parameters(
    system: System, preset: str | None, settings: Sequence[str], dataset: Dataset | None = None
) -> Any:
    """Return the parameters of a preset with ``NAME=VALUE`` settings applied.

    Without a name, the preset is the system's first. What it leaves to the data of a system that learns
    follows from them.

    Raises
    ------
    ParameterError
        For an unknown preset or name, a value that is not allowed, or a name given twice.
    """
    from cortexnet.parameter_text import shown

    texts: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ParameterError(
                f"--set {shown(setting)}: must be NAME=VALUE, such as reset_potential=-62*mV"
            )
        if name.strip() in texts:
            raise ParameterError(f"--set {shown(setting)}: {name.strip()} is given twice")
        texts[name.strip()] = value
    presets = system.presets
    name = next(iter(presets.PRESETS)) if preset is None else preset
    base = presets.preset(name) if dataset is None else presets.for_data(dataset, name)
    return type(base).from_text(texts, base=base)

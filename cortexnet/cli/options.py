"""Options that commands share, and how their text is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cortexnet.errors import ParameterError, ToolMissing

if TYPE_CHECKING:
    from brian2 import Quantity

    from cortexnet.models.spontaneous_activity.parameters import Parameters

Preset = Annotated[
    str, typer.Option("--preset", metavar="NAME", help="A named parameter set, applied before every --set.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Change a parameter: reset_potential=-62*mV. May be given several times.",
    ),
]
Duration = Annotated[
    str | None,
    typer.Option(
        "--duration",
        metavar="TIME",
        help="Simulated time, kick and warm-up included: 5s, 500ms. Default 10s.",
    ),
]
Warmup = Annotated[
    str, typer.Option("--warmup", metavar="TIME", help="Time at the start that statistics leave out.")
]
Seed = Annotated[
    str, typer.Option("--seed", metavar="N", help="Master seed of everything random, 0 to 2147483647.")
]
Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        metavar="NAME",
        help="runtime, cpp_standalone or cuda_standalone. "
        "Default: cpp_standalone if there is a compiler, else runtime.",
    ),
]
Timeout = Annotated[
    str | None, typer.Option("--timeout", metavar="TIME", help="End the run after this much real time: 600s.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder for the results; it must not exist.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier result in that folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]

#: Units that may follow a number directly, as Brian2 calls them.
_SHORT_UNITS = {"s": "second", "ms": "ms", "us": "us", "mV": "mV", "uV": "uV", "V": "volt"}
_SHORT = re.compile(r"([-+.\deE]*[.\d])\s*(s|ms|us|mV|uV|V)")

#: Without a compiler a biological second of the full network takes minutes instead of seconds.
DEFAULT_DURATION = {"runtime": "2s"}
USUAL_DURATION = "10s"


@dataclass(frozen=True)
class RunOptions:
    """The options of a simulation as they came from the command line."""

    preset: str
    settings: Sequence[str]
    duration: str | None
    warmup: str
    seed: str
    device: str | None
    timeout: str | None
    out: Path
    overwrite: bool
    as_json: bool
    quiet: bool

    @property
    def silent(self) -> bool:
        """Whether nothing but the JSON document, or nothing at all, is wanted."""
        return self.as_json or self.quiet

    def simulation(self) -> dict[str, Any]:
        """Keyword arguments of an experiment's ``simulate``; everything in them is checked."""
        from cortexnet.draws import checked_seed
        from cortexnet.parameter_text import parse

        device = self.device or default_device()
        duration = read_time("--duration", self.duration or DEFAULT_DURATION.get(device, USUAL_DURATION))
        warmup = read_time("--warmup", self.warmup, zero_allowed=True)
        if warmup >= duration:
            raise ParameterError(f"--warmup {self.warmup}: must be shorter than the duration, {duration}")
        return {
            "duration": duration,
            "warmup": warmup,
            "seed": checked_seed(parse(self.seed)),
            "device": device,
            "timeout": None if self.timeout is None else float(read_time("--timeout", self.timeout)),
            "progress": not self.quiet,
        }


def default_device() -> str:
    """C++ where something can compile it."""
    from cortexnet.devices.tools import require_compiler

    try:
        require_compiler()
    except ToolMissing:
        return "runtime"
    return "cpp_standalone"


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


def read_parameters(preset: str, settings: Sequence[str]) -> Parameters:
    """Return the parameters of a preset with ``NAME=VALUE`` settings applied.

    Raises
    ------
    ParameterError
        For an unknown preset or name, a value that is not allowed, or a name given twice.
    """
    from cortexnet.models.spontaneous_activity.presets import preset as parameters_of_preset
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
    base = parameters_of_preset(preset)
    return type(base).from_text(texts, base=base)

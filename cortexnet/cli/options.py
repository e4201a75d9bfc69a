"""Options that commands share, and what they mean together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, get_type_hints

import typer

from cortexnet.cli.output import note
from cortexnet.cli.values import read_choice, read_parameters, read_seed, read_time
from cortexnet.errors import ParameterError, ToolMissing

if TYPE_CHECKING:
    from cortexnet.models import System

Own = ParamSpec("Own")

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
        help="Simulated time, kick and warm-up included: 5s, 500ms. "
        "Default: 10s, or 2s where no --device is given and there is no compiler.",
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
Delivery = Annotated[
    str,
    typer.Option(
        "--delivery", metavar="NAME", help="How spikes reach synapses: auto or brian2, the same today."
    ),
]
Precision = Annotated[
    str, typer.Option("--precision", metavar="NAME", help="Floating-point numbers: double or single.")
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


#: In Python a simulated second of the full network takes half a minute instead of two seconds.
DURATION, DURATION_WITHOUT_COMPILER = "10s", "2s"
DELIVERIES = ("auto", "brian2")
PRECISIONS = ("double", "single")


@dataclass(frozen=True)
class RunOptions:
    """RUN OPTIONS: the options of a simulation as they came from the command line, and their defaults."""

    preset: Preset = "published"
    settings: Settings = None
    duration: Duration = None
    warmup: Warmup = "1s"
    seed: Seed = "1"
    device: Device = None
    delivery: Delivery = "auto"
    precision: Precision = "double"
    timeout: Timeout = None
    out: Out = None
    overwrite: Overwrite = False
    as_json: AsJson = False
    quiet: Quiet = False

    def parameters(self, system: System) -> Any:
        """Return the parameters of a system that the options ask for."""
        return read_parameters(system, self.preset, self.settings or ())

    def simulation(self) -> dict[str, Any]:
        """Keyword arguments of an experiment's ``simulate``; everything in them is checked.

        What was chosen for the user because there is no compiler is said on standard error.
        """
        from cortexnet.devices import DEVICES

        read_choice("--delivery", self.delivery, DELIVERIES)
        device, usual_duration = self._device_and_usual_duration()
        duration = read_time("--duration", usual_duration if self.duration is None else self.duration)
        warmup = read_time("--warmup", self.warmup, zero_allowed=True)
        if warmup >= duration:
            raise ParameterError(f"--warmup {self.warmup}: must be shorter than the duration, {duration}")
        return {
            "duration": duration,
            "warmup": warmup,
            "seed": read_seed(self.seed),
            "device": read_choice("--device", device, DEVICES),
            "precision": read_choice("--precision", self.precision, PRECISIONS),
            "timeout": None if self.timeout is None else float(read_time("--timeout", self.timeout)),
            "progress": not self.quiet,
        }

    def _device_and_usual_duration(self) -> tuple[str, str]:
        if self.device is not None:
            return self.device, DURATION
        if _compiler_works():
            return "cpp_standalone", DURATION
        shorter = f", by default for {DURATION_WITHOUT_COMPILER}" if self.duration is None else ""
        note(
            f"no C++ compiler: the same network runs in Python{shorter}; cortexnet doctor says more",
            quiet=self.quiet,
        )
        return "runtime", DURATION_WITHOUT_COMPILER


def with_run_options(command: Callable[Concatenate[RunOptions, Own], None]) -> Callable[..., None]:
    """Give a command the RUN OPTIONS: its first argument becomes the options, behind what is its own.

    Typer reads options off a signature; this writes that signature, so that commands share one list.
    """
    own = list(signature(command).parameters.values())[1:]
    own_hints, shared_hints = (get_type_hints(each, include_extras=True) for each in (command, RunOptions))
    taken = [parameter.replace(annotation=own_hints[parameter.name]) for parameter in own]
    shared = [
        Parameter(
            field.name,
            Parameter.POSITIONAL_OR_KEYWORD,
            default=field.default,
            annotation=shared_hints[field.name],
        )
        for field in fields(RunOptions)
    ]

    @wraps(command)
    def with_options(**values: Any) -> None:
        mine: dict[str, Any] = {parameter.name: values.pop(parameter.name) for parameter in own}
        command(RunOptions(**values), **mine)  # type: ignore[call-arg]

    with_options.__signature__ = Signature([*taken, *shared])  # type: ignore[attr-defined]
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in (*taken, *shared)}
    return with_options


def _compiler_works() -> bool:
    from cortexnet.devices.tools import require_compiler

    try:
        require_compiler()
    except ToolMissing:
        return False
    return True

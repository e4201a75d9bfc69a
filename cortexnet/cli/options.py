"""Options that commands share, and what they mean together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, TypeVar, get_type_hints

import typer

from cortexnet.cli.output import note
from cortexnet.cli.values import read_choice, read_parameters, read_seed, read_time
from cortexnet.errors import ParameterError, ToolMissing

if TYPE_CHECKING:
    from cortexnet.models import System
    from cortexnet.models.experiments import Experiment

Own = ParamSpec("Own")

Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="A named parameter set, applied before every --set. Default: the first of the system.",
    ),
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
    str | None,
    typer.Option(
        "--warmup", metavar="TIME", help="Time at the start that statistics leave out. Default: 1s."
    ),
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
    str | None,
    typer.Option(
        "--delivery",
        metavar="NAME",
        help="How spikes reach synapses: auto (default: the fastest way) or brian2 (its queue).",
    ),
]
Precision = Annotated[
    str | None,
    typer.Option("--precision", metavar="NAME", help="Floating-point numbers: double (default) or single."),
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
DURATION, DURATION_WITHOUT_COMPILER, WARMUP = "10s", "2s", "1s"
DELIVERIES = ("auto", "brian2")
PRECISIONS = ("double", "single")
#: Fields of the options that every experiment uses.
OF_EVERY_RUN = ("preset", "settings", "seed", "out", "overwrite", "as_json", "quiet")


@dataclass(frozen=True)
class RunOptions:
    """RUN OPTIONS: the options of a simulation as they came from the command line, and their defaults."""

    preset: Preset = None
    settings: Settings = None
    duration: Duration = None
    warmup: Warmup = None
    seed: Seed = "1"
    device: Device = None
    delivery: Delivery = None
    precision: Precision = None
    timeout: Timeout = None
    out: Out = None
    overwrite: Overwrite = False
    as_json: AsJson = False
    quiet: Quiet = False

    def require_used_by(self, experiment: Experiment, system: System) -> None:
        """Refuse an option that was given but that an experiment does not use.

        Raises
        ------
        ParameterError
            Names the option and the system.
        """
        from cortexnet.parameter_text import shown

        used = {*OF_EVERY_RUN, *experiment.options}
        for name in (field.name for field in fields(self) if field.name not in used):
            value = getattr(self, name)
            if value is not None:
                option = f"--{name.replace('_', '-')}"
                raise ParameterError(f"{option} {shown(str(value))}: {system.name} does not use it")

    def parameters(self, system: System) -> Any:
        """Return the parameters of a system that the options ask for."""
        return read_parameters(system, self.preset, self.settings or ())

    def simulation(self, experiment: Experiment) -> dict[str, Any]:
        """Keyword arguments of an experiment; everything in them is checked.

        What was chosen for the user because there is no compiler is said on standard error.
        """
        values: dict[str, Any] = {"seed": read_seed(self.seed), "progress": not self.quiet}
        if "device" in experiment.options:
            values |= self._device_options(experiment)
        if "duration" in experiment.options:
            values |= self._times(values["device"])
        return values

    def _device_options(self, experiment: Experiment) -> dict[str, Any]:
        from cortexnet.devices import DEVICES

        device = read_choice("--device", self.device or self._usual_device(experiment), DEVICES)
        return {
            "device": device,
            "delivery": read_choice("--delivery", self.delivery or DELIVERIES[0], DELIVERIES),
            "precision": read_choice("--precision", self.precision or PRECISIONS[0], PRECISIONS),
            "timeout": None if self.timeout is None else float(read_time("--timeout", self.timeout)),
        }

    def _times(self, device: str) -> dict[str, Any]:
        is_slow = self.device is None and device == "runtime"
        usual = DURATION_WITHOUT_COMPILER if is_slow else DURATION
        duration = read_time("--duration", usual if self.duration is None else self.duration)
        warmup = read_time("--warmup", WARMUP if self.warmup is None else self.warmup, zero_allowed=True)
        if warmup >= duration:
            shown_warmup = self.warmup or WARMUP
            raise ParameterError(f"--warmup {shown_warmup}: must be shorter than the duration, {duration}")
        return {"duration": duration, "warmup": warmup}

    def _usual_device(self, experiment: Experiment) -> str:
        if _compiler_works():
            return "cpp_standalone"
        is_shortened = "duration" in experiment.options and self.duration is None
        shorter = f", by default for {DURATION_WITHOUT_COMPILER}" if is_shortened else ""
        note(
            f"no C++ compiler: the same network runs in Python{shorter}; cortexnet doctor says more",
            quiet=self.quiet,
        )
        return "runtime"


Options = TypeVar("Options", bound=RunOptions)


def with_run_options(command: Callable[Concatenate[Options, Own], None]) -> Callable[..., None]:
    """Give a command the RUN OPTIONS: its first argument becomes the options, behind what is its own.

    Typer reads options off a signature; this writes that signature, so that commands share one list. Which
    list it is, the type of the first argument says.
    """
    first, *own = signature(command).parameters.values()
    own_hints = get_type_hints(command, include_extras=True)
    made_of: type[Options] = own_hints[first.name]
    shared_hints = get_type_hints(made_of, include_extras=True)
    taken = [parameter.replace(annotation=own_hints[parameter.name]) for parameter in own]
    shared = [
        Parameter(
            field.name,
            Parameter.POSITIONAL_OR_KEYWORD,
            default=field.default,
            annotation=shared_hints[field.name],
        )
        for field in fields(made_of)
    ]

    @wraps(command)
    def with_options(**values: Any) -> None:
        mine: dict[str, Any] = {parameter.name: values.pop(parameter.name) for parameter in own}
        command(made_of(**values), **mine)  # type: ignore[call-arg]

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

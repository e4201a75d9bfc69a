"""Options that commands share, and what they mean together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cortexnet.cli.values import read_time
from cortexnet.errors import ParameterError, ToolMissing

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


#: In Python a simulated second of the full network takes half a minute instead of two seconds.
DURATION, DURATION_IN_PYTHON = "10s", "2s"


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
        usual_duration = DURATION_IN_PYTHON if device == "runtime" else DURATION
        duration = read_time("--duration", self.duration or usual_duration)
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

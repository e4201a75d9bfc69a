"""``cortexnet run``: one experiment, from parameters to a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.exit_status import INTERRUPTED
from cortexnet.cli.options import (
    AsJson,
    Device,
    Duration,
    Out,
    Overwrite,
    Preset,
    Quiet,
    RunOptions,
    Seed,
    Settings,
    Timeout,
    Warmup,
)
from cortexnet.cli.output import note, print_json, print_summary
from cortexnet.cli.values import read_parameters

if TYPE_CHECKING:
    from cortexnet.recording import Recording


def run(
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="One of those that cortexnet models lists.")
    ],
    preset: Preset = "published",
    settings: Settings = None,
    duration: Duration = None,
    warmup: Warmup = "1s",
    seed: Seed = "1",
    device: Device = None,
    timeout: Timeout = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run one system: a folder with its tables, its numbers and a figure.

    Example: cortexnet run spontaneous_activity --preset strong_removed --duration 5s --out without_strong
    """
    from cortexnet.models import system as find_system

    chosen = find_system(system)
    options = RunOptions(
        preset=preset,
        settings=settings or (),
        duration=duration,
        warmup=warmup,
        seed=seed,
        device=device,
        timeout=timeout,
        out=out or Path(f"{chosen.name}_{preset}_seed{seed}"),
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
    )
    prepare_brian2(quiet=options.silent)
    from cortexnet.recording import require_writable

    require_writable(options.out, overwrite=options.overwrite)
    parameters = read_parameters(chosen, options.preset, options.settings)
    recording = chosen.experiment.simulate(parameters, **options.simulation())
    recording.save(
        options.out,
        overwrite=options.overwrite,
        attachments={"figure.png": lambda path: chosen.figures.draw_run(recording, path)},
    )
    if options.as_json:
        print_json({"folder": str(options.out), **recording.summary})
    else:
        print_summary(
            f"{recording.manifest['system']}, seed {options.seed}", recording.summary, quiet=options.quiet
        )
        note(f"results in {options.out}", quiet=options.quiet)
    end_with_status(recording)


def end_with_status(recording: Recording) -> None:
    """Exit as an interrupted command does where the run was interrupted; what there is was saved."""
    if recording.manifest["status"] == "interrupted":
        note(f"cortexnet: interrupted after {recording.duration_s:g} s of simulated time; they were kept")
        raise typer.Exit(INTERRUPTED)

"""``cortexnet run``: one experiment, from parameters to a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.exit_status import INTERRUPTED
from cortexnet.cli.options import (
    AsJson,
    Delivery,
    Device,
    Duration,
    Out,
    Overwrite,
    Precision,
    Preset,
    Quiet,
    RunOptions,
    Seed,
    Settings,
    Timeout,
    Warmup,
)
from cortexnet.cli.output import note, print_json, print_summary
from cortexnet.cli.values import read_parameters, read_seed

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
    delivery: Delivery = "auto",
    precision: Precision = "double",
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
    prepare_brian2(quiet=as_json or quiet)
    from cortexnet.recording import require_writable

    parameters = read_parameters(chosen, preset, settings or ())
    options = RunOptions(
        duration=duration,
        warmup=warmup,
        seed=read_seed(seed),
        device=device,
        delivery=delivery,
        precision=precision,
        timeout=timeout,
        out=out or Path(f"{chosen.name}_{preset}_seed{read_seed(seed)}"),
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
    )
    require_writable(options.out, overwrite=options.overwrite)
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
    tell_how_it_ended(recording, quiet=options.quiet)


def tell_how_it_ended(recording: Recording, *, quiet: bool) -> None:
    """Say that a network fell silent; exit as interrupted where the run was, and what there is was saved."""
    if recording.summary.get("survived") is False:
        note(f"the network fell silent at {recording.summary['lifetime_s']:.4g} s", quiet=quiet)
    if recording.manifest["status"] == "interrupted":
        note(f"cortexnet: interrupted after {recording.duration_s:g} s of simulated time; they were kept")
        raise typer.Exit(INTERRUPTED)

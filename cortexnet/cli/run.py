"""``cortexnet run``: one experiment, from parameters to a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.exit_status import INTERRUPTED
from cortexnet.cli.experiment_options import ExperimentOptions
from cortexnet.cli.options import with_run_options
from cortexnet.cli.output import note, print_json, print_summary

if TYPE_CHECKING:
    from cortexnet.recording import Recording


@with_run_options
def run(
    options: ExperimentOptions,
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="One of those that cortexnet models lists.")
    ],
    experiment: Annotated[
        str | None,
        typer.Option(
            "--experiment",
            metavar="NAME",
            help="One of those that cortexnet models lists for it. Default: the system by itself.",
        ),
    ] = None,
) -> None:
    """Run an experiment on a system: a folder with its tables, its numbers and a figure.

    Example: cortexnet run spontaneous_activity --preset strong_removed --duration 5s --out without_strong

    Example: cortexnet run dual_sampling --data FILE.npz --out learnt
    """
    from cortexnet.models import system as find_system

    chosen = find_system(system)
    asked = chosen.find_experiment(experiment)
    options.require_used_by(asked, chosen)
    prepare_brian2(quiet=options.as_json or options.quiet)
    from cortexnet.recording import require_writable

    parameters, keywords = options.asked(chosen, asked)
    name = chosen.name if experiment is None else asked.name
    out = options.out or Path(f"{name}_{options.variant(chosen, asked)}_seed{keywords['seed']}")
    require_writable(out, overwrite=options.overwrite)
    outcome = asked.run(parameters, **keywords)
    recording = outcome.recording
    recording.save(out, overwrite=options.overwrite, attachments=outcome.attachments)
    outcome.forget()
    if options.as_json:
        print_json({"folder": str(out), **recording.summary})
    else:
        title = f"{name}, seed {keywords['seed']}"
        print_summary(title, recording.summary, quiet=options.quiet)
        note(f"results in {out}", quiet=options.quiet)
    tell_how_it_ended(recording, quiet=options.quiet)


def tell_how_it_ended(recording: Recording, *, quiet: bool) -> None:
    """Say that a network fell silent; exit as interrupted where the run was, and what there is was saved."""
    if recording.summary.get("survived") is False:
        note(f"the network fell silent at {recording.summary['lifetime_s']:.4g} s", quiet=quiet)
    if recording.manifest["status"] == "interrupted":
        note(f"cortexnet: interrupted after {recording.duration_s:g} s of simulated time; they were kept")
        raise typer.Exit(INTERRUPTED)

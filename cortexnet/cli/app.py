"""The commands and their names."""

from __future__ import annotations

import typer

from cortexnet.cli.check import check
from cortexnet.cli.compare import compare
from cortexnet.cli.doctor import doctor
from cortexnet.cli.models import models
from cortexnet.cli.predict import predict
from cortexnet.cli.run import run
from cortexnet.cli.sweep import sweep

app = typer.Typer(
    name="cortexnet",
    help="Spontaneous cortical activity and learning by sampling in Brian2, each beside its theory.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (models, run, compare, predict, sweep, check, doctor):
    app.command()(command)


def _show_version(wanted: bool) -> None:
    if wanted:
        from cortexnet import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Spontaneous cortical activity and learning by sampling in Brian2, each beside its theory."""

"""``cortexnet check``: whether results on disk are whole and unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.options import AsJson, Quiet
from cortexnet.cli.output import print_json, print_table


def check(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders that cortexnet wrote.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check folders of results against their manifests; exit with 1 if any is damaged.

    Example: cortexnet check comparison
    """
    prepare_brian2(quiet=as_json or quiet)
    from cortexnet.recording import Recording

    checks = [Recording.check(path) for path in runs]
    if as_json:
        print_json([{"path": str(c.path), "good": c.good, "reason": c.reason} for c in checks])
    else:
        rows = [[str(c.path), "good" if c.good else "BAD", c.reason] for c in checks]
        print_table("Runs", ["folder", "state", "reason"], rows, quiet=quiet)
    if not all(c.good for c in checks):
        raise typer.Exit(1)

"""``cortexnet models``: what there is."""

from __future__ import annotations

from dataclasses import asdict

from cortexnet.cli.options import AsJson, Quiet
from cortexnet.cli.output import print_json, print_table


def models(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """List the systems: name, source, what a run shows.

    Example: cortexnet models
    """
    from cortexnet.models import SYSTEMS

    if as_json:
        print_json([asdict(system) for system in SYSTEMS])
    else:
        rows = [[system.name, system.source, system.shows] for system in SYSTEMS]
        print_table("Systems", ["name", "source", "a run shows"], rows, quiet=quiet)

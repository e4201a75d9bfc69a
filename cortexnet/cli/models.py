"""``cortexnet models``: what there is."""

from __future__ import annotations

from cortexnet.cli.options import AsJson, Quiet
from cortexnet.cli.output import print_json, print_table


def models(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """List the systems (name, source, what a run shows) and their experiments.

    Example: cortexnet models
    """
    from cortexnet.models import SYSTEMS

    if as_json:
        print_json(
            [
                {
                    "name": system.name,
                    "source": system.source,
                    "shows": system.shows,
                    "experiments": {experiment.name: experiment.shows for experiment in system.experiments},
                }
                for system in SYSTEMS
            ]
        )
        return
    rows = [[system.name, system.source, system.shows] for system in SYSTEMS]
    print_table("Systems", ["name", "source", "a run shows"], rows, quiet=quiet)
    for system in SYSTEMS:
        of_system = [[experiment.name, experiment.shows] for experiment in system.experiments]
        print_table(f"Experiments of {system.name}", ["name", "shows"], of_system, quiet=quiet)

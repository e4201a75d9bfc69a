"""``cortexnet predict``: what the theories say, without any simulation."""

from __future__ import annotations

from typing import Annotated

import typer

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.options import AsJson, Preset, Quiet, Settings
from cortexnet.cli.output import print_json, print_table
from cortexnet.cli.values import read_parameters, read_potential

SHORT = {
    "rate_excitatory_hz": "E (Hz)",
    "rate_inhibitory_hz": "I (Hz)",
    "membrane_potential_mean_excitatory_mv": "v E (mV)",
    "membrane_potential_sd_excitatory_mv": "SD (mV)",
}


def predict(
    method: Annotated[
        str | None, typer.Option("--method", metavar="NAME", help="One theory; by default all of them.")
    ] = None,
    preset: Preset = "published",
    settings: Settings = None,
    cut: Annotated[
        str | None,
        typer.Option("--cut", metavar="EPSP", help="Border between weak and strong of strong_sparse: 3mV."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Predict the states of the spontaneous network: every fixed point, its branch and its stability.

    Example: cortexnet predict --method strong_sparse --cut 3mV
    """
    prepare_brian2(quiet=as_json or quiet)
    from cortexnet.analysis import meanfield
    from cortexnet.models import system

    table = meanfield.predict(
        read_parameters(system("spontaneous_activity"), preset, settings or ()),
        methods=None if method is None else [method],
        cut=None if cut is None else float(read_potential("--cut", cut)),
    )
    rows = table.to_dict("records")
    if as_json:
        print_json(rows)
    else:
        names = [SHORT.get(name, name) for name in table.columns]
        print_table("Fixed points", names, [list(row.values()) for row in rows], quiet=quiet)

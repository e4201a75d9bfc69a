"""``cortexnet predict``: what the theories say, without any simulation."""

from __future__ import annotations

from typing import Annotated

import typer

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.options import AsJson, Preset, Quiet, Settings
from cortexnet.cli.output import note, print_json, print_table
from cortexnet.cli.states import FOOTNOTE, NUMBERS, state_name
from cortexnet.cli.values import read_parameters, read_potential
from cortexnet.errors import ParameterError

METHOD_WITH_CUT = "strong_sparse"


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
    if cut is not None and method not in (None, METHOD_WITH_CUT):
        raise ParameterError(f"--cut {cut}: only {METHOD_WITH_CUT} uses it, not the method {method}")
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
        names = ["method", "state", *NUMBERS.values()]
        shown = [[row["method"], state_name(row), *(row[name] for name in NUMBERS)] for row in rows]
        print_table("Fixed points", names, shown, quiet=quiet)
        note(FOOTNOTE, quiet=quiet)

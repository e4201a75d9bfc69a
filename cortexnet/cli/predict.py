"""``cortexnet predict``: what the theories say, without any simulation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.options import AsJson, Out, Overwrite, Preset, Quiet, Settings
from cortexnet.cli.output import note, print_json, print_table
from cortexnet.cli.states import FOOTNOTE, NUMBERS, state_name
from cortexnet.cli.values import read_parameters, read_potential, read_range
from cortexnet.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

METHOD_WITH_CUT = "strong_sparse"


def predict(
    method: Annotated[
        str | None, typer.Option("--method", metavar="NAME", help="One theory; by default all of them.")
    ] = None,
    preset: Preset = None,
    settings: Settings = None,
    cut: Annotated[
        str | None,
        typer.Option("--cut", metavar="EPSP", help="Border between weak and strong of strong_sparse: 3mV."),
    ] = None,
    vary: Annotated[
        str | None,
        typer.Option(
            "--vary",
            metavar="NAME=START:STOP:N",
            help="Predict for N values of a parameter: reset_potential=-66*mV:-58*mV:9.",
        ),
    ] = None,
    out: Out = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Predict the states of the spontaneous network: every fixed point, its branch and its stability.

    Example: cortexnet predict --method strong_sparse --cut 3mV

    Example: cortexnet predict --vary conductance_inhibitory_to_excitatory=0.001/ms:0.005/ms:9 --out map
    """
    if cut is not None and method not in (None, METHOD_WITH_CUT):
        raise ParameterError(f"--cut {cut}: only {METHOD_WITH_CUT} uses it, not the method {method}")
    if overwrite and out is None:
        raise ParameterError("--overwrite: there is nothing to overwrite without --out DIR")
    prepare_brian2(quiet=as_json or quiet)
    from cortexnet.models import system
    from cortexnet.recording import require_writable

    parameters = read_parameters(system("spontaneous_activity"), preset, settings or ())
    asked = parameters, method, None if cut is None else float(read_potential("--cut", cut))
    along = None if vary is None else read_range("--vary", vary, parameters)
    if out is not None:
        require_writable(out, overwrite=overwrite)
    from cortexnet.cli.prediction import Continuation, Prediction  # takes seconds: not for bad input

    prediction = Prediction(*asked) if along is None else Continuation(*asked, *along)
    table = prediction.table
    if out is not None:
        prediction.save(out, overwrite=overwrite)
    if as_json:
        print_json(table.to_dict("records"))
    else:
        print_table("Fixed points", *_rows_to_show(table, prediction.varied), quiet=quiet)
        note(FOOTNOTE, quiet=quiet)
        if out is not None:
            note(f"tables and figure: {out}", quiet=quiet)


def _rows_to_show(table: pd.DataFrame, varied: Mapping[str, str]) -> tuple[list[str], list[list[object]]]:
    """Arrange what fits a terminal of 80 columns: what varies, the state and its numbers."""
    rows = [
        [*(row[name] for name in varied), row["method"], state_name(row), *(row[name] for name in NUMBERS)]
        for row in table.to_dict("records")
    ]
    return [*varied.values(), "method", "state", *NUMBERS.values()], rows

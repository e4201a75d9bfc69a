"""``cortexnet compare``: the main job. The network simulated and predicted, in one table and one figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cortexnet.cli.environment import prepare_brian2
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
from cortexnet.cli.output import note, print_json, print_table
from cortexnet.cli.run import end_with_status
from cortexnet.cli.values import read_parameters

if TYPE_CHECKING:
    import pandas as pd

TABLE, FIGURE = "comparison.csv", "comparison.png"


def compare(
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
    """Simulate the spontaneous network, predict it, and show both beside the paper: a table and a figure.

    Example: cortexnet compare --set reset_potential=-62*mV --seed 2 --out with_lower_reset
    """
    options = RunOptions(
        preset=preset,
        settings=settings or (),
        duration=duration,
        warmup=warmup,
        seed=seed,
        device=device,
        timeout=timeout,
        out=out or Path("comparison"),
        overwrite=overwrite,
        as_json=as_json,
        quiet=quiet,
    )
    prepare_brian2(quiet=options.silent)
    from cortexnet.analysis.meanfield import predict
    from cortexnet.models import system
    from cortexnet.models.spontaneous_activity import experiment, figures
    from cortexnet.recording import require_writable

    require_writable(options.out, overwrite=options.overwrite)
    parameters = read_parameters(system("spontaneous_activity"), options.preset, options.settings)
    simulation = options.simulation()
    if options.device is None and simulation["device"] == "runtime":
        note(
            "no C++ compiler: the same full network runs in Python, for a shorter time; "
            "cortexnet doctor says more",
            quiet=options.quiet,
        )
    predictions = predict(parameters)
    densities = experiment.predicted_densities(parameters, predictions)
    recording = experiment.simulate(parameters, **simulation)
    table = experiment.compare(recording, predictions)
    recording.save(
        options.out,
        overwrite=options.overwrite,
        attachments={
            TABLE: lambda path: table.to_csv(path, index=False),
            FIGURE: lambda path: figures.draw_comparison(recording, table, densities, path),
        },
    )
    if options.as_json:
        print_json(
            {
                "folder": str(options.out),
                "summary": recording.summary,
                "predictions": predictions.to_dict("records"),
            }
        )
    else:
        print_table("Paper, simulation and theories", *_rows_to_show(table), quiet=options.quiet)
        note("* outside the range for which the theory is meant", quiet=options.quiet)
        note(f"table and figure: {options.out / TABLE}, {options.out / FIGURE}", quiet=options.quiet)
    end_with_status(recording)


def _rows_to_show(table: pd.DataFrame) -> tuple[list[str], list[list[object]]]:
    """Arrange what fits a terminal of 80 columns: a row a state, a column a number."""
    columns = {
        ("rate", "excitatory"): "E (Hz)",
        ("rate", "inhibitory"): "I (Hz)",
        ("membrane_potential_mean", "excitatory"): "v (mV)",
        ("membrane_potential_sd", "excitatory"): "SD (mV)",
    }
    states: list[dict[str, object]] = []
    for row in table.to_dict("records"):
        if (row["quantity"], row["population"]) == ("rate", "excitatory"):  # of every state the first row
            states.append({"source": row["source"], "state": _state(row)})
        value, error = row["value"], row["standard_error"]
        if row["quantity"] == "rate" and error == error:
            value = f"{value:.4g} ± {error:.1g}"
        states[-1][columns.get((row["quantity"], row["population"]), "")] = value
    names = ["source", "state", *columns.values()]
    return names, [[state.get(name) for name in names] for state in states]


def _state(row: Mapping[Any, Any]) -> str | None:
    """Branch of a predicted state, with a star where the theory is outside its range."""
    import pandas as pd

    if pd.isna(row["branch"]):
        return None
    contradicts = row["stable"] == (row["branch"] == "unstable")
    return f"{row['branch']}{'' if row['valid'] else '*'}" + (", unstable" if contradicts else "")

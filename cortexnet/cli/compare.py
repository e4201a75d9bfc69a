"""``cortexnet compare``: the main job. The network simulated and predicted, in one table and one figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.options import RunOptions, with_run_options
from cortexnet.cli.output import note, print_json, print_table
from cortexnet.cli.run import tell_how_it_ended
from cortexnet.cli.states import FOOTNOTE, NUMBERS, state_name

if TYPE_CHECKING:
    import pandas as pd

TABLE, FIGURE = "comparison.csv", "comparison.png"


@with_run_options
def compare(options: RunOptions) -> None:
    """Simulate the spontaneous network, predict it, and show both beside the paper: a table and a figure.

    Example: cortexnet compare --set reset_potential=-62*mV --seed 2 --out with_lower_reset
    """
    prepare_brian2(quiet=options.as_json or options.quiet)
    from cortexnet.analysis.meanfield import predict
    from cortexnet.models import system
    from cortexnet.models.spontaneous_activity import experiment, figures
    from cortexnet.recording import require_writable

    chosen = system("spontaneous_activity")
    parameters, simulation = options.parameters(chosen), options.simulation(chosen.find_experiment(None))
    out = options.out or Path("comparison")
    require_writable(out, overwrite=options.overwrite)
    predictions = predict(parameters)
    densities = experiment.predicted_densities(parameters, predictions)
    recording = experiment.simulate(parameters, **simulation)
    table = experiment.compare(recording, predictions)
    recording.save(
        out,
        overwrite=options.overwrite,
        attachments={
            TABLE: lambda path: table.to_csv(path, index=False),
            FIGURE: lambda path: figures.draw_comparison(recording, table, densities, path),
        },
    )
    if options.as_json:
        print_json(
            {
                "folder": str(out),
                "summary": recording.summary,
                "predictions": predictions.to_dict("records"),
            }
        )
    else:
        print_table("Paper, simulation and theories", *_rows_to_show(table), quiet=options.quiet)
        note(FOOTNOTE, quiet=options.quiet)
        note(f"table and figure: {out / TABLE}, {out / FIGURE}", quiet=options.quiet)
    tell_how_it_ended(recording, quiet=options.quiet)


def _rows_to_show(table: pd.DataFrame) -> tuple[list[str], list[list[object]]]:
    """Arrange what fits a terminal of 80 columns: a row a state, a column a number."""
    from cortexnet.analysis.summary import summary_name

    states: list[dict[str, object]] = []
    for row in table.to_dict("records"):
        if (row["quantity"], row["population"]) == ("rate", "excitatory"):  # of every state the first row
            states.append({"source": row["source"], "state": state_name(row)})
        value, error = row["value"], row["standard_error"]
        if row["quantity"] == "rate" and error == error:
            value = f"{value:.4g}±{error:.1g}"
        states[-1][summary_name(row["quantity"], row["population"], row["unit"])] = value
    names = ["source", "state", *NUMBERS]
    heads = ["source", "state", *NUMBERS.values()]
    return heads, [[state.get(name) for name in names] for state in states]

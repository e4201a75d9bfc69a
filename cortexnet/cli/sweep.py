"""``cortexnet sweep``: many runs of one system, side by side, in one folder with a table and a figure."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cortexnet.cli.environment import prepare_brian2
from cortexnet.cli.experiment_options import ExperimentOptions
from cortexnet.cli.options import with_run_options
from cortexnet.cli.output import LONG_TEXT, complain, note, print_json, print_table
from cortexnet.cli.values import read_seed, read_variation
from cortexnet.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from cortexnet.models import System
    from cortexnet.models.experiments import Experiment
    from cortexnet.sweep import Ending, Point, SweepFolder

#: Options that are not passed on to the runs as they are.
NOT_PASSED_ON = ("settings", "seed", "out", "overwrite", "as_json", "quiet")
COMPLETE, NOT_RUN = "complete", "not run"

Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="NAME=VALUES",
        help="What varies: NAME=V1,V2 or NAME=START:STOP:N. Given several times, all combinations are run.",
    ),
]
Seeds = Annotated[
    int,
    typer.Option("--seeds", metavar="N", min=1, max=10_000, help="Seeds of every combination, from --seed."),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        max=10_000,
        help="Runs side by side, at most; each has one processor. Default: as many as there are processors, "
        "one on a graphics card. Fewer where memory would not hold them.",
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume", help="Keep the finished runs of an earlier sweep with the same options, and go on."
    ),
]


@with_run_options
def sweep(
    options: ExperimentOptions,
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="One of those that cortexnet models lists.")
    ],
    vary: Vary = None,
    seeds: Seeds = 1,
    workers: Workers = None,
    resume: Resume = False,
    experiment: Annotated[
        str | None,
        typer.Option("--experiment", metavar="NAME", help="Which of its experiments, as in cortexnet run."),
    ] = None,
) -> None:
    """Run a system for several values of parameters and several seeds: run folders, a table and a figure.

    Example: cortexnet sweep spontaneous_activity --vary reset_potential=-66*mV:-58*mV:5 --seeds 4
    """
    from cortexnet.models import system as find_system

    chosen = find_system(system)
    asked = chosen.find_experiment(experiment)
    options.require_used_by(asked, chosen)
    if options.state is not None:
        raise ParameterError("--state: not in a sweep, which has no parameters to vary then")
    prepare_brian2(quiet=options.as_json or options.quiet)
    from cortexnet.sweep import SweepFolder

    points, units = _points(options, chosen, asked, vary or [], seeds)
    out = options.out or Path("_".join([asked.name if experiment else chosen.name, "sweep", *units]))
    common = [chosen.name, *(["--experiment", asked.name] if experiment else []), *_passed_on(options)]
    with SweepFolder.open(out, common, resume=resume, overwrite=options.overwrite) as folder:
        runs = _Sweep(folder, points, common, quiet=options.quiet)
        try:
            runs.carry_out(workers or _usual_workers(options))
        finally:
            table = runs.write(units)
    _show(table, out, units, options)
    _exit_if_any_failed(table)


class _Sweep:
    """The runs of a sweep and what is known of them."""

    def __init__(self, folder: SweepFolder, points: list[Point], common: list[str], *, quiet: bool) -> None:
        self.folder = folder
        self.points = points
        self.common = common
        self.quiet = quiet
        self.endings: dict[str, Ending] = {}
        self.kept = {point.name for point in points if folder.holds(point.name)}

    def carry_out(self, workers: int) -> None:
        """Run what is not there yet."""
        from cortexnet.sweep import Job, run_side_by_side

        if self.kept:
            note(f"{len(self.kept)} of {len(self.points)} runs are there already", quiet=self.quiet)
        jobs = [Job(point.name, self._command(point)) for point in self.points if point.name not in self.kept]
        run_side_by_side(jobs, workers, self._note_ending)

    def _command(self, point: Point) -> tuple[str, ...]:
        settings = [word for setting in point.settings for word in ("--set", setting)]
        out = str(self.folder.run(point.name))
        run = [sys.executable, "-m", "cortexnet", "run", *self.common, *settings]
        return (*run, "--seed", str(point.seed), "--out", out, "--overwrite", "--quiet")

    def _note_ending(self, ending: Ending) -> None:
        self.endings[ending.name] = ending
        count = f"{len(self.kept) + len(self.endings)}/{len(self.points)}"
        note(f"{count} {ending.name}: {_status(ending)}, {ending.seconds:.0f} s", quiet=self.quiet)

    def write(self, units: dict[str, str]) -> pd.DataFrame:
        """Write the table and the figure of all that is there now."""
        from cortexnet.sweep.folder import tidy

        rows = [self._row(point) for point in self.points]
        self.folder.write_table(rows, partial(_draw, units=units))
        return tidy(rows)

    def _row(self, point: Point) -> dict[str, Any]:
        from cortexnet.recording import Recording

        row = {"run": point.name, **point.values, "seed": point.seed}
        ending = self.endings.get(point.name)
        if point.name in self.kept or (ending is not None and ending.returncode == 0):
            summary = Recording.load(self.folder.run(point.name)).summary
            return {**row, "status": COMPLETE, "message": "", **summary}
        if ending is None:
            return {**row, "status": NOT_RUN, "message": ""}
        return {**row, "status": _status(ending), "message": ending.last_words.removeprefix("cortexnet: ")}


def _status(ending: Ending) -> str:
    if ending.returncode < 0:
        return f"killed (signal {-ending.returncode}{', out of memory?' if ending.returncode == -9 else ''})"
    return "failed" if ending.returncode else COMPLETE


def _points(
    options: ExperimentOptions, system: System, experiment: Experiment, variations: list[str], n_seeds: int
) -> tuple[list[Point], dict[str, str]]:
    """Return the runs, and what varies with its unit; everything has been checked then."""
    from cortexnet.sweep import grid

    if not variations and n_seeds == 1:
        raise ParameterError("nothing varies: give --vary NAME=V1,V2 or NAME=START:STOP:N, or --seeds")
    base, _ = options.asked(system, experiment)
    varied: dict[str, list[Any]] = {}
    for text in variations:
        name, values = read_variation("--vary", text, base)
        if name in varied:
            raise ParameterError(f"--vary {name} is given twice")
        varied[name] = values
    first = read_seed(options.seed)
    points = grid(base, varied, [read_seed(str(first + k)) for k in range(n_seeds)])
    for seedless in {point.settings for point in points}:  # refuses a name that --set gives, too
        replace(options, settings=[*(options.settings or ()), *seedless]).parameters(system)
    kinds = base.kinds()
    return points, {name: kinds[name].unit for name in varied} or {"seed": ""}


def _passed_on(options: ExperimentOptions) -> list[str]:
    """Return the options that all runs have in common, as words of a command line."""
    words = []
    for field in fields(options):
        value = getattr(options, field.name)
        if value is not None and field.name not in NOT_PASSED_ON:
            words += [f"--{field.name.replace('_', '-')}", str(value)]
    return words + [word for setting in options.settings or () for word in ("--set", setting)]


def _usual_workers(options: ExperimentOptions) -> int:
    from cortexnet.sweep import processors

    return 1 if options.device == "cuda_standalone" else processors()


def _draw(table: pd.DataFrame, path: Path, units: dict[str, str]) -> None:
    from cortexnet.analysis.figure_style import publication_style
    from cortexnet.analysis.sweep_figure import main_numbers, sweep_figure

    with publication_style():
        sweep_figure(table, units, main_numbers(table, [*units, "seed"])).savefig(path)


def _show(table: pd.DataFrame, out: Path, units: dict[str, str], options: ExperimentOptions) -> None:
    from cortexnet.analysis.sweep_figure import main_numbers

    plain = table.astype(object).where(table.notna(), None)
    if options.as_json:
        print_json({"folder": str(out), "rows": plain.to_dict("records")})
        return
    varied = [name for name in units if name != "seed"]
    numbers = [name for name in main_numbers(table, [*units, "seed"]) if len(name) < LONG_TEXT]
    columns = [*varied, "seed", "status", *numbers]
    heads = [f"{name} ({units[name]})" if units.get(name) else name for name in columns]
    print_table("Runs", heads, plain[columns].to_numpy().tolist(), quiet=options.quiet)
    note(f"runs, table and figure in {out}", quiet=options.quiet)


def _exit_if_any_failed(table: pd.DataFrame) -> None:
    failed = table[table["status"] != COMPLETE]
    if len(failed):
        first = failed.iloc[0]
        reason = f": {first['message']}" if first["message"] else ""
        names = ", ".join(failed["run"])
        complain(
            f"{len(failed)} of {len(table)} runs failed ({names}); {first['run']} {first['status']}{reason}"
        )
        raise typer.Exit(1)

"""Options of ``cortexnet run`` alone: the data of a system that learns, and what it has learnt before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cortexnet.cli.options import RunOptions
from cortexnet.cli.values import read_parameters
from cortexnet.errors import ParameterError

if TYPE_CHECKING:
    from cortexnet.models import System
    from cortexnet.models.dual_sampling.data import Dataset
    from cortexnet.models.experiments import Experiment

Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DATA",
        help="What is learnt: digits (default), openml:NAME, or a file FILE.npz with images and labels.",
    ),
]
TestData = Annotated[
    str | None,
    typer.Option("--test-data", metavar="DATA", help="The test set; by default a share of the data."),
]
TestFraction = Annotated[
    float | None,
    typer.Option("--test-fraction", metavar="F", help="That share, above 0 and below 1. Default: 500/1797."),
]
Epochs = Annotated[
    int | None,
    typer.Option(
        "--epochs",
        metavar="N",
        min=1,
        max=1_000_000,
        help="Passages through the training data. Default: from their number.",
    ),
]
EarlierRun = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="RUN",
        help="Test what an earlier run has learnt, by its folder, on its data or others; nothing is learnt.",
    ),
]


@dataclass(frozen=True)
class ExperimentOptions(RunOptions):
    """The RUN OPTIONS, and those of systems that learn."""

    data: Data = None
    test_data: TestData = None
    test_fraction: TestFraction = None
    epochs: Epochs = None
    state: EarlierRun = None

    def asked(self, system: System, experiment: Experiment) -> tuple[Any, dict[str, Any]]:
        """Return the parameters, and the keyword arguments of an experiment; everything is checked."""
        simulation = self.simulation(experiment)
        if "data" not in experiment.options:
            return self.parameters(system), simulation
        if self.state is not None:
            return self._asked_of_earlier_run(self.state, simulation)
        dataset = self._dataset(simulation["seed"])
        parameters = read_parameters(system, self.preset, self.settings or (), dataset)
        return parameters, simulation | {"dataset": dataset, "epochs": self.epochs}

    def variant(self, system: System, experiment: Experiment) -> str:
        """Return what tells this run from others of the experiment, for the name of its folder."""
        if self.state is not None:
            return f"test_of_{self.state.resolve().name}"
        preset = self.preset or str(next(iter(system.presets.PRESETS)))
        if "data" not in experiment.options:
            return preset
        return f"{Path((self.data or 'digits').removeprefix('openml:')).stem}_{preset}"

    def _dataset(self, seed: int) -> Dataset:
        from cortexnet.models.dual_sampling.data import Source

        return replace(Source(seed=seed), **self._changes_of_source()).load()

    def _changes_of_source(self) -> dict[str, Any]:
        """Return what the options say about where data come from."""
        if self.test_data is not None and self.test_fraction is not None:
            raise ParameterError(f"--test-fraction {self.test_fraction:g}: not together with --test-data")
        named = {"data": self.data, "test_data": self.test_data, "test_fraction": self.test_fraction}
        changes = {name: value for name, value in named.items() if value is not None}
        # A test set of its own belongs to the data that it was given with.
        return changes if not changes or self.test_data is not None else {"test_data": None, **changes}

    def _asked_of_earlier_run(self, folder: Path, simulation: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        from cortexnet.models.dual_sampling.experiment.learnt import Learnt

        refused = {"--preset": self.preset, "--set": self.settings, "--epochs": self.epochs}
        for option in (option for option, value in refused.items() if value):
            raise ParameterError(
                f"{option}: not with --state, which brings its parameters and learns nothing"
            )
        learnt = Learnt.load(folder)
        dataset = replace(learnt.source, **self._changes_of_source()).load()
        return learnt.parameters, simulation | {"dataset": dataset, "learnt": learnt}

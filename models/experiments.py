"""What an experiment of a system is, and what it leaves: a recording, its numbers, a table and a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from cortexnet.recording import Recording

FIGURE = "figure.png"

#: Options of a run by which a Brian2 network is simulated, and those of one that runs for a given time.
SIMULATION = ("device", "delivery", "precision", "timeout")
ACTIVITY = (*SIMULATION, "duration", "warmup")


@dataclass(frozen=True)
class Outcome:
    """What an experiment gives.

    Attributes
    ----------
    recording : Recording
        Of the network.
    draw : callable
        Draws the figure to the path that it is given.
    tables : mapping of str to DataFrame
        File name -> tidy table.
    files : mapping of str to callable
        File name -> function that writes it to the path that it is given.
    numbers : mapping of str to number
        The main numbers of the experiment, for the summary; NaN where one is not defined.
    forget : callable
        To be called once all is saved: removes what was kept in case the experiment is interrupted.
    """

    recording: Recording
    draw: Callable[[Path], object]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    files: Mapping[str, Callable[[Path], object]] = field(default_factory=dict)
    numbers: Mapping[str, float | bool] = field(default_factory=dict)
    forget: Callable[[], object] = lambda: None

    @property
    def attachments(self) -> dict[str, Callable[[Path], object]]:
        """What goes into the folder beside the recording: file name -> function that writes it."""

        def writer(table: pd.DataFrame) -> Callable[[Path], object]:
            return lambda path: table.to_csv(path, index=False)

        tables = {name: writer(table) for name, table in self.tables.items()}
        return {**tables, **self.files, FIGURE: self.draw}


@dataclass(frozen=True)
class Experiment:
    """An experiment that can be run by its name.

    Attributes
    ----------
    name : str
        Its name on the command line.
    shows : str
        What it shows.
    module : str
        Where its function ``run(parameters, **simulation) -> Outcome`` is; imported when it is needed.
    options : tuple of str
        Options of a run that it uses, beside those of every run: preset, parameters, seed and output. Others
        are refused.
    """

    name: str
    shows: str
    module: str
    options: tuple[str, ...] = ACTIVITY

    def run(self, parameters: Any, **simulation: Any) -> Outcome:
        """Run it, put its numbers into the summary of the recording, and its name into the manifest.

        Parameters
        ----------
        parameters : ParameterSet
            Of the system.
        **simulation
            Seed, progress, and what belongs to its `options`: duration, warmup, device and so on.
        """
        from cortexnet.recording.summary import plain

        outcome: Outcome = import_module(self.module).run(parameters, **simulation)
        recording = replace(
            outcome.recording,
            summary=outcome.recording.summary | plain(outcome.numbers),
            manifest=outcome.recording.manifest | {"experiment": self.name},
        )
        return replace(outcome, recording=recording)

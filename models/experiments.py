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
    numbers : mapping of str to number
        The main numbers of the experiment, for the summary; NaN where one is not defined.
    """

    recording: Recording
    draw: Callable[[Path], object]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    numbers: Mapping[str, float | bool] = field(default_factory=dict)

    @property
    def attachments(self) -> dict[str, Callable[[Path], object]]:
        """What goes into the folder beside the recording: file name -> function that writes it."""

        def writer(table: pd.DataFrame) -> Callable[[Path], object]:
            return lambda path: table.to_csv(path, index=False)

        return {**{name: writer(table) for name, table in self.tables.items()}, FIGURE: self.draw}


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
    """

    name: str
    shows: str
    module: str

    def run(self, parameters: Any, **simulation: Any) -> Outcome:
        """Run it, put its numbers into the summary of the recording, and its name into the manifest.

        Parameters
        ----------
        parameters : ParameterSet
            Of the system.
        **simulation
            duration, warmup, seed, device and so on: what the system's ``simulate`` takes.
        """
        from cortexnet.recording.summary import plain

        outcome: Outcome = import_module(self.module).run(parameters, **simulation)
        recording = replace(
            outcome.recording,
            summary=outcome.recording.summary | plain(outcome.numbers),
            manifest=outcome.recording.manifest | {"experiment": self.name},
        )
        return replace(outcome, recording=recording)

"""Progress of builds and runs: a small protocol, a silent version, and bars for terminals and notebooks."""

from __future__ import annotations

import sys
from typing import Protocol, Self, runtime_checkable


@runtime_checkable
class Progress(Protocol):
    """What a device tells while it works: stages one after another, each from 0 to its total."""

    def begin(self, stage: str, total: float, unit: str) -> None:
        """Start a stage ("compile", "simulate"), which is finished when it has advanced to `total`."""

    def advance_to(self, completed: float) -> None:
        """Note how much of the present stage is done."""

    def end(self) -> None:
        """Leave the present stage, finished or not."""


class Stage:
    """A stage that is begun inside a ``with`` block, whenever something calls for it, and left with it.

    Bars redraw themselves in a thread; so they begin only after a process has been forked.
    """

    def __init__(self, progress: Progress, name: str, total: float, unit: str) -> None:
        self._progress = progress
        self._description = (name, total, unit)
        self._begun = False

    def begin(self) -> None:
        """Begin the stage."""
        self._begun = True
        self._progress.begin(*self._description)

    def __enter__(self) -> Self:
        """Begin nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the stage if it was begun."""
        if self._begun:
            self._progress.end()


class Silent:
    """Shows nothing."""

    def begin(self, stage: str, total: float, unit: str) -> None:
        """Show nothing."""

    def advance_to(self, completed: float) -> None:
        """Show nothing."""

    def end(self) -> None:
        """Show nothing."""


class Bars:
    """One bar a stage, on standard error."""

    def begin(self, stage: str, total: float, unit: str) -> None:
        """Start a new bar."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description:<9}"),
            BarColumn(),
            TextColumn("{task.completed:.4g}/{task.total:.4g} " + unit),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task(stage, total=total)
        self._bar.start()

    def advance_to(self, completed: float) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=completed)

    def end(self) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()


def choose_progress(progress: bool | Progress) -> Progress:
    """Return an object of the user's own; for True, bars where somebody can see them; for False, silence."""
    if not isinstance(progress, bool):
        return progress
    return Bars() if progress and (sys.stderr.isatty() or _in_notebook()) else Silent()


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"

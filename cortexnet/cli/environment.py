"""Before Brian2 is imported: whether it can be, and what the folder makes it execute."""

from __future__ import annotations

import logging
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cortexnet.cli.output import note
from cortexnet.errors import ToolMissing

PREFERENCES = Path("brian_preferences")


def prepare_brian2(*, quiet: bool) -> None:
    """Import Brian2, or say in one line which versions do not go together.

    Parameters
    ----------
    quiet : bool
        Whether Brian2's own notes are left out, too. That a file of the current folder is executed is
        always said.

    Raises
    ------
    ToolMissing
        If Brian2 cannot be imported.
    """
    if PREFERENCES.exists():
        note(f"note: Brian2 executes the file {PREFERENCES} of this folder when it starts")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    try:
        import brian2
    except Exception as error:  # an incompatible numpy fails with whatever it meets first
        raise ToolMissing(
            f"Brian2 {_version('brian2')} cannot be imported with numpy {_version('numpy')} ({error}): "
            "install the tested pair with pip install -c constraints.txt cortexnet"
        ) from error
    brian2.BrianLogger.suppress_hierarchy("brian2.groups.group.Group.resolve")
    if quiet:
        logging.getLogger("brian2").setLevel(logging.ERROR)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"

"""The command line, one module a command; the only place that knows models, theory and core.

Nothing heavy is imported before a command needs it: ``cortexnet --help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from cortexnet.cli.app import app
from cortexnet.cli.exit_status import BAD_INPUT, DONE, INTERRUPTED
from cortexnet.cli.output import complain
from cortexnet.errors import CortexnetError

#: Typer's base class of wrong usage, which it exports under no name of its own.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 failed, 2 bad input or missing tool, 130 interrupted.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; by default that of this process. An empty one asks for
        help.
    """
    sys.exit(_status(list(sys.argv[1:] if arguments is None else arguments) or ["--help"]))


def _status(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        return int(command.main(arguments, prog_name="cortexnet", standalone_mode=False) or DONE)
    except typer.Exit as end:
        return int(end.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        complain("interrupted")
        return INTERRUPTED
    except UsageError as error:
        complain(f"{error.format_message()} See cortexnet --help.")  # type: ignore[attr-defined]
        return BAD_INPUT
    except CortexnetError as error:
        complain(str(error))
        return error.exit_status

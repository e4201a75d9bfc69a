"""The errors that a user can cause or repair; every message is one line that says what to do."""

from __future__ import annotations

from typing import ClassVar


class CortexnetError(Exception):
    """Base of all errors of this package.

    The command line prints the message and exits with a status, without a traceback; therefore a message is
    kept on one line, whatever a user's input contained.

    Attributes
    ----------
    exit_status : int
        Status with which the command line ends: 2, bad input or a missing tool, or 1, failed.
    """

    exit_status: ClassVar[int] = 2

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class ParameterError(CortexnetError, ValueError):
    """A parameter, an option or a file of parameters is not acceptable."""


class RecordingError(CortexnetError, ValueError):
    """A recording cannot be made, written or read, or is damaged."""


class ToolMissing(CortexnetError, RuntimeError):
    """A compiler, a graphics card or another tool outside Python is missing or does not work."""


class RunFailed(CortexnetError, RuntimeError):
    """A simulation did not finish: killed, timed out, diverged, or its output is incomplete."""

    exit_status = 1

"""What a command prints: tables and JSON on standard output, notes and complaints on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

#: Texts of this many characters may be folded.
LONG_TEXT = 30


def complain(message: str) -> None:
    """Print one line that says why the command ends without having done its work."""
    print(f"cortexnet: {' '.join(message.split())}", file=sys.stderr)


def note(message: str, *, quiet: bool = False) -> None:
    """Print one line that a user may want to know but no program reads."""
    if not quiet:
        print(message, file=sys.stderr)


def print_json(value: Any) -> None:
    """Print one JSON document; a number that is not finite is an error, since JSON has no word for it."""
    print(json.dumps(value, indent=2, allow_nan=False))


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, quiet: bool = False
) -> None:
    """Print a table; numbers to four digits, what is not defined as a dash; no text is taken for markup.

    Only columns of long text are folded to the width of the terminal. The others are never cut, even if
    the table becomes wider than that.
    """
    if quiet:
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
    texts = [[cell(value) for value in row] for row in rows]
    for k, column in enumerate(columns):
        numeric = any(isinstance(row[k], (int, float)) for row in rows)
        longest = max(len(text) for text in [column, *(row[k] for row in texts)])
        table.add_column(
            column,
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=longest < LONG_TEXT,
            min_width=longest if longest < LONG_TEXT else None,
        )
    for row in texts:
        table.add_row(*row)
    Console(markup=False, emoji=False, highlight=False).print(table, crop=False)


def cell(value: object) -> str:
    """Text of one value in a table."""
    if value is None or value != value:  # None or NaN
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def print_summary(title: str, summary: Mapping[str, Any], *, quiet: bool = False) -> None:
    """Print the numbers of one run."""
    print_table(title, ["quantity", "value"], [[name, summary[name]] for name in summary], quiet=quiet)

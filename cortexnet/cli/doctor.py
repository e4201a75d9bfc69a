"""``cortexnet doctor``: what works here, what is missing, and the fix."""

from __future__ import annotations

from cortexnet.cli.options import AsJson, Quiet
from cortexnet.cli.output import print_json, print_table


def doctor(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Look at Python, Brian2, the compilers, the graphics card, memory, disk and cache.

    Example: cortexnet doctor
    """
    from cortexnet.cli.diagnosis import examine

    findings = examine()
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        rows = [[f.what, f.state, f.found, f.fix] for f in findings]
        print_table("What works here", ["part", "state", "found", "what to do"], rows, quiet=quiet)

"""The user's home folder, which not every user has."""

from __future__ import annotations

from pathlib import Path


def home_folder() -> Path | None:
    """Return the home folder; None where there is none, as for a user of a container without an account."""
    try:
        return Path.home()
    except RuntimeError:
        return None

"""Seeds of Brian2's own random numbers."""

from __future__ import annotations

import secrets

from cortexnet.errors import CortexnetError

SEED_MAXIMUM = 2**32 - 1


def checked_seed(seed: int | None) -> int:
    """Return `seed` as a plain integer; for None one of the system's, which can be noted and used again."""
    if seed is None:
        return secrets.randbelow(SEED_MAXIMUM + 1)
    value = int(seed)
    if not 0 <= value <= SEED_MAXIMUM:
        raise CortexnetError(f"seed is {value}; allowed: whole numbers from 0 to {SEED_MAXIMUM}")
    return value

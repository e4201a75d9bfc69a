"""Compiling with Numba, once for all processes where there is a folder to keep the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

from cortexnet.errors import CortexnetError
from cortexnet.folders import cache_directory, own


def _keeps() -> bool:
    """Whether compiled code can be kept; Numba would fail where it finds no place of its own."""
    try:
        vars(numba.config)["CACHE_DIR"] = str(own(cache_directory() / "numba"))
    except CortexnetError:
        return False
    return True


_KEEPS = _keeps()


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function that Numba compiles at its first call."""
    decorate: Callable[[Callable[..., Any]], Callable[..., Any]] = numba.njit(cache=_KEEPS, **options)
    return decorate

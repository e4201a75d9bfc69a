"""What every test gets: a quiet plotting backend, a cache shared between test runs, and a fresh Brian2."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import hypothesis
import platformdirs
import pytest

os.environ["MPLBACKEND"] = "Agg"
# Compiled programs are kept from one test run to the next; CORTEXNET_CACHE_DIR moves them, as for users.
os.environ.setdefault("CORTEXNET_CACHE_DIR", str(platformdirs.user_cache_path("cortexnet-tests")))

hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(autouse=True)
def fresh_brian2() -> Iterator[None]:
    """Give every test that uses Brian2 the numpy target, no magic objects and the default time step."""
    if "brian2" not in sys.modules:
        yield
        return
    import brian2

    brian2.start_scope()
    brian2.prefs.codegen.target = "numpy"
    brian2.defaultclock.dt = 0.1 * brian2.ms
    yield
    brian2.device.reinit()  # a plain standalone device would keep its first model for ever
    brian2.set_device("runtime")
    brian2.device.reinit()

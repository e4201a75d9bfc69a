"""What the tests of faults share."""

from tests.devices.conftest import empty_cache

__all__ = ["empty_cache"]

"""How much memory this process has used at most."""

from __future__ import annotations

import sys
from pathlib import Path

_BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


def peak_memory_mb() -> float:
    """Return the largest resident set of this process so far, in 10^6 bytes.

    Linux's VmHWM starts anew when a program is started; ``ru_maxrss`` is inherited from the parent process
    and serves only where there is no /proc.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    import resource  # there is none on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_OF_MAXRSS / 1e6

"""Siegert's formula by NNMT, as a process of its own: ``python nnmt_siegert.py < points.json > rates.json``.

NNMT is under the GPL and no part of this package: it is asked in its own environment, and only for numbers.
"""

from __future__ import annotations

import json
import sys
import time
import warnings


def main() -> None:
    """Read working points (SI units), write rates (Hz), the CPU time of one call (s) and the version."""
    import nnmt  # type: ignore[import-not-found]
    import numpy as np
    from nnmt.lif.exp import _firing_rate_shift  # type: ignore[import-not-found]

    asked = json.load(sys.stdin)
    mean, sd, tau, reset, threshold = (
        np.array(asked[name]) for name in ("mean", "sd", "time_constant", "reset", "threshold")
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about synapses that are not fast

        def rates() -> np.ndarray:
            return np.asarray(
                _firing_rate_shift(
                    mean,
                    np.sqrt(2) * sd,
                    reset,
                    threshold,
                    tau,
                    asked["tau_refractory"],
                    asked["tau_synaptic"],
                )
            )

        found = rates()
        started = time.process_time()
        for _ in range(asked["repetitions"]):
            rates()
        seconds = (time.process_time() - started) / asked["repetitions"]
    json.dump({"rates": found.tolist(), "seconds": seconds, "version": nnmt.__version__}, sys.stdout)


if __name__ == "__main__":
    main()

"""What dual sampling and the theories cost beside their first version, on one machine and in turns.

The first version of each is checked out of the history beside the present one; both run the same job on one
thread, one after the other, and the shorter of their CPU times counts. The memory bound is what the events of
a job move, at the bandwidth of a large copy. Run it with ``python -m benchmarks.profiles`` in a checkout
that has its history.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.runs import HERE, keep, show
from benchmarks.sampling_cost import BYTES_PER_EVENT, nanoseconds_per_byte
from cortexnet.models.dual_sampling import presets
from cortexnet.models.dual_sampling.data import Source

NAME = "profiles"
REPEATS = 2
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
#: Job -> commit of its first version.
FIRST = {
    "collapsed, learning": "2d7b0d3",
    "collapsed, not learning": "2d7b0d3",
    "explicit, learning": "2d7b0d3",
    "siegert": "542415c",
    "strong_sparse": "542415c",
    "strong_sparse_corrected": "542415c",
    "population_density": "e2f8297",
}
#: Presentations of digits; explicit synapses are twenty times as many.
PRESENTATIONS = {"collapsed": 12_970, "explicit": 2_590}

#: Both run in either version; they print CPU seconds, and synaptic events where there are any.
SAMPLING = """
import sys
import numpy as np
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule, Shuffle
from cortexnet.models.dual_sampling.stage import run_stage

job, presentations, digits = sys.argv[1], int(sys.argv[2]), np.load(sys.argv[3])
examples = Examples(digits["images"], digits["labels"], 10, len(digits["labels"]))
parameters = Parameters(  # all that matter: the first version had other defaults
    n_hidden=100,
    synapses_per_connection=1600,
    amplitude=0.02,
    gain=10.0,
    coding="thermometer",
    bins_per_datum=2,
    data_per_update=10,
    synapse_update_fraction=float(digits["fraction"]),
    trace_rate=float(digits["rate"]),
)
if job.startswith("explicit"):
    parameters = parameters.replace(representation="explicit", synapses_per_connection=20, amplitude=0.18)
shown = Shuffle(len(digits["labels"]), 1).part(0, presentations)
schedule = Schedule.test(shown) if "not learning" in job else Schedule.training(shown)
summary = run_stage(parameters, examples, schedule, progress=False).recording.summary
print(summary["simulation_cpu_seconds"], summary["synaptic_events"])
"""
THEORY = """
import sys, time
from brian2 import mV
from cortexnet.analysis.meanfield import predict
from cortexnet.models.spontaneous_activity import Parameters

predict(Parameters(reset_potential=-59.9 * mV), [sys.argv[1]])  # so that all is loaded
started = time.process_time()
predict(Parameters(), [sys.argv[1]])
print(time.process_time() - started, 0)
"""


def measured(checkout: Path, job: str, digits: Path) -> tuple[float, int]:
    """Return CPU seconds and synaptic events of a job in a checkout of the project."""
    representation = job.split(",")[0]
    if representation in PRESENTATIONS:
        arguments = [SAMPLING, job, str(PRESENTATIONS[representation]), str(digits)]
    else:
        arguments = [THEORY, job]
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": str(checkout)}
    done = subprocess.run(
        [sys.executable, "-c", *arguments],
        cwd=checkout,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, events = done.stdout.split()[-2:]
    return float(seconds), int(events)


def compared(job: str, first: Path, digits: Path) -> dict[str, object]:
    """Time both versions of a job in turns."""
    times = [[measured(where, job, digits) for where in (first, HERE.parent)] for _ in range(REPEATS)]
    before, now = (min(repeat[version][0] for repeat in times) for version in (0, 1))
    events = times[0][1][1]
    if job.endswith("not learning") and events != times[0][0][1]:
        raise RuntimeError(
            f"{job}: the versions had {times[0][0][1]} and {events} events, so not the same job"
        )
    return {
        "job": job,
        "first_cpu_seconds": before,
        "cpu_seconds": now,
        "times_faster": before / now,
        "ns_per_event": 1e9 * now / events if events else np.nan,
        "bandwidth_limit_ns_per_event": BYTES_PER_EVENT * nanoseconds_per_byte() if events else np.nan,
    }


def main() -> None:
    """Measure all jobs, each beside its first version."""
    dataset = Source(seed=1).load()
    usual = presets.for_data(dataset)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        digits = Path(scratch) / "digits.npz"
        np.savez(
            digits,
            images=dataset.images,
            labels=dataset.labels,
            fraction=usual.synapse_update_fraction,
            rate=usual.trace_rate,
        )
        for job, commit in FIRST.items():
            first = Path(scratch) / "first"
            _git("worktree", "add", "-q", "--detach", str(first), commit)
            try:
                rows.append(compared(job, first, digits))
            finally:
                _git("worktree", "remove", "--force", str(first))
            show(f"{job}: {rows[-1]['times_faster']:.2f} times faster")
    keep(pd.DataFrame(rows), NAME)


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=HERE.parent, check=True)


if __name__ == "__main__":
    main()

"""What a prediction costs: against a simulation of the network, and against NNMT for what both can say.

``python -m benchmarks.prediction_time`` writes ``tables/prediction_time.csv``: CPU seconds of all states by
every theory at the published parameters, and of one 10-s simulation by the C++ device on the same machine.
With NNMT in an environment of its own, ``NNMT_PYTHON=its/bin/python python -m benchmarks.prediction_time``
also writes ``tables/siegert_against_nnmt.csv``, agreement and time of Siegert's formula for one vector of
working points, and ``tests/reference/siegert_nnmt.csv``, with which a test compares.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np
import pandas as pd
from brian2 import mV, second

from benchmarks.runs import HERE, keep, recorded, show
from cortexnet.analysis.meanfield import METHODS, predict
from cortexnet.analysis.meanfield.ornstein_uhlenbeck import HALF_ALPHA, ThresholdProcess
from cortexnet.analysis.meanfield.siegert import Siegert
from cortexnet.models.spontaneous_activity import Parameters

REFERENCE = HERE.parent / "tests" / "reference" / "siegert_nnmt.csv"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
#: Input rates (Hz) of E and I cells whose combinations are the working points, and how many the test has.
RATES = np.geomspace(0.5, 20, 32), np.geomspace(2, 80, 32)
KEPT = 24
REPETITIONS = 50


def prediction_times(parameters: Parameters) -> pd.DataFrame:
    """CPU seconds of a simulation and of one prediction by each theory."""
    recording = recorded("prediction_time", parameters, duration=10 * second, seed=1, device="cpp_standalone")
    simulation = float(str(recording.summary["simulation_cpu_seconds"]))
    rows = [("simulation_10_s", simulation, 1.0)]
    for method in METHODS:
        seconds = float(_child([sys.executable, "-m", "benchmarks.prediction_time", method]))
        rows.append((method, seconds, simulation / seconds))
    return pd.DataFrame(rows, columns=["what", "cpu_seconds", "in_the_time_of_the_simulation"])


def print_prediction_time(method: str) -> None:
    """Print the CPU seconds of a prediction of which nothing is stored, but all code compiled."""
    predict(Parameters(reset_potential=-59.9 * mV), [method])
    started = time.process_time()
    predict(Parameters(), [method])
    print(time.process_time() - started)


def siegert_against_nnmt(python: str) -> pd.DataFrame:
    """Rates of the same working points by both programs: how far they differ, and CPU time of one call."""
    rates = np.array(np.meshgrid(*RATES)).reshape(2, -1)
    theory = Siegert.of(Parameters())
    point, cell = theory.excitatory_point(*rates), theory.cell
    process = ThresholdProcess(
        mean=point.mean - cell.leak_potential,
        sd=point.white_sd,
        time_constant=point.time_constant,
        threshold=np.full_like(point.mean, cell.threshold_potential - cell.leak_potential),
        reset=np.full_like(point.mean, cell.reset_potential - cell.leak_potential),
        boundary_shift=HALF_ALPHA * point.colour,
        refractory_period=cell.refractory_period,
    )
    arrays = {name: getattr(process, name) for name in ("mean", "sd", "time_constant", "threshold", "reset")}
    asked = {
        **{name: values.tolist() for name, values in arrays.items()},
        "tau_synaptic": cell.synaptic_time_constant,
        "tau_refractory": cell.refractory_period,
        "repetitions": REPETITIONS,
    }
    program = str(HERE / "nnmt_siegert.py")
    told = json.loads(_child([python, program], json.dumps(asked)))
    ours = process.rate()
    started = time.process_time()
    for _ in range(REPETITIONS):
        process.rate()
    seconds = (time.process_time() - started) / REPETITIONS
    _keep_for_the_test(arrays, cell.synaptic_time_constant, cell.refractory_period, told)
    row = {
        "nnmt_version": told["version"],
        "working_points": len(ours),
        "largest_relative_difference": float(np.abs(ours / np.array(told["rates"]) - 1).max()),
        "cpu_ms_here": 1e3 * seconds,
        "cpu_ms_nnmt": 1e3 * told["seconds"],
        "times_faster": told["seconds"] / seconds,
    }
    return pd.DataFrame([row])


def _keep_for_the_test(
    arrays: dict[str, np.ndarray], tau_synaptic: float, tau_refractory: float, told: dict[str, Any]
) -> None:
    table = pd.DataFrame(arrays).assign(
        tau_synaptic=tau_synaptic, tau_refractory=tau_refractory, rate_hz=told["rates"], nnmt=told["version"]
    )
    table.iloc[:: len(table) // KEPT].to_csv(REFERENCE, index=False, float_format="%.17g")


def _child(command: list[str], text: str = "") -> str:
    """Return what a program prints that runs on one thread and finds nothing in our cache."""
    with tempfile.TemporaryDirectory() as empty:
        environment = os.environ | ONE_THREAD | {"CORTEXNET_CACHE_DIR": empty}
        done = subprocess.run(
            command, input=text, env=environment, check=True, capture_output=True, text=True
        )
    return done.stdout


def main() -> None:
    """Measure, and write the tables."""
    if len(sys.argv) == 2:
        print_prediction_time(sys.argv[1])
        return
    keep(prediction_times(Parameters()), "prediction_time")
    if python := os.environ.get("NNMT_PYTHON"):
        keep(siegert_against_nnmt(python), "siegert_against_nnmt")
    else:
        show("not compared with NNMT: NNMT_PYTHON names no Python that has it")


if __name__ == "__main__":
    main()

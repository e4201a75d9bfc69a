"""Where a recording comes from: the network, the device that ran it, the command and the versions."""

from __future__ import annotations

import platform
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from brian2.devices.device import all_devices

from cortexnet import __version__
from cortexnet.devices import Execution, execution_of, tools
from cortexnet.devices.execution import COMPLETE, INTERRUPTED, RANGES
from cortexnet.devices.results import non_finite_variable
from cortexnet.errors import RecordingError
from cortexnet.network import Description, ModelNetwork
from cortexnet.recording import manifest, monitors


@dataclass(frozen=True)
class Run:
    """How a network was run, whichever way its device was chosen.

    Attributes
    ----------
    device, codegen_target, delivery : str
        The device, the language of the generated code, and what carries spikes to synapses.
    precision : str
        ``double`` or ``single``, of the variables of the model.
    status : str
        ``complete``, or ``interrupted`` where it was stopped before its end.
    duration_s, time_step_s : float
        Time that was really simulated, and its step, in seconds.
    compiler : str or None
        Name and version of the compiler, where it is known.
    simulation_cpu_seconds, peak_memory_mb, build_seconds : float or None
        What the run cost; None under plain ``set_device``, where nobody measures it.
    """

    device: str
    codegen_target: str
    status: str
    duration_s: float
    time_step_s: float
    delivery: str = "brian2"
    precision: str = "double"
    compiler: str | None = None
    simulation_cpu_seconds: float | None = None
    peak_memory_mb: float | None = None
    build_seconds: float | None = None


def run_of(network: ModelNetwork) -> Run:
    """Return how a network was run.

    Raises
    ------
    RecordingError
        Where it was not run, or the run gave no results.
    """
    execution = execution_of(network)
    return _plain_run(network) if execution is None else _measured_run(network, execution)


def manifest_of(description: Description, run: Run, warmup_s: float) -> dict[str, Any]:
    """Return the manifest of a run, but for the list of files."""
    return {
        "schema_version": manifest.SCHEMA_VERSION,
        "status": run.status,
        "run_id": uuid.uuid4().hex,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command_line": command_line(),
        "system": description.system,
        "parameters": _with_units(description),
        "seed": description.seed,
        "trial": description.trial,
        "device": run.device,
        "codegen_target": run.codegen_target,
        "delivery": run.delivery,
        "precision": run.precision,
        "time_step_s": run.time_step_s,
        "duration_s": run.duration_s,
        "warmup_s": warmup_s,
        "populations": {population.name: population.size for population in description.populations},
        "versions": _versions(run),
    }


def command_line() -> list[str]:
    """Return the arguments of this process as given, the program by its name, not by its place."""
    program, *arguments = sys.argv or [""]
    path = Path(program)
    return [path.parent.name if path.name == "__main__.py" else path.name, *arguments]


def _measured_run(network: ModelNetwork, execution: Execution) -> Run:
    if execution.status not in (COMPLETE, INTERRUPTED):
        raise RecordingError(f"there is nothing to record, the status of the run is: {execution.status}")
    compiled = execution.codegen_target != "numpy"
    time_step_s = monitors.time_step(network)
    # A model may also stop itself, which is no interruption for its device.
    is_whole = execution.duration_s > execution.requested_duration_s - time_step_s / 2
    return Run(
        device=execution.device,
        codegen_target=execution.codegen_target,
        delivery=RANGES if RANGES in execution.delivery.values() else "brian2",
        precision=execution.precision,
        status=execution.status if is_whole else INTERRUPTED,
        duration_s=float(network.t_),
        time_step_s=time_step_s,
        compiler=tools.version_of(*tools.compiler_command()).partition("\n")[0] if compiled else None,
        simulation_cpu_seconds=execution.simulation_cpu_seconds,
        peak_memory_mb=execution.peak_memory_mb,
        build_seconds=execution.build_seconds,
    )


def _plain_run(network: ModelNetwork) -> Run:
    monitors.require_run(network)
    with monitors.complete_results(network):
        problem = non_finite_variable(network)
    if problem is not None:
        raise RecordingError(f"there is nothing to record, the simulation diverged: {problem}")
    duration_s, is_complete = monitors.simulated_time(network)
    device = monitors.device_of(network)
    return Run(
        device=next((name for name, known in all_devices.items() if known is device), type(device).__name__),
        codegen_target=monitors.codegen_target(network),
        precision=monitors.precision(network),
        status=COMPLETE if is_complete else INTERRUPTED,
        duration_s=duration_s,
        time_step_s=monitors.time_step(network),
    )


def _with_units(description: Description) -> dict[str, Any]:
    return {
        name: value if isinstance(value, dict) else {"value": value, "unit": ""}
        for name, value in description.parameters.to_plain().items()
    }


def _versions(run: Run) -> dict[str, str]:
    known = {"cortexnet": __version__, "python": platform.python_version(), "compiler": run.compiler}
    packages = {package: version(package) for package in ("brian2", "numpy")}
    return {name: text for name, text in (known | packages).items() if text is not None}

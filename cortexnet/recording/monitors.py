"""What the monitors of a finished network hold, as plain arrays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cortexnet.errors import RecordingError
from cortexnet.network import ModelNetwork, Population
from cortexnet.recording.tables import Samples

_MILLI = 1e-3
_SHARE_OF_A_STEP = 1e-9  # less than one step of the longest run


def spikes_of(network: ModelNetwork, population: Population) -> Samples:
    """Return the spikes of a population, in the order of its monitor.

    Raises
    ------
    RecordingError
        Where the monitor is missing, or its arrays are incomplete: Brian2's own standalone program ignores
        errors of writing.
    """
    monitor = _object(network, population.spike_monitor)
    count = int(_array(monitor, "N")[0])
    return Samples(
        _array(monitor, "i", length=count).astype(np.int32, copy=False),
        _array(monitor, "t", length=count).astype(np.float64, copy=False),
    )


def voltages_of(network: ModelNetwork, population: Population) -> Samples:
    """Return the membrane potentials of a population in mV, time after time; none without a voltage monitor.

    Raises
    ------
    RecordingError
        As `spikes_of`.
    """
    if population.voltage_monitor is None:
        return Samples(np.empty(0, np.int32), np.empty(0), np.empty(0))
    monitor = _object(network, population.voltage_monitor)
    count = int(_array(monitor, "N")[0])
    time_s = _array(monitor, "t", length=count).astype(np.float64, copy=False)
    voltage = _array(monitor, "v", length=count)
    neuron = monitor.record.astype(np.int32)
    return Samples(
        np.tile(neuron, count), np.repeat(time_s, len(neuron)), voltage.astype(np.float64).ravel() / _MILLI
    )


def out_degrees(network: ModelNetwork, population: Population) -> NDArray[np.int64]:
    """Return how many synapses each cell of a population makes over the pathways of the description."""
    degrees = np.zeros(population.size, dtype=np.int64)
    # Brian2 counts from the first cell of the whole group, also where population or source are a part of it.
    first = getattr(_object(network, population.spike_monitor).source, "start", 0)
    for name, source in network.description.pathways.items():
        if source == population.name:
            of_pathway = _array(_object(network, name), "N_outgoing")[first : first + population.size]
            degrees[: len(of_pathway)] += of_pathway
    return degrees


def require_run(network: ModelNetwork) -> None:
    """Raise an error unless the network was run; under a standalone device, unless its program was.

    Raises
    ------
    RecordingError
        Where there is nothing to record.
    """
    if not network.t_ > 0 or not getattr(device_of(network), "has_been_run", True):
        raise RecordingError("the network has not been run: there is nothing to record")


def simulated_time(network: ModelNetwork) -> tuple[float, bool]:
    """Return up to when the network was simulated, in seconds, and whether that is what was asked for."""
    device = device_of(network)
    is_complete = getattr(device, "_last_run_completed_fraction", 1.0) > 1 - _SHARE_OF_A_STEP
    if not hasattr(device, "has_been_run"):
        return float(network.t_), is_complete
    # In a standalone network ``t`` is what was asked for; what was done, the program's clock tells.
    return float(_array(_first_monitor(network).clock, "t")[0]), is_complete


def time_step(network: ModelNetwork) -> float:
    """Return the time step in seconds."""
    return float(_first_monitor(network).clock.dt_)


def codegen_target(network: ModelNetwork) -> str:
    """Return the language of the generated code: ``numpy``, ``cython`` or ``cpp``."""
    return str(_first_monitor(network).codeobj.generator_class.class_name)


def precision(network: ModelNetwork) -> str:
    """Return the precision of the cells' variables: ``single`` where one of them is, else ``double``."""
    variables = _first_monitor(network).source.variables.values()
    return "single" if any(variable.dtype == np.float32 for variable in variables) else "double"


def device_of(network: ModelNetwork) -> Any:
    """Return the Brian2 device that holds the arrays of the network."""
    return _first_monitor(network).variables["N"].device


@contextmanager
def complete_results(owner: Any) -> Iterator[None]:
    """Turn Brian2's errors in reading files of a standalone program into one that says what they mean."""
    try:
        yield
    except (OSError, IndexError, ValueError) as error:
        raise RecordingError(f"the results of {owner.name} are incomplete ({error})") from error


def _first_monitor(network: ModelNetwork) -> Any:
    return _object(network, network.description.populations[0].spike_monitor)


def _object(network: ModelNetwork, name: str) -> Any:
    try:
        return network[name]
    except KeyError:
        raise RecordingError(f"the network has no object {name!r}, which its description names") from None


def _array(owner: Any, name: str, length: int | None = None) -> NDArray[Any]:
    if name not in owner.variables:
        raise RecordingError(f"{owner.name} does not record {name}")
    with complete_results(owner):
        array = np.asarray(owner.variables[name].get_value())
    if length is not None and len(array) != length:
        raise RecordingError(
            f"the results of {owner.name} are incomplete ({len(array)} of {length} values of {name})"
        )
    return array

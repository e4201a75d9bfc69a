"""Whether the numbers of a run can be used: files whole, values finite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Network, NeuronGroup, StateMonitor
from brian2.core.variables import ArrayVariable
from numpy.typing import NDArray

from cortexnet.errors import RunFailed


def check_files(folder: Path, announced: Mapping[str, float]) -> None:
    """Raise `RunFailed` unless every announced file is there with all its bytes."""
    for name, size in announced.items():
        path = folder / name
        found = path.stat().st_size if path.exists() else 0
        if found != size:
            raise RunFailed(
                f"{path} has {found} bytes where {size:.0f} were to be written: is the disk full?"
            )


def non_finite_variable(network: Network) -> str | None:
    """Name a recorded or final value of neurons that is not finite, with the first bad time where known."""
    for monitor in _objects(network, StateMonitor):
        for name in monitor.record_variables:
            if len(bad := _bad_rows(monitor.variables[name])):
                time_s = monitor.variables["t"].get_value()[bad[0]]
                return f"{monitor.source.name}.{name} is not finite from t = {time_s:g} s on"
    for group in _objects(network, NeuronGroup):
        for name, variable in group.variables.items():
            if _is_state_of(group, variable) and len(_bad_rows(variable)):
                return f"{group.name}.{name} is not finite at the end of the run"
    return None


def _is_state_of(group: NeuronGroup, variable: Any) -> bool:
    own = isinstance(variable, ArrayVariable) and variable.owner.name == group.name
    return own and not variable.constant


def _bad_rows(variable: ArrayVariable) -> NDArray[np.intp]:
    """Return where, along the first axis, a variable of floats is not finite."""
    values = np.asarray(variable.get_value())
    if not np.issubdtype(values.dtype, np.floating) or values.size == 0:
        return np.empty(0, dtype=np.intp)
    finite = np.isfinite(values)
    return np.flatnonzero(~finite.all(axis=tuple(range(1, values.ndim))))


def _objects(network: Network, kind: type) -> Iterator[Any]:
    return (obj for obj in network.sorted_objects if isinstance(obj, kind))

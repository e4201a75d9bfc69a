"""What a network has learnt, and all it needs to go on as if it had never stopped."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from brian2 import Network
from numpy.typing import NDArray

from cortexnet.errors import RecordingError
from cortexnet.folders import write_atomically
from cortexnet.models.dual_sampling.synapses import CONNECTIONS

#: Cells of the network -> what of them must be kept.
CELLS = {"hidden": ("x", "feedback"), "outputs": ("x",)}
COUNTS = {"collapsed": ("n_plus", "n_minus", "weight"), "explicit": ("s",)}
TRACES = ("eligibility", "trace")
_POSITION = "position"


@dataclass(frozen=True, eq=False)
class State:
    """The state of a network between two presentations.

    Attributes
    ----------
    position : int
        Presentations so far.
    values : mapping of str to ndarray
        ``object.variable`` -> its values, such as ``input_to_hidden.n_plus``.
    """

    position: int
    values: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, network: Network, position: int) -> State:
        """Read the state of a network after its run."""
        names = [obj.name for obj in network.objects]
        kept = CELLS | {
            each.name: _variables(network[each.name]) for each in CONNECTIONS if each.name in names
        }
        values = {
            f"{name}.{variable}": np.array(network[name].variables[variable].get_value())
            for name, variables in kept.items()
            for variable in variables
        }
        return cls(position, values)

    def restore(self, objects: Mapping[str, Any]) -> None:
        """Give the objects of a network that is being built the values of this state."""
        for key, value in sorted(self.values.items()):  # in one order, for one compiled program
            name, variable = key.split(".")
            # The type of an array is part of a compiled program: one program must serve every state.
            dtype = objects[name].variables[variable].dtype
            setattr(objects[name], variable, np.asarray(value, dtype=dtype))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the state to an npz file, whole or not at all."""
        arrays: dict[str, Any] = {_POSITION: self.position, **self.values}
        content = BytesIO()
        np.savez_compressed(content, **arrays)
        write_atomically(Path(path), content.getvalue())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> State:
        """Read a state; nothing in the file is executed.

        Raises
        ------
        RecordingError
            Where the file is none of `save`.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                values = {name: file[name] for name in file.files}
            return cls(int(values.pop(_POSITION)), values)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, AttributeError) as error:
            raise RecordingError(f"{os.fspath(path)} is no learnt state: {error}") from None


def _variables(synapses: Any) -> tuple[str, ...]:
    representation = "collapsed" if "n_plus" in synapses.variables else "explicit"
    return (*COUNTS[representation], *TRACES)

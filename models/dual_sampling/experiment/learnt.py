"""What a network has learnt, as a file of its run folder, to be tested again."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cortexnet.errors import CortexnetError, RecordingError
from cortexnet.models.dual_sampling.data import Dataset, Source
from cortexnet.models.dual_sampling.experiment.passed import state_arrays, state_from
from cortexnet.models.dual_sampling.labelled_images import DataError
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.state import State
from cortexnet.recording import integrity, manifest
from cortexnet.recording.publication import absolute

FILE_NAME = "state.npz"


@dataclass(frozen=True, eq=False)
class Learnt:
    """What a network has learnt.

    Attributes
    ----------
    parameters : Parameters
        Of the network.
    source : Source
        Of the data that it learnt.
    classes : ndarray of int, shape (C,)
        The labels that its output cells stand for.
    samples : sequence of State
        States of the whole network from the pooled part of the training, the last one from its end. Each has
        another sample of the synapses; together they are the posterior that answers are averaged over.
    """

    parameters: Parameters
    source: Source
    classes: NDArray[np.int64]
    samples: Sequence[State]

    def save(self, path: Path) -> None:
        """Write it to an npz file."""
        samples: dict[str, NDArray[np.generic]] = {}
        for k, state in enumerate(self.samples):
            samples |= state_arrays(state, f"samples/{k}/")
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                parameters=np.array(self.parameters.to_toml()),
                source=np.array(json.dumps(asdict(self.source))),
                classes=self.classes,
                n_samples=np.array(len(self.samples)),
                **samples,  # type: ignore[arg-type]
            )

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Learnt:
        """Read it from a run folder; nothing in the file is executed.

        Raises
        ------
        RecordingError
            Where the folder is no finished run that learnt something, or is damaged.
        """
        place = absolute(folder)
        listed = manifest.read(place)["files"]
        if FILE_NAME not in listed:
            raise RecordingError(f"{place} is no run that learnt: it has no {FILE_NAME}")
        content = integrity.read(place, FILE_NAME, listed)
        try:
            with np.load(BytesIO(content), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            return cls(
                Parameters.from_toml(str(arrays["parameters"])),
                Source(**json.loads(str(arrays["source"]))),
                arrays["classes"],
                [state_from(arrays, f"samples/{k}/") for k in range(int(arrays["n_samples"]))],
            )
        except (ValueError, TypeError, KeyError, EOFError, BadZipFile, CortexnetError) as error:
            raise RecordingError(
                f"{place / FILE_NAME} holds nothing that this version can use: {error}"
            ) from None

    @property
    def n_inputs(self) -> int:
        """Number of input cells, the bias included."""
        state, parameters = self.samples[-1], self.parameters
        return len(input_weights(state, parameters))

    def fitted(self, dataset: Dataset) -> Dataset:
        """Return data with labels counted as the output cells are.

        Raises
        ------
        DataError
            Where they have a label that was not learnt.
        """
        unknown = np.setdiff1d(dataset.classes, self.classes)
        if unknown.size:
            raise DataError(f"{dataset.name}: label {unknown[0]} was not learnt")
        place = np.searchsorted(self.classes, dataset.classes)
        return replace(
            dataset,
            labels=place[dataset.labels],
            test_labels=place[dataset.test_labels],
            classes=self.classes,
        )


def input_weights(state: State, parameters: Parameters) -> NDArray[np.float64]:
    """Return the weights from input to hidden cells, shape (inputs, hidden)."""
    if parameters.representation == "collapsed":
        return np.asarray(state.values["input_to_hidden.weight"]).reshape(-1, parameters.n_hidden)
    half = parameters.synapses_per_connection // 2
    is_on = np.asarray(state.values["input_to_hidden.s"]).reshape(-1, parameters.n_hidden, 2 * half)
    signs = np.repeat([1, -1], half)
    return np.asarray(parameters.amplitude * (is_on @ signs), dtype=np.float64)

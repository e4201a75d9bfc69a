"""Recordings of cells that were sampled in NumPy: the same tables and folders as any other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cortexnet.models.forgetting import Parameters
from cortexnet.models.sampled_recording import SampledCells, sampled_recording
from cortexnet.recording import Recording


def test_a_cell_that_is_on_in_a_sweep_is_a_spike(tmp_path: Path) -> None:
    cells = SampledCells()
    for hidden, output in (([1, 0, 1], [0, 0]), ([0, 0, 0], [1, 0]), ([0, 1, 0], [0, 1])):
        cells.add(hidden=np.array(hidden, dtype=np.float32), output=output)
    recording = sampled_recording("forgetting", Parameters(), 7, cells, time_step_s=0.001)
    spikes = [(str(row.population), row.neuron, row.time_s) for row in recording.spikes.itertuples()]
    assert spikes == [
        ("hidden", 0, 0.0),
        ("hidden", 2, 0.0),
        ("output", 0, 0.001),
        ("hidden", 1, 0.002),
        ("output", 1, 0.002),
    ]
    assert recording.sizes == {"hidden": 3, "output": 2}
    assert (len(cells), recording.duration_s) == (3, 0.003)
    assert recording.manifest["device"] == "numpy"
    folder = recording.save(tmp_path / "run")
    assert Recording.check(folder).good
    assert Recording.load(folder).manifest["seed"] == 7

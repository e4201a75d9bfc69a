"""Recordings of a given content, for tests that need no simulation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from cortexnet.recording import Recording
from cortexnet.recording.tables import Samples, spike_table, voltage_table

SIZES = {"excitatory": 8, "inhibitory": 3}
OLD, NEW = "old", "new"  # systems by which two recordings are told apart


def samples(rows: list[tuple[Any, ...]]) -> Samples:
    """Return rows of (neuron, time) or (neuron, time, value) as a monitor would hold them."""
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    value = np.array(columns[2], dtype=np.float64) if len(columns) == 3 else None
    return Samples(np.array(columns[0], dtype=np.int32), np.array(columns[1], dtype=np.float64), value)


def recording(
    spikes: dict[str, list[tuple[int, float]]] | None = None,
    voltages: dict[str, list[tuple[int, float, float]]] | None = None,
    summary: dict[str, Any] | None = None,
    **changed: Any,
) -> Recording:
    """Return a recording of 1 s; by default three spikes and two samples of the membrane potential."""
    if spikes is None:
        spikes = {"excitatory": [(5, 0.25), (1, 0.5)], "inhibitory": [(0, 0.25)]}
        voltages = {"excitatory": [(0, 0.0, -61.5), (0, 0.005, -61.25)]}
    manifest = {
        "schema_version": 1,
        "status": "complete",
        "run_id": "0123456789abcdef0123456789abcdef",
        "created": "2024-01-01T00:00:00+00:00",
        "system": "toy",
        "parameters": {"reset_potential": {"value": -60.0, "unit": "mV"}},
        "seed": 1,
        "time_step_s": 1e-4,
        "duration_s": 1.0,
        "warmup_s": 0.0,
        "populations": SIZES,
    }
    spike_rows = {name: samples(spikes.get(name, [])) for name in SIZES}
    voltage_rows = {name: samples((voltages or {}).get(name, [])) for name in SIZES}
    default_summary = {"survived": True, "rate_excitatory_hz": 0.25, "cv_isi_excitatory": None}
    return Recording(
        spikes=spike_table(spike_rows),
        voltages=None if voltages is None else voltage_table(voltage_rows),
        summary=default_summary if summary is None else summary,
        manifest={**manifest, **changed},
    )


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return everything below a folder: relative path -> content, None for a folder."""
    paths = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in paths}


def system_of(run: Path) -> str:
    assert Recording.check(run).good
    return str(Recording.load(run).manifest["system"])

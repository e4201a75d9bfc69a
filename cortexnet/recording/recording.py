"""What a run leaves behind: tables, a summary and a manifest, in memory and as a folder."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from brian2 import Network, Quantity, have_same_dimensions, second

from cortexnet.errors import RecordingError
from cortexnet.network import ModelNetwork
from cortexnet.parameter_text import shown
from cortexnet.recording import folder, monitors, tables
from cortexnet.recording.provenance import manifest_of, run_of
from cortexnet.recording.publication import absolute
from cortexnet.recording.summary import Value, of_simulation, plain


@dataclass(frozen=True)
class Check:
    """Whether a folder holds a whole and unchanged recording, and if not, why."""

    path: Path
    good: bool
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Recording:
    """The tables of one run.

    Attributes
    ----------
    spikes : DataFrame
        Columns ``population`` (categorical), ``neuron`` (int32) and ``time_s`` (float64, from the start of
        the simulation); sorted by time, population, neuron.
    voltages : DataFrame or None
        Columns ``population``, ``neuron``, ``time_s`` and ``voltage_mv``, one row a cell and time, sorted
        likewise; None where no membrane potential was recorded.
    summary : dict
        Name -> number, boolean, or None where a value is not defined.
    manifest : dict
        What was run, with what, and when: plain values.
    """

    spikes: pd.DataFrame
    voltages: pd.DataFrame | None
    summary: dict[str, Value]
    manifest: dict[str, Any]

    @classmethod
    def of(cls, network: Network, warmup: Quantity = 1 * second) -> Self:
        """Collect what the monitors of a model's network hold after its run.

        Parameters
        ----------
        network : ModelNetwork
            A network made by a model's ``build``, after its run on any device.
        warmup : Quantity
            Time at the beginning that statistics leave out. Where the run was shorter, they are not defined.

        Returns
        -------
        Recording
            The summary holds what the model defines and what every simulation has: ``survived`` (some cell
            fired in the last 100 ms); ``lifetime_s`` (the duration, or the time of the last spike of a
            network that died; 0 without a spike); ``synaptic_events`` (sum of the out-degree over all spikes,
            failed releases included); ``simulation_cpu_seconds``, ``peak_memory_mb`` and ``build_seconds``
            (None where the device was chosen with plain ``set_device``).

        Raises
        ------
        RecordingError
            For another kind of network, one that was not run, and one whose run gave no results.
        """
        if not isinstance(network, ModelNetwork):
            raise RecordingError(
                "this network has no description: only what a model's build() made is recorded"
            )
        warmup_s = _seconds(warmup)
        run = run_of(network)
        populations = network.description.populations
        spikes = tables.spike_table({cells.name: monitors.spikes_of(network, cells) for cells in populations})
        voltages = {cells.name: monitors.voltages_of(network, cells) for cells in populations}
        has_voltages = any(cells.voltage_monitor for cells in populations)
        recording = cls(
            spikes=spikes,
            voltages=tables.voltage_table(voltages) if has_voltages else None,
            summary=of_simulation(
                run, spikes, [monitors.out_degrees(network, cells) for cells in populations]
            ),
            manifest=manifest_of(network.description, run, warmup_s),
        )
        of_model = plain(network.description.summarise(recording))
        return replace(recording, summary=of_model | recording.summary)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a run folder. Nothing in it is executed, and every byte that is used has been verified.

        Raises
        ------
        RecordingError
            Where the folder is no finished run or has another schema version, or where a file is changed.
        """
        return cls(*folder.read(absolute(path)))

    @staticmethod
    def check(path: str | os.PathLike[str]) -> Check:
        """Tell whether a run folder is whole: it can be loaded, and holds all files of the run, no other."""
        try:
            folder.verify(absolute(path))
        except RecordingError as error:
            return Check(Path(path), good=False, reason=str(error))
        return Check(Path(path), good=True)

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        attachments: folder.Attachments | None = None,
    ) -> Path:
        """Write a run folder, which appears complete or not at all.

        Parameters
        ----------
        path : path
            The folder, in one that exists. ``~`` is the home folder.
        overwrite : bool
            Whether to replace an earlier run folder. Another folder, or a run folder to which files were
            added, is never replaced.
        attachments : mapping of str to callable, optional
            File name -> function that writes it to the path that it is given, such as a figure.

        Returns
        -------
        Path
            The absolute path of the folder.

        Raises
        ------
        RecordingError
            Where the place is taken or unsuitable, the disk full or read-only; then nothing has changed.
        """
        contents = folder.Contents(self.spikes, self.voltages, self.summary, self.manifest)
        return folder.write(contents, path, overwrite=overwrite, attachments=attachments or {})

    @property
    def duration_s(self) -> float:
        """Time that was really simulated, in seconds: less than asked for where the run was interrupted."""
        return float(self.manifest["duration_s"])

    @property
    def warmup_s(self) -> float:
        """Time in seconds at the beginning that statistics leave out."""
        return float(self.manifest["warmup_s"])

    @property
    def sizes(self) -> dict[str, int]:
        """Population -> number of cells, in the order of the tables."""
        return dict(self.manifest["populations"])

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Rate of each population in bins of 10 ms: ``population``, ``time_s`` (start), ``rate_hz``."""
        return tables.rate_table(self.spikes, self.sizes, self.duration_s)


def _seconds(warmup: Quantity) -> float:
    is_time = isinstance(warmup, Quantity) and have_same_dimensions(warmup, second) and np.ndim(warmup) == 0
    if not is_time or not 0 <= float(warmup) < math.inf:
        raise RecordingError(f"warmup = {shown(warmup)}: must be one time of at least 0 s, such as 1*second")
    return float(warmup)

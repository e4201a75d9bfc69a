"""How the experiments simulate, and read binary cells from spikes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from brian2 import Quantity
from numpy.typing import NDArray

import cortexnet as cn
from cortexnet.errors import ParameterError
from cortexnet.network import ModelNetwork
from cortexnet.recording import Recording


def simulated(
    build: Callable[[], ModelNetwork], duration: Quantity, *, device: str = "cpp_standalone", **options: Any
) -> ModelNetwork:
    """Build a network on a device and run it; the options are those of `cortexnet.device`."""
    with cn.device(device, **options):
        network = build()
        network.run(duration)
    return network


def states_of(recording: Recording, population: str, time_bin_s: float) -> NDArray[np.bool_]:
    """Return whether each binary cell of a population was on in each bin after the warm-up.

    Returns
    -------
    ndarray of bool, shape (bins, cells)

    Raises
    ------
    ParameterError
        If the run was too short for any.
    """
    first, stop = (round(time / time_bin_s) for time in (recording.warmup_s, recording.duration_s))
    if first >= stop:
        raise ParameterError(
            f"duration = {recording.duration_s:g} s: must hold a time bin of {time_bin_s:g} s after the "
            f"warm-up of {recording.warmup_s:g} s"
        )
    spikes = recording.spikes[recording.spikes["population"] == population]
    time_bin = np.rint(spikes["time_s"].to_numpy() / time_bin_s).astype(np.int64)
    observed = time_bin >= first
    states = np.zeros((stop - first, recording.sizes[population]), dtype=bool)
    states[time_bin[observed] - first, spikes["neuron"].to_numpy()[observed]] = True
    return states

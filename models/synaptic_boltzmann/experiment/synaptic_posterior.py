"""Reading B: how much of planted synapses the posterior finds, in spikes, in NumPy, and in theory."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from brian2 import Quantity

from cortexnet.analysis.averages import standard_error
from cortexnet.analysis.boltzmann.coupling import Array
from cortexnet.analysis.boltzmann.planted import Spins, planted_data, posterior_samples, rms_overlap
from cortexnet.analysis.boltzmann.replica import overlap, rms_overlap_below
from cortexnet.analysis.boltzmann.spectrum import leading_component
from cortexnet.models.experiments import Outcome
from cortexnet.models.synaptic_boltzmann.experiment.simulation import simulated, states_of
from cortexnet.models.synaptic_boltzmann.figures import draw_synaptic_posterior
from cortexnet.models.synaptic_boltzmann.network.synaptic_posterior import build
from cortexnet.models.synaptic_boltzmann.parameters import Parameters
from cortexnet.recording import Recording

TABLE = "overlap.csv"
_BATCHES = 10
_THEORY_LOADS = np.geomspace(0.1, 20, 60)


def run(
    parameters: Parameters, *, duration: Quantity, warmup: Quantity, seed: int, **options: Any
) -> Outcome:
    """Plant synapses, draw data from them, and let a network sample the posterior of the synapses.

    Parameters
    ----------
    parameters, duration, warmup, seed, **options
        The last as in `cortexnet.device`, with ``device``.

    Returns
    -------
    Outcome
        A table of the overlap with the planted synapses in every bin. Numbers: its root mean square, with the
        error by batches of time; that of the NumPy sampler on the same data; the theory's; and the overlap of
        the leading eigenvector of the data.
    """
    planted, data = planted_data(
        parameters.n_synapses, parameters.n_data, parameters.feature_strength, np.random.default_rng(seed)
    )
    network = simulated(partial(build, parameters, data, seed), duration, **options)
    recording = Recording.of(network, warmup=warmup)
    signs = 2.0 * states_of(recording, "synapse", float(parameters.time_bin)) - 1
    overlaps = signs @ planted / planted.size
    times = recording.warmup_s + float(parameters.time_bin) * np.arange(len(overlaps))
    table = pd.DataFrame({"time_s": times, "overlap": overlaps})
    numbers = _measured(overlaps) | _predicted(parameters, planted, data, len(overlaps), seed)
    return Outcome(
        recording,
        partial(draw_synaptic_posterior, table, _theory_table(parameters), numbers),
        {TABLE: table},
        numbers=numbers,
    )


def _measured(overlaps: Array) -> dict[str, float]:
    squares = [batch.mean() for batch in np.array_split(overlaps**2, _BATCHES)]
    rms = float(np.sqrt(np.mean(overlaps**2)))
    return {"overlap_rms": rms, "overlap_rms_error": standard_error(squares) / (2 * rms)}


def _predicted(
    parameters: Parameters, planted: Spins, data: Spins, n_sweeps: int, seed: int
) -> dict[str, float]:
    strength, load = parameters.feature_strength, len(data) / planted.size
    samples = posterior_samples(data, strength, n_sweeps, np.random.default_rng([seed, 1]))
    _, eigenvector = leading_component(data)
    return {
        "relative_load": load * strength**4,
        "overlap_rms_numpy": rms_overlap(samples[n_sweeps // 5 :], planted),
        "overlap_theory": overlap(load, strength),
        "overlap_eigenvector": float(abs(eigenvector @ planted) / np.sqrt(planted.size)),
    }


def _theory_table(parameters: Parameters) -> pd.DataFrame:
    strength, size = parameters.feature_strength, parameters.n_synapses
    loads = _THEORY_LOADS * strength**-4
    return pd.DataFrame(
        {
            "relative_load": _THEORY_LOADS,
            "overlap": [overlap(load, strength) for load in loads],
            "rms_below": rms_overlap_below(loads, strength, size),
        }
    )

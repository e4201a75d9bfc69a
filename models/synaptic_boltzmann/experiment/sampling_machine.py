"""The sampling machine: failing synapses as the only noise of integrate-and-fire cells.

Answers to volleys are held against the enumeration of all masks and its Gaussian limit; rates under Poisson
input, which masks only thin out, against the exact rate of a cell with such jumps and its limit of many small
ones, white noise (Siegert 1951).
"""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from brian2 import Quantity, mV

from cortexnet.analysis.boltzmann.activation import exact_activation, gaussian_activation
from cortexnet.analysis.boltzmann.coupling import Array
from cortexnet.analysis.boltzmann.shot_noise import LeakyCell, steps_between_spikes
from cortexnet.analysis.meanfield.ornstein_uhlenbeck import ThresholdProcess
from cortexnet.errors import ParameterError
from cortexnet.models.experiments import Outcome
from cortexnet.models.synaptic_boltzmann.experiment.simulation import simulated
from cortexnet.models.synaptic_boltzmann.figures import draw_sampling_machine
from cortexnet.models.synaptic_boltzmann.network.sampling_machine import (
    PRUNED_SHARES,
    biases_mv,
    build,
    poisson_epsps_mv,
    volley_epsps_mv,
)
from cortexnet.models.synaptic_boltzmann.parameters import Parameters
from cortexnet.recording import Recording

#: Potentials from rest to threshold on which the exact rate is solved: it errs by some 0.2 %.
GRID_POINTS = 500
FAR_LESS_THAN_A_STEP_S = 1e-9
#: Batches of time from which errors of rates are estimated.
BATCHES = 10
ACTIVATION, RATES = "activation.csv", "rates.csv"


def run(
    parameters: Parameters, *, duration: Quantity, warmup: Quantity, seed: int, **options: Any
) -> Outcome:
    """Simulate cells with failing synapses at many biases.

    Parameters
    ----------
    parameters, duration, warmup, seed, **options
        The last as in `cortexnet.device`, with ``device``.

    Returns
    -------
    Outcome
        A table of the probabilities to answer a volley, and one of the rates, a row a bias each.

    Raises
    ------
    ParameterError
        If the duration is too short for a volley.
    """
    _observed_volleys(float(duration), float(warmup), parameters)
    network = simulated(partial(build, parameters, seed), duration, **options)
    recording = Recording.of(network, warmup=warmup)
    activation = _activation_table(recording, parameters, seed)
    rates = _rate_table(recording, parameters, seed)
    return Outcome(
        recording,
        partial(draw_sampling_machine, activation, rates),
        {ACTIVATION: activation, RATES: rates},
        numbers=_numbers(activation, rates),
    )


def _activation_table(recording: Recording, parameters: Parameters, seed: int) -> pd.DataFrame:
    # A volley acts at the end of its time step, and is compared with the threshold after one more of decay.
    decay = np.exp(-float(parameters.time_step / parameters.membrane_time_constant))
    epsps = decay * volley_epsps_mv(parameters, seed)
    bias = biases_mv(parameters)
    drive = bias - float((parameters.threshold_potential - parameters.leak_potential) / mV)
    p = parameters.release_probability
    trials = _observed_volleys(recording.duration_s, recording.warmup_s, parameters) * parameters.n_copies
    answers = _spike_counts(recording, "volley_cells", recording.warmup_s, recording.duration_s)
    answers = answers.reshape(bias.size, -1).sum(axis=1)
    exact = exact_activation(epsps, p, drive)
    return pd.DataFrame(
        {
            "bias_mv": bias,
            "trials": trials,
            "simulated": answers / trials,
            "error": np.sqrt(exact * (1 - exact) / trials),
            "exact": exact,
            "gaussian": gaussian_activation(epsps, p, drive),
        }
    )


def _observed_volleys(duration_s: float, warmup_s: float, parameters: Parameters) -> int:
    """Volleys whose answers, due at multiples of the interval, lie in the window: at least one."""
    step_s = float(parameters.time_step)
    interval = round(float(parameters.volley_interval) / step_s)
    before_end, before_start = (
        math.ceil(round(time_s / step_s) / interval) for time_s in (duration_s, warmup_s)
    )
    volleys = before_end - max(1, before_start)
    if volleys < 1:
        raise ParameterError(
            f"duration = {duration_s:g} s: must hold a volley, one every {parameters.volley_interval}, "
            f"after the warm-up of {warmup_s:g} s"
        )
    return volleys


def _rate_table(recording: Recording, parameters: Parameters, seed: int) -> pd.DataFrame:
    bias = biases_mv(parameters)
    shape = (len(PRUNED_SHARES), bias.size, parameters.n_copies)
    edges = np.linspace(recording.warmup_s, recording.duration_s, BATCHES + 1)
    # Copies receive the same inputs, so that they are no independent samples; batches of time are.
    batches = np.array(
        [
            _spike_counts(recording, "rate_cells", start, stop).reshape(shape).mean(axis=2) / (stop - start)
            for start, stop in pairwise(edges)
        ]
    )
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "removed_share": share,
                    "bias_mv": bias,
                    "rate_hz": batches[:, row].mean(axis=0),
                    "error_hz": batches[:, row].std(axis=0, ddof=1) / np.sqrt(BATCHES),
                    "exact_hz": [_exact_rate_hz(parameters, epsps, shift) for shift in bias],
                    "gaussian_hz": _gaussian_rate_hz(parameters, epsps, bias),
                }
            )
            for row, (share, epsps) in enumerate(
                zip(PRUNED_SHARES, poisson_epsps_mv(parameters, seed), strict=True)
            )
        ],
        ignore_index=True,
    )


def _exact_rate_hz(parameters: Parameters, epsps_mv: Array, bias_mv: float) -> float:
    """Rate of one cell by the jumps of its masked input."""
    si = parameters.as_si()
    step_s = si["time_step"]
    distance_mv = (si["threshold_potential"] - si["leak_potential"]) * 1e3
    cell = LeakyCell(
        decay=math.exp(-step_s / si["membrane_time_constant"]),
        threshold=distance_mv - bias_mv,
        reset=-bias_mv,
        refractory_steps=round(si["refractory_period"] / step_s),
    )
    arrives = si["poisson_rate"] * step_s * parameters.release_probability
    present = epsps_mv[epsps_mv > 0]
    return float(1 / (step_s * steps_between_spikes(cell, present, arrives, distance_mv / GRID_POINTS)))


def _gaussian_rate_hz(parameters: Parameters, epsps_mv: Array, bias_mv: Array) -> Array:
    """Rate with white noise of the mean and variance of the masked input."""
    si = parameters.as_si()
    epsps, tau = epsps_mv * 1e-3, si["membrane_time_constant"]
    released_rate = si["poisson_rate"] * parameters.release_probability
    mean = si["leak_potential"] + bias_mv * 1e-3 + tau * released_rate * epsps.sum()
    variance = tau * released_rate * (epsps**2).sum() / 2
    return ThresholdProcess(
        mean=mean,
        sd=np.full_like(mean, np.sqrt(variance)),
        time_constant=np.full_like(mean, tau),
        threshold=np.full_like(mean, si["threshold_potential"]),
        reset=np.full_like(mean, si["leak_potential"]),
        boundary_shift=np.zeros_like(mean),
        refractory_period=si["refractory_period"],
    ).rate()


def _spike_counts(recording: Recording, population: str, start_s: float, stop_s: float) -> Array:
    """Spikes of each cell in [start_s, stop_s)."""
    spikes = recording.spikes[recording.spikes["population"] == population]
    time_s = spikes["time_s"].to_numpy() + FAR_LESS_THAN_A_STEP_S
    neuron = spikes["neuron"].to_numpy()[(time_s >= start_s) & (time_s < stop_s)]
    return np.bincount(neuron, minlength=recording.sizes[population]).astype(np.float64)


def _numbers(activation: pd.DataFrame, rates: pd.DataFrame) -> dict[str, float]:
    full, pruned = (rates[rates["removed_share"] == share].reset_index() for share in (0, 0.75))
    return {
        "activation_deviation": float((activation["simulated"] - activation["exact"]).abs().max()),
        "activation_deviation_gaussian": float((activation["gaussian"] - activation["exact"]).abs().max()),
        "rate_deviation_hz": float((full["rate_hz"] - full["exact_hz"]).abs().max()),
        "rate_deviation_gaussian_hz": float((full["gaussian_hz"] - full["exact_hz"]).abs().max()),
        "rate_change_three_quarters_removed_hz": float((pruned["rate_hz"] - full["rate_hz"]).abs().max()),
    }

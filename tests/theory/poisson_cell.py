"""Single cells with Poisson input, simulated without the approximations of the theory."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from cortexnet.synapses import conductance_of_epsp, epsp_quantile, release_failure_probability

Array = NDArray[np.float64]
STEP = 1e-4
WARMUP = 0.2


def excitatory_cells(
    si: dict[str, Any], rates: tuple[float, float], *, cells: int, seconds: float, seed: int
) -> tuple[Array, float, float]:
    """Rates (Hz) of the cells, mean and SD (V) of their potential; every input spike draws a new strength."""
    epsp = epsp_quantile(
        (np.arange(100_000) + 0.5) / 100_000,
        mode=si["epsp_mode"],
        log_sd=si["epsp_log_sd"],
        cutoff=si["epsp_cutoff"],
    )
    jump = conductance_of_epsp(
        epsp,
        membrane_time_constant=si["membrane_time_constant_excitatory"],
        synaptic_time_constant=si["synaptic_time_constant"],
        leak_potential=si["leak_potential"],
        reversal_potential=si["excitatory_reversal_potential"],
    )
    release = 1 - release_failure_probability(epsp, si["release_failure_epsp"])
    return _simulate(
        1000 * rates[0],
        1000 * rates[1],
        jump,
        release,
        si["conductance_inhibitory_to_excitatory"],
        si["membrane_time_constant_excitatory"],
        _constants(si),
        cells,
        seconds,
        np.random.default_rng(seed),
    )


def inhibitory_cells(
    si: dict[str, Any], rates: tuple[float, float], *, cells: int, seconds: float, seed: int
) -> tuple[Array, float, float]:
    """As `excitatory_cells`, of inhibitory cells."""
    return _simulate(
        1000 * rates[0],
        1000 * rates[1],
        np.array([si["conductance_excitatory_to_inhibitory"]]),
        np.ones(1),
        si["conductance_inhibitory_to_inhibitory"],
        si["membrane_time_constant_inhibitory"],
        _constants(si),
        cells,
        seconds,
        np.random.default_rng(seed),
    )


def _constants(si: dict[str, Any]) -> Array:
    names = ("synaptic_time_constant", "leak_potential", "excitatory_reversal_potential")
    names += ("inhibitory_reversal_potential", "threshold_potential", "reset_potential", "refractory_period")
    return np.array([si[name] for name in names])


@numba.njit
def _simulate(
    excitatory_rate, inhibitory_rate, jumps, release, inhibitory_jump, tau_m, constants, cells, seconds, rng
):  # type: ignore[no-untyped-def]
    tau_s, v_leak, v_e, v_i, threshold, reset, refractory = constants
    steps, skipped, dead = int(seconds / STEP), int(WARMUP / STEP), round(refractory / STEP)
    decay, half_decay = np.exp(-STEP / tau_s), np.exp(-STEP / tau_s / 2)
    spikes, total, square = np.zeros(cells), 0.0, 0.0
    for cell in range(cells):
        v, g_e, g_i, waiting = reset, 0.0, 0.0, 0
        for step in range(steps):
            if waiting > 0:
                waiting -= 1
            else:
                conductance = 1 / tau_m + half_decay * (g_e + g_i)
                target = (v_leak / tau_m + half_decay * (g_e * v_e + g_i * v_i)) / conductance
                v = target + (v - target) * np.exp(-STEP * conductance)
            g_e, g_i = g_e * decay, g_i * decay
            for _ in range(rng.poisson(excitatory_rate * STEP)):
                synapse = rng.integers(0, jumps.size)
                if rng.random() < release[synapse]:
                    g_e += jumps[synapse]
            g_i += inhibitory_jump * rng.poisson(inhibitory_rate * STEP)
            if v >= threshold and waiting == 0:
                v, waiting = reset, dead
                spikes[cell] += step >= skipped
            if step >= skipped:
                total += v
                square += v * v
    samples = cells * (steps - skipped)
    mean = total / samples
    return spikes / (seconds - WARMUP), mean, np.sqrt(square / samples - mean**2)

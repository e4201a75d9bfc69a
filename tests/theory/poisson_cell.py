"""Single cells with Poisson input, simulated without the approximations of the theory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from cortexnet.synapses import conductance_of_epsp, epsp_quantile, release_failure_probability

Array = NDArray[np.float64]
STEP = 1e-4
WARMUP = 0.2


@dataclass(frozen=True)
class Simulated:
    """Rates (Hz) of the cells; mean and SD (V) of the potential, CV of the intervals, all cells pooled."""

    rates: Array
    mean: float
    sd: float
    cv: float

    @property
    def rate(self) -> float:
        return float(self.rates.mean())

    @property
    def rate_error(self) -> float:
        """Standard error."""
        return float(self.rates.std(ddof=1) / np.sqrt(self.rates.size))


def excitatory_cells(
    si: dict[str, Any], rates: tuple[float, float], *, cells: int, seconds: float, seed: int
) -> tuple[Array, float, float]:
    """Rates (Hz) of the cells, mean and SD (V) of their potential; every input spike draws a new strength."""
    result = annealed_cells(si, "excitatory", rates, cells=cells, seconds=seconds, seed=seed)
    return result.rates, result.mean, result.sd


def inhibitory_cells(
    si: dict[str, Any], rates: tuple[float, float], *, cells: int, seconds: float, seed: int
) -> tuple[Array, float, float]:
    """As `excitatory_cells`, of inhibitory cells."""
    result = annealed_cells(si, "inhibitory", rates, cells=cells, seconds=seconds, seed=seed)
    return result.rates, result.mean, result.sd


def annealed_cells(
    si: dict[str, Any],
    cell_type: str,
    rates: tuple[float, float],
    *,
    cells: int,
    seconds: float,
    seed: int,
    step: float = STEP,
    frozen: bool = False,
) -> Simulated:
    """Cells with the mean number of synapses, each input spike of a new strength.

    `step` in s; `frozen` holds the inhibitory conductance at its mean.
    """
    jump, release = excitatory_synapses(si, cell_type)
    number = _in_degrees(si, cell_type)
    input_rates = number[0] * rates[0], number[1] * rates[1]
    arguments = _arguments(si, cell_type), step, frozen, np.random.default_rng(seed)
    return _pooled([_simulate(*input_rates, jump, release, cells, seconds, *arguments)])


def quenched_cells(
    si: dict[str, Any], cell_type: str, rates: tuple[float, float], *, cells: int, seconds: float, seed: int
) -> Simulated:
    """Cells that keep the numbers and strengths of their synapses, drawn anew for each."""
    rng = np.random.default_rng(seed)
    jump, release = excitatory_synapses(si, cell_type)
    arguments = _arguments(si, cell_type), STEP, False, rng
    n_excitatory, n_inhibitory = si["n_excitatory"], si["n_inhibitory"]
    probabilities = si["connection_probability_excitatory"], si["connection_probability_inhibitory"]
    results = []
    for _ in range(cells):
        excitatory = rng.binomial(n_excitatory, probabilities[0])
        inhibitory = rng.binomial(n_inhibitory, probabilities[1])
        own = rng.integers(0, jump.size, excitatory)
        input_rates = excitatory * rates[0], inhibitory * rates[1]
        results.append(_simulate(*input_rates, jump[own], release[own], 1, seconds, *arguments))
    return _pooled(results)


def excitatory_synapses(si: dict[str, Any], cell_type: str) -> tuple[Array, Array]:
    """Jumps (1/s) of equally frequent synapses, and the probabilities that they release."""
    if cell_type == "inhibitory":
        return np.array([si["conductance_excitatory_to_inhibitory"]]), np.ones(1)
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
    return jump, 1 - release_failure_probability(epsp, si["release_failure_epsp"])


def _in_degrees(si: dict[str, Any], cell_type: str) -> tuple[float, float]:
    """Mean numbers of excitatory and inhibitory synapses; there are no autapses."""
    return (
        si["connection_probability_excitatory"] * (si["n_excitatory"] - (cell_type == "excitatory")),
        si["connection_probability_inhibitory"] * (si["n_inhibitory"] - (cell_type == "inhibitory")),
    )


def _arguments(si: dict[str, Any], cell_type: str) -> Array:
    names = (
        f"conductance_inhibitory_to_{cell_type}",
        f"membrane_time_constant_{cell_type}",
        "synaptic_time_constant",
        "leak_potential",
        "excitatory_reversal_potential",
        "inhibitory_reversal_potential",
        "threshold_potential",
        "reset_potential",
        "refractory_period",
    )
    return np.array([si[name] for name in names])


def _pooled(results: list[tuple[Array, Array, Array]]) -> Simulated:
    """Pool spike rates, sums of powers of the potential, and of the intervals."""
    samples, total, square = np.sum([potential for _, potential, _ in results], axis=0)
    count, interval, interval_square = np.sum([intervals for *_, intervals in results], axis=0)
    mean, mean_interval = total / samples, interval / max(count, 1)
    return Simulated(
        rates=np.concatenate([rates for rates, *_ in results]),
        mean=float(mean),
        sd=float(np.sqrt(square / samples - mean**2)),
        cv=float(np.sqrt(interval_square / count - mean_interval**2) / mean_interval) if count else np.nan,
    )


@numba.njit
def _poisson(mean, none, rng):  # type: ignore[no-untyped-def]
    """Draw a small Poisson number by inversion; `none` is the probability of 0."""
    number, probability, left = 0, none, rng.random()
    while left > probability:
        left -= probability
        number += 1
        probability *= mean / number
    return number


@numba.njit
def _simulate(excitatory_rate, inhibitory_rate, jumps, release, cells, seconds, constants, step, frozen, rng):  # type: ignore[no-untyped-def]
    inhibitory_jump, tau_m, tau_s, v_leak, v_e, v_i, threshold, reset, refractory = constants
    steps, skipped, dead = int(seconds / step), int(WARMUP / step), round(refractory / step)
    decay, half_decay = np.exp(-step / tau_s), np.exp(-step / tau_s / 2)
    no_excitation, no_inhibition = np.exp(-excitatory_rate * step), np.exp(-inhibitory_rate * step)
    mean_g_i = inhibitory_rate * inhibitory_jump * tau_s
    spikes, total, square, intervals = np.zeros(cells), 0.0, 0.0, np.zeros(3)
    for cell in range(cells):
        v, g_e, g_i, waiting, last = reset, 0.0, 0.0, 0, -1
        for now in range(steps):
            if waiting > 0:
                waiting -= 1
            else:
                inhibition = mean_g_i if frozen else half_decay * g_i
                conductance = 1 / tau_m + half_decay * g_e + inhibition
                target = (v_leak / tau_m + half_decay * g_e * v_e + inhibition * v_i) / conductance
                v = target + (v - target) * np.exp(-step * conductance)
            g_e, g_i = g_e * decay, g_i * decay
            for _ in range(_poisson(excitatory_rate * step, no_excitation, rng)):
                synapse = rng.integers(0, jumps.size)
                if rng.random() < release[synapse]:
                    g_e += jumps[synapse]
            g_i += inhibitory_jump * _poisson(inhibitory_rate * step, no_inhibition, rng)
            if v >= threshold and waiting == 0:
                v, waiting = reset, dead
                if now >= skipped:
                    spikes[cell] += 1
                    if last >= 0:
                        intervals += np.array([1.0, step * (now - last), (step * (now - last)) ** 2])
                    last = now
            if now >= skipped:
                total += v
                square += v * v
    potential = np.array([cells * (steps - skipped), total, square])
    return spikes / (seconds - WARMUP), potential, intervals

"""Distributions of synaptic strength, and the way from an EPSP to a conductance.

Plain SI numbers and arrays (volt, second, 1/second); conductances are per membrane capacitance.
The strengths follow Teramae, Tsubo & Fukai (2012), Sci. Rep. 2, 485.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.special import ndtr, ndtri

from cortexnet.errors import ParameterError

Distribution = Literal["lognormal", "normal"]

#: Standard deviation of the normal control distribution, as a share of its mean.
NORMAL_RELATIVE_SD = 0.3

#: The largest jump of conductance the inversion looks at, in 1/s: 10 per millisecond.
LARGEST_CONDUCTANCE = 1e4


def _log_mean(mode: float, log_sd: float) -> float:
    """Mean of log(EPSP) of the lognormal law with this mode."""
    return float(np.log(mode)) + log_sd**2


def cut_lognormal_mean(mode: float, log_sd: float, cutoff: float) -> float:
    """Mean of a lognormal law whose values above `cutoff` are drawn again.

    Parameters
    ----------
    mode, cutoff : float
        Most probable value and upper end of the law, both in the same unit.
    log_sd : float
        Standard deviation of the logarithm.

    Returns
    -------
    float
        The mean, in the unit of `mode`.
    """
    log_mean = _log_mean(mode, log_sd)
    cut = (np.log(cutoff) - log_mean) / log_sd
    return float(np.exp(log_mean + log_sd**2 / 2) * ndtr(cut - log_sd) / ndtr(cut))


def _normal_law(mode: float, log_sd: float, cutoff: float) -> tuple[float, float, float, float]:
    """Mean and SD of the normal control law, and its cumulative probabilities at both ends.

    It reaches from 0 to twice its mean: symmetric, so that cutting it leaves the mean as it is.
    """
    mean = cut_lognormal_mean(mode, log_sd, cutoff)
    sd = NORMAL_RELATIVE_SD * mean
    upper_end = min(2 * mean, cutoff)
    return mean, sd, float(ndtr(-mean / sd)), float(ndtr((upper_end - mean) / sd))


def epsp_quantile(
    probability: ArrayLike,
    *,
    mode: float,
    log_sd: float,
    cutoff: float,
    distribution: Distribution = "lognormal",
) -> NDArray[np.float64]:
    """EPSP amplitude below which the given share of synapses lies.

    The law is cut at `cutoff` as if values above it were drawn again. ``"normal"`` is the control
    with the mean of that cut lognormal, a standard deviation of 0.3 of it, and positive values only; it ends
    at twice the mean.

    Parameters
    ----------
    probability : array_like
        Cumulative probabilities in [0, 1], any shape.
    mode : float
        Most probable EPSP of the uncut lognormal law, volt.
    log_sd : float
        Standard deviation of log(EPSP).
    cutoff : float
        Largest EPSP, volt.
    distribution : {"lognormal", "normal"}
        The law.

    Returns
    -------
    ndarray
        EPSP amplitudes from rest, volt, shaped like `probability`.
    """
    probability = np.asarray(probability, dtype=np.float64)
    if distribution == "normal":
        mean, sd, low, high = _normal_law(mode, log_sd, cutoff)
        # At probability 0 rounding could leave a tiny negative EPSP.
        return np.asarray(np.maximum(mean + sd * ndtri(low + probability * (high - low)), 0.0))
    log_mean = _log_mean(mode, log_sd)
    share_below_cutoff = ndtr((np.log(cutoff) - log_mean) / log_sd)
    epsp = np.exp(log_mean + log_sd * ndtri(probability * share_below_cutoff))
    # Far above all synapses the share below the cut rounds to 1, whose quantile is infinite.
    return np.asarray(np.minimum(epsp, cutoff))


def epsp_probability(
    epsp_amplitude: ArrayLike,
    *,
    mode: float,
    log_sd: float,
    cutoff: float,
    distribution: Distribution = "lognormal",
) -> NDArray[np.float64]:
    """Share of synapses whose EPSP is smaller than the given one: the inverse of `epsp_quantile`.

    Parameters
    ----------
    epsp_amplitude : array_like
        EPSP amplitudes, volt, any shape.
    mode, log_sd, cutoff, distribution
        As in `epsp_quantile`.

    Returns
    -------
    ndarray
        Cumulative probabilities in [0, 1], shaped like `epsp_amplitude`.
    """
    amplitude = np.asarray(epsp_amplitude, dtype=np.float64)
    if distribution == "normal":
        mean, sd, low, high = _normal_law(mode, log_sd, cutoff)
        share = (ndtr((amplitude - mean) / sd) - low) / (high - low)
    else:
        log_mean = _log_mean(mode, log_sd)
        logarithm = np.log(np.maximum(amplitude, np.finfo(float).tiny))
        share = ndtr((logarithm - log_mean) / log_sd) / ndtr((np.log(cutoff) - log_mean) / log_sd)
    return np.asarray(np.clip(share, 0.0, 1.0))


def release_failure_probability(epsp_amplitude: ArrayLike, half_failure_epsp: float) -> NDArray[np.float64]:
    """Probability a/(a + EPSP) that a spike releases nothing: strong synapses are the reliable ones.

    Parameters
    ----------
    epsp_amplitude : array_like
        EPSP amplitudes, volt, any shape.
    half_failure_epsp : float
        The EPSP a that fails half the time, volt; 0 means that no release ever fails.

    Returns
    -------
    ndarray
        Probabilities, shaped like `epsp_amplitude`.
    """
    amplitude = np.asarray(epsp_amplitude, dtype=np.float64)
    if half_failure_epsp == 0:
        return np.zeros_like(amplitude)
    return np.asarray(half_failure_epsp / (half_failure_epsp + amplitude))


def epsp_of_conductance(
    conductance: ArrayLike,
    *,
    membrane_time_constant: float,
    synaptic_time_constant: float,
    leak_potential: float,
    reversal_potential: float,
) -> NDArray[np.float64]:
    """Peak depolarisation from rest after one jump of conductance, [3] with [4] and no threshold.

    Integrates dx/dt = -x/tau_m + g (E - x), dg/dt = -g/tau_s by fourth-order Runge-Kutta with steps
    of at most 1/200 of the shorter time constant; the error of the peak is below 1e-8 of it.

    Parameters
    ----------
    conductance : array_like
        Jump of the conductance per capacitance, 1/s, any shape.
    membrane_time_constant, synaptic_time_constant : float
        Seconds.
    leak_potential, reversal_potential : float
        Rest and reversal of the synaptic current, volt.

    Returns
    -------
    ndarray
        Peak above rest, volt, shaped like `conductance`.
    """
    start = np.atleast_1d(np.asarray(conductance, dtype=np.float64))
    driving_force = reversal_potential - leak_potential
    tau_m, tau_s = membrane_time_constant, synaptic_time_constant
    # A large conductance is a short time constant of its own.
    step = min(tau_m / 200, tau_s / 200, 0.1 / max(float(start.max()), 1e-9))
    # The peak of a vanishing conductance comes last of all.
    ratio = tau_m / tau_s
    last_peak = tau_m if np.isclose(ratio, 1) else tau_m * np.log(ratio) / (ratio - 1)

    def slope(x: NDArray[np.float64], time: float) -> NDArray[np.float64]:
        return -x / tau_m + start * float(np.exp(-time / tau_s)) * (driving_force - x)

    x, peak = np.zeros_like(start), np.zeros_like(start)
    for n in range(int(np.ceil(1.05 * last_peak / step)) + 2):
        time = n * step
        k1 = slope(x, time)
        k2 = slope(x + step / 2 * k1, time + step / 2)
        k3 = slope(x + step / 2 * k2, time + step / 2)
        k4 = slope(x + step * k3, time + step)
        after = x + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        slope_after = slope(after, time + step)
        # The parabola with both slopes has its top inside the step where the slope changes sign.
        turning = (k1 > 0) & (slope_after <= 0)
        top = x + np.where(turning, step * k1**2 / (2 * np.where(turning, k1 - slope_after, 1.0)), 0.0)
        peak = np.maximum(peak, np.maximum(after, top))
        x = after
    return np.asarray(peak.reshape(np.shape(conductance)))


@lru_cache(maxsize=64)
def _inverse(
    largest_epsp: float, tau_m: float, tau_s: float, leak_potential: float, reversal_potential: float
) -> CubicSpline:
    """Conductance per millivolt of EPSP as a spline over the EPSP: smooth, and finite at 0."""

    def peak(conductance: ArrayLike) -> NDArray[np.float64]:
        return epsp_of_conductance(
            conductance,
            membrane_time_constant=tau_m,
            synaptic_time_constant=tau_s,
            leak_potential=leak_potential,
            reversal_potential=reversal_potential,
        )

    top = 2 * largest_epsp / (reversal_potential - leak_potential) / min(tau_m, tau_s)
    while float(peak(top)) < largest_epsp:
        top *= 1.5
        if top > LARGEST_CONDUCTANCE:
            raise ParameterError(
                f"EPSP of {largest_epsp * 1e3:.6g} mV: cannot be reached from {leak_potential * 1e3:.6g} mV "
                f"with the reversal potential at {reversal_potential * 1e3:.6g} mV"
            )
    conductance = top * np.linspace(1e-6, 1, 400) ** 1.5
    epsp = peak(conductance)
    return CubicSpline(epsp, conductance / epsp)


def conductance_of_epsp(
    epsp_amplitude: ArrayLike,
    *,
    membrane_time_constant: float,
    synaptic_time_constant: float,
    leak_potential: float,
    reversal_potential: float,
) -> NDArray[np.float64]:
    """Jump of conductance whose peak depolarisation from rest is the given EPSP: exact inversion.

    The proportional rule (EPSP / driving force) weakens strong synapses, by 21 % at 20 mV; in the
    published network that is enough to end the self-sustained state.

    Parameters
    ----------
    epsp_amplitude : array_like
        Peak above rest, volt, at least 0, any shape.
    membrane_time_constant, synaptic_time_constant, leak_potential, reversal_potential : float
        As in `epsp_of_conductance`.

    Returns
    -------
    ndarray
        Conductance per capacitance, 1/s, shaped like `epsp_amplitude`.

    Raises
    ------
    ParameterError
        If no finite conductance reaches the EPSP.
    """
    amplitude = np.asarray(epsp_amplitude, dtype=np.float64)
    largest = float(amplitude.max(initial=1e-6))
    ratio = _inverse(
        largest, membrane_time_constant, synaptic_time_constant, leak_potential, reversal_potential
    )
    return np.asarray(amplitude * ratio(amplitude))

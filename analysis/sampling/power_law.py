"""The exponent of an eigenspectrum, with its error, and whether it is a power law at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cortexnet.analysis.averages import standard_deviation
from cortexnet.analysis.sampling.eigenspectrum import eigenspectrum
from cortexnet.errors import ParameterError


@dataclass(frozen=True)
class PowerLaw:
    """A power law, variance = height * rank**-exponent, fitted to a range of ranks.

    Attributes
    ----------
    exponent, standard_error : float
        NaN if a variance in the range is not positive. The error is a bootstrap's over stimuli, NaN if more
        than a tenth of its samples have such a variance.
    height : float
        Of the fitted line, at rank 1.
    first_rank, last_rank : int
        The range; ranks count from 1.
    rms, rms_exponential : float
        Root mean square distance of log(variance) to the line, and to that of an exponential decay,
        variance = height * exp(-rank / scale), fitted alike.
    """

    exponent: float
    standard_error: float
    height: float
    first_rank: int
    last_rank: int
    rms: float
    rms_exponential: float

    @property
    def better_than_exponential(self) -> bool:
        """Whether a power law fits better than an exponential decay."""
        return self.rms < self.rms_exponential

    def agrees_with(self, exponent: float, *, errors: float = 2.0) -> bool:
        """Whether the spectrum is a power law of this exponent, within some standard errors."""
        return self.better_than_exponential and abs(self.exponent - exponent) <= errors * self.standard_error


def fit_power_law(
    first: NDArray[np.float64],
    second: NDArray[np.float64] | None = None,
    *,
    ranks: tuple[int, int],
    rng: np.random.Generator,
    resamples: int = 100,
) -> PowerLaw:
    """Fit a power law to the eigenspectrum of responses, cross-validated if there are two presentations.

    By least squares of log(variance) on log(rank), every rank weighted by 1/rank, so that a decade of ranks
    counts as much as any other.

    Parameters
    ----------
    first, second
        Of shape (n_stimuli, n_cells), as in `cortexnet.analysis.sampling.eigenspectrum.eigenspectrum`.
    ranks : (int, int)
        First and last rank of the fit.
    rng : numpy.random.Generator
        Draws the bootstrap over stimuli.
    resamples : int
        Bootstrap samples.
    """
    presentations = [np.asarray(part, dtype=np.float64) for part in (first, second) if part is not None]
    start, stop = ranks
    variance = eigenspectrum(*presentations)
    if not 1 <= start < stop <= variance.size:
        raise ParameterError(f"ranks: {start} to {stop}, must rise within 1 to {variance.size}")
    rank = np.arange(start, stop + 1, dtype=np.float64)
    slope, level, rms = _line(np.log(rank), variance[start - 1 : stop], rank)
    n_stimuli = len(presentations[0])
    slopes = np.empty(resamples)
    for k in range(resamples):
        drawn = rng.integers(n_stimuli, size=n_stimuli)
        resampled = eigenspectrum(*(part[drawn] for part in presentations))
        slopes[k] = _line(np.log(rank), resampled[start - 1 : stop], rank)[0]
    known = slopes[np.isfinite(slopes)]
    error = standard_deviation(known, ddof=1) if known.size >= 0.9 * resamples else np.nan
    rms_exponential = _line(rank, variance[start - 1 : stop], rank)[2]
    return PowerLaw(-slope, error, float(np.exp(level)), start, stop, rms, rms_exponential)


def _line(
    x: NDArray[np.float64], variance: NDArray[np.float64], rank: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Slope, intercept and rms distance of log(variance) on x, weighted by 1/rank; NaN of a negative one."""
    if not (variance > 0).all():
        return np.nan, np.nan, np.nan
    y, weight = np.log(variance), 1 / rank / (1 / rank).sum()
    dx, dy = x - weight @ x, y - weight @ y
    slope = float((weight * dx) @ dy / ((weight * dx) @ dx))
    rms = float(np.sqrt(weight @ (dy - slope * dx) ** 2))
    return slope, float(weight @ y - slope * (weight @ x)), rms

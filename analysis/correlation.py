"""Pairwise correlation of spike counts: how much cells of a population fire together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cortexnet.analysis.averages import standard_deviation
from cortexnet.analysis.spikes import SpikeTrains, binned_counts, spike_counts


@dataclass(frozen=True)
class PairCorrelation:
    """Pearson correlations of the spike counts of all pairs of some cells.

    Attributes
    ----------
    mean, sd : float
        Mean and standard deviation over the pairs.
    standard_error : float
        Of the mean, by bootstrap over *cells*. Pairs that share a cell are not independent, so that pairs
        must not be resampled. What happened in the recorded time is taken as given: the variation of
        further recordings is not in it.
    independent_sd, independent_mean_sd : float
        Standard deviation of a pair's correlation, and of the mean, if the cells were independent and bins
        exchangeable: 1 / sqrt(bins - 1), and this by the root of the number of pairs. The yardsticks of
        `sd` and `mean`.
    n_cells, n_pairs, n_bins : int
        What the numbers rest on.
    """

    mean: float
    sd: float
    standard_error: float
    independent_sd: float
    independent_mean_sd: float
    n_cells: int
    n_pairs: int
    n_bins: int


def pairwise_correlation(
    trains: SpikeTrains,
    width_s: float,
    *,
    rng: np.random.Generator,
    n_cells: int = 500,
    resamples: int = 1000,
) -> PairCorrelation:
    """Correlate the spike counts of cells in successive bins, over all pairs of a random sample of cells.

    Parameters
    ----------
    trains : SpikeTrains
        The population.
    width_s : float
        Width of a bin in seconds. Correlations grow with it up to the time scale on which the cells covary.
    rng : numpy.random.Generator
        Draws the cells and the bootstrap.
    n_cells : int
        Cells to draw of those that fired; all of them if there are fewer. A sample of n has n (n - 1) / 2
        pairs.
    resamples : int
        Bootstrap samples of the cells.

    Returns
    -------
    PairCorrelation
        NaN where undefined: below two cells whose counts vary, below two bins.

    Notes
    -----
    Cells that fire independently have a mean near zero within a few `independent_mean_sd`; there the
    bootstrap errs on the safe side (by about sqrt(3)).
    """
    fired = np.flatnonzero(spike_counts(trains))
    cells = rng.choice(fired, size=min(n_cells, fired.size), replace=False)
    counts = binned_counts(trains.select(cells), width_s)
    correlation = _correlation_matrix(counts)
    n, n_bins = len(correlation), counts.shape[1]
    pairs = correlation[np.triu_indices(n, k=1)]
    independent_sd = 1 / math.sqrt(n_bins - 1) if n_bins > 1 else math.nan
    resampled = rng.multinomial(n, np.full(n, 1 / n), size=resamples) if n > 1 else np.empty((0, n))
    return PairCorrelation(
        mean=float(_mean_over_pairs(correlation, np.ones((1, n)))[0]),
        sd=standard_deviation(pairs),
        standard_error=standard_deviation(_mean_over_pairs(correlation, resampled), ddof=1),
        independent_sd=independent_sd,
        independent_mean_sd=independent_sd / math.sqrt(pairs.size) if pairs.size else math.nan,
        n_cells=n,
        n_pairs=pairs.size,
        n_bins=n_bins,
    )


def _correlation_matrix(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Correlation of the rows that vary; rows of a constant have none and are left out."""
    varying = counts[np.ptp(counts, axis=1) > 0] if counts.shape[1] else counts[:0]
    deviation = varying - varying.mean(axis=1, keepdims=True) if len(varying) else varying.astype(np.float64)
    unit = deviation / np.linalg.norm(deviation, axis=1, keepdims=True)
    return np.asarray(unit @ unit.T)


def _mean_over_pairs(
    correlation: NDArray[np.float64], multiplicity: NDArray[np.number]
) -> NDArray[np.float64]:
    """Mean over pairs of different cells if cell i is present multiplicity[k, i] times, for each k."""
    m = np.asarray(multiplicity, dtype=np.float64)
    self_pairs = (m**2).sum(axis=1)
    number = m.sum(axis=1) ** 2 - self_pairs
    total = np.einsum("ki,ki->k", m @ correlation, m) - self_pairs
    mean = np.full(len(m), np.nan)
    np.divide(total, number, out=mean, where=number > 0)
    return mean

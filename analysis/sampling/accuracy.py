"""How often a network that samples names the right class: by one sample, by their average, by spike counts.

A *synapse sample* is what the network shows of all data with its synapses at one moment: a block of
presentations. Within it hidden cells fire many times, each time another sample. The posterior average pools
all blocks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cortexnet.analysis.averages import standard_deviation
from cortexnet.analysis.sampling.proportion import wilson_interval
from cortexnet.errors import ParameterError


def credit(evidence: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """Credit of each datum: 1 if its class has the most evidence, 0 if not, 1/m where m classes tie for it.

    The mean is the accuracy that a fair choice among tied classes has on average. Spike counts tie often, and
    the first of the tied, which ``argmax`` takes, would favour low class numbers.

    Parameters
    ----------
    evidence : array_like, shape (..., n_data, n_classes)
        Probabilities or counts; the largest names the class.
    labels : array_like of int, shape (n_data,)
        The right classes, 0 .. n_classes - 1.

    Returns
    -------
    ndarray, shape (..., n_data)
    """
    values, right = np.asarray(evidence, dtype=np.float64), np.asarray(labels)
    if values.ndim < 2 or values.shape[-2] != right.size:
        raise ParameterError(
            f"evidence: shape {values.shape} with {right.size} labels, must be (..., data, classes)"
        )
    if right.size and not (right.min() >= 0 and right.max() < values.shape[-1]):
        raise ParameterError(
            f"labels: {right.min()} to {right.max()}, must be 0 to {values.shape[-1] - 1}, a class each"
        )
    best = values == values.max(axis=-1, keepdims=True)
    hit = np.take_along_axis(best, np.broadcast_to(right[:, None], (*values.shape[:-1], 1)), axis=-1)[..., 0]
    return np.asarray(hit / best.sum(axis=-1), dtype=np.float64)


def accuracy_table(
    labels: ArrayLike,
    probability: ArrayLike,
    spike_count: ArrayLike,
    one_sample: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Accuracy of all readouts of one set of data, a row a readout.

    Parameters
    ----------
    labels : array_like of int, shape (n_data,)
        The right classes.
    probability : array_like, shape (n_blocks, n_data, n_classes)
        Firing probability of the output cells of each synapse sample, averaged over the bins of a
        presentation.
    spike_count : array_like, shape (n_blocks, n_data, n_classes)
        Spikes of the output cells in the presentation.
    one_sample : array_like, shape (n_samples, n_data, n_classes), optional
        Firing probability in a single bin: of one sample of synapses and hidden cells.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        Readout (single_sample, synapse_sample, posterior_average, spike_counts), accuracy, low and high,
        sd_over_samples (NaN of pooled readouts), n_samples, n_data. Intervals are Wilson's, for further data
        of the kind; of a mean over samples they are wider than they need be: samples err on different data.
    """
    parts = np.asarray(probability, dtype=np.float64)
    readouts = {
        "synapse_sample": parts,
        "posterior_average": parts.mean(axis=0, keepdims=True),
        "spike_counts": np.asarray(spike_count).sum(axis=0, keepdims=True),
    }
    if one_sample is not None:
        readouts = {"single_sample": np.asarray(one_sample)} | readouts
    rows = []
    for readout, evidence in readouts.items():
        credits_ = credit(evidence, labels)
        n_data = credits_.shape[1]
        low, high = wilson_interval(credits_.mean(axis=0).sum(), n_data, confidence=confidence)
        rows.append(
            {
                "readout": readout,
                "accuracy": float(credits_.mean()) if n_data else np.nan,
                "low": float(low),
                "high": float(high),
                "sd_over_samples": standard_deviation(credits_.mean(axis=1), ddof=1),
                "n_samples": len(evidence) if readout.endswith("_sample") else len(parts),
                "n_data": n_data,
            }
        )
    return pd.DataFrame(rows)


def accuracy_of_pools(labels: ArrayLike, probability: ArrayLike) -> pd.DataFrame:
    """Accuracy of the average of m synapse samples, for m = 1, 2, 4, ... and all of them.

    Parameters
    ----------
    labels, probability
        As in `accuracy_table`.

    Returns
    -------
    DataFrame
        n_pooled, accuracy (mean over the pools), sd_over_pools (NaN of one), n_pools. Pools are successive
        samples without overlap, so that a pool has the correlations of the sampler.
    """
    parts = np.asarray(probability, dtype=np.float64)
    n_samples = len(parts)
    sizes = sorted({2**k for k in range(n_samples.bit_length()) if 2**k <= n_samples} | {n_samples})
    rows = []
    for size in sizes:
        n_pools = n_samples // size
        pools = parts[: n_pools * size].reshape(n_pools, size, *parts.shape[1:]).mean(axis=1)
        accuracies = credit(pools, labels).mean(axis=1)
        rows.append((size, accuracies.mean(), standard_deviation(accuracies, ddof=1), n_pools))
    return pd.DataFrame(rows, columns=["n_pooled", "accuracy", "sd_over_pools", "n_pools"])

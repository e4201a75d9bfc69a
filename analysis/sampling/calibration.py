"""Whether predicted probabilities are the frequencies with which they come true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from cortexnet.analysis.averages import mean, standard_error
from cortexnet.analysis.sampling.proportion import wilson_interval
from cortexnet.errors import ParameterError

#: Predictions closer to 0 than this, as of saturated sigmoids, count as this much in a logarithm.
SMALLEST = 1e-12


def class_probability(probability: ArrayLike) -> NDArray[np.float64]:
    """Probability of each class, given that exactly one of the output cells fires, shape (n_data, n_classes).

    A sample of the network gives every output cell c its probability p_c, independently of the others; that
    only c fires has probability ``p_c prod_{k != c} (1 - p_k)``. This, averaged over the samples and
    normalised over the classes, is the posterior predictive distribution of a label in one-hot code.

    Parameters
    ----------
    probability : array_like, shape (n_samples, n_data, n_classes)
        Firing probability of the output cells in each sample.
    """
    p = np.clip(np.asarray(probability, dtype=np.float64), SMALLEST, 1 - SMALLEST)
    log_alone = np.log(p) - np.log1p(-p) + np.log1p(-p).sum(axis=-1, keepdims=True)
    log_class = logsumexp(log_alone, axis=0)
    return np.asarray(np.exp(log_class - logsumexp(log_class, axis=-1, keepdims=True)), dtype=np.float64)


def confidence_and_hit(
    class_probabilities: ArrayLike, labels: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Probability of the likeliest class of each datum, and whether that is its label."""
    p = np.asarray(class_probabilities, dtype=np.float64)
    return p.max(axis=1), p.argmax(axis=1) == np.asarray(labels)


def reliability_curve(
    predicted: ArrayLike, happened: ArrayLike, *, n_bins: int = 10, confidence: float = 0.95
) -> pd.DataFrame:
    """Frequency of events against their predicted probability, in bins of equal width over [0, 1].

    Parameters
    ----------
    predicted : array_like, shape (n,)
        Probabilities.
    happened : array_like of bool, shape (n,)
        Whether each event came true.
    n_bins : int
        Bins of equal width; a probability at an edge belongs to the bin above, 1 to the last.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        Of bins with events: left, right, n, predicted (their mean), observed (their frequency), low and high
        (Wilson).
    """
    p, events = _checked(predicted, happened)
    bin_of = np.minimum((p * n_bins).astype(np.int64), n_bins - 1)
    n = np.bincount(bin_of, minlength=n_bins)
    used = n > 0
    hits = np.bincount(bin_of, events, n_bins)[used]
    edges = np.linspace(0, 1, n_bins + 1)
    low, high = wilson_interval(hits, n[used], confidence=confidence)
    return pd.DataFrame(
        {
            "left": edges[:-1][used],
            "right": edges[1:][used],
            "n": n[used],
            "predicted": np.bincount(bin_of, p, n_bins)[used] / n[used],
            "observed": hits / n[used],
            "low": low,
            "high": high,
        }
    )


@dataclass(frozen=True)
class CalibrationScores:
    """How good probabilities of classes are.

    Attributes
    ----------
    log_loss, brier : float
        Means over data of -log(probability of the label) and of the squared distance of the probabilities to
        the one-hot label (0 best, 2 worst), each with its standard error. Both reward calibration and
        sharpness together.
    expected_calibration_error : float
        Mean distance between confidence and accuracy over bins of confidence, weighted by their data
        (Naeini, Cooper & Hauskrecht 2015).
    error_if_calibrated, error_if_calibrated_95 : float
        Mean and 95 % quantile of that error for perfectly calibrated confidences of these values and this
        many data. It is not zero: frequencies of few events scatter.
    overconfidence : float
        Mean confidence less accuracy.
    calibrated : bool
        Whether the error is below its 95 % quantile.
    """

    log_loss: float
    log_loss_error: float
    brier: float
    brier_error: float
    expected_calibration_error: float
    error_if_calibrated: float
    error_if_calibrated_95: float
    overconfidence: float
    calibrated: bool


def calibration_scores(
    class_probabilities: ArrayLike,
    labels: ArrayLike,
    *,
    rng: np.random.Generator,
    n_bins: int = 10,
    resamples: int = 1000,
) -> CalibrationScores:
    """Score probabilities of classes by what the data are.

    Parameters
    ----------
    class_probabilities : array_like, shape (n_data, n_classes)
        As `class_probability` gives them.
    labels : array_like of int, shape (n_data,)
        The right classes.
    rng : numpy.random.Generator
        Draws what calibrated predictions would have met with.
    n_bins, resamples : int
        Bins of confidence, and sets of outcomes drawn.
    """
    p, right = np.asarray(class_probabilities, dtype=np.float64), np.asarray(labels)
    confidence, hit = confidence_and_hit(p, right)
    surprise = -np.log(np.maximum(p[np.arange(right.size), right], SMALLEST))
    distance = ((p - np.eye(p.shape[1])[right]) ** 2).sum(axis=1)
    error = _calibration_error(confidence, hit[None], n_bins)[0]
    if_calibrated = _calibration_error(
        confidence, rng.random((resamples, confidence.size)) < confidence, n_bins
    )
    threshold = float(np.quantile(if_calibrated, 0.95))
    return CalibrationScores(
        log_loss=mean(surprise),
        log_loss_error=standard_error(surprise),
        brier=mean(distance),
        brier_error=standard_error(distance),
        expected_calibration_error=float(error),
        error_if_calibrated=mean(if_calibrated),
        error_if_calibrated_95=threshold,
        overconfidence=mean(confidence) - mean(hit),
        calibrated=bool(error <= threshold),
    )


def _calibration_error(
    confidence: NDArray[np.float64], hit: NDArray[np.bool_], n_bins: int
) -> NDArray[np.float64]:
    """Give the expected calibration error of each row of outcomes, shape (rows,)."""
    bin_of = np.minimum((confidence * n_bins).astype(np.int64), n_bins - 1)
    excess = hit - confidence
    in_bin = np.eye(n_bins)[bin_of]
    return np.asarray(np.abs(excess @ in_bin).sum(axis=1) / confidence.size, dtype=np.float64)


def _checked(predicted: ArrayLike, happened: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    p, events = np.asarray(predicted, dtype=np.float64), np.asarray(happened, dtype=bool)
    if p.ndim != 1 or p.shape != events.shape:
        raise ParameterError(
            f"predictions: shape {p.shape} with {events.shape} outcomes, must be two rows alike"
        )
    if not (np.isfinite(p).all() and (p >= 0).all() and (p <= 1).all()):
        raise ParameterError(
            f"predictions: {p.min():g} to {p.max():g}, must be probabilities between 0 and 1"
        )
    return p, events

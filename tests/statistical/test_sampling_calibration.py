"""Calibration: predictions that come true as often as they say, and planted ones that do not."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.special import expit, softmax
from scipy.stats import binom

from cortexnet.analysis.sampling.calibration import (
    calibration_scores,
    class_probability,
    confidence_and_hit,
    reliability_curve,
)
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")


def labels_drawn_from(p: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)


def test_class_probability_is_that_of_the_one_hot_patterns_by_enumeration() -> None:
    p = np.random.default_rng(1).random((3, 2, 4))
    patterns = np.array([pattern for pattern in itertools.product((0, 1), repeat=4) if sum(pattern) == 1])
    expected = np.empty((2, 4))
    for datum in range(2):
        joint = np.array([np.mean([np.prod(np.where(x, q, 1 - q)) for q in p[:, datum]]) for x in patterns])
        expected[datum, patterns.argmax(axis=1)] = joint / joint.sum()
    assert class_probability(p) == pytest.approx(expected)


def test_class_probability_of_one_sample_is_the_softmax_of_the_drive() -> None:
    drive = np.random.default_rng(2).normal(0, 3, (1, 5, 10))
    assert class_probability(expit(drive)) == pytest.approx(softmax(drive[0], axis=1))


def test_saturated_outputs_have_finite_probabilities() -> None:
    p = class_probability([[[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.0]]])
    assert p == pytest.approx(np.array([[1, 0, 0], [1 / 3, 1 / 3, 1 / 3], [1 / 2, 1 / 2, 0]]), abs=1e-9)


def test_reliability_by_hand() -> None:
    curve = reliability_curve([0.05, 0.1, 0.12, 1.0], [False, True, False, True])
    assert curve["left"].to_list() == pytest.approx([0, 0.1, 0.9])
    assert curve["n"].to_list() == [1, 2, 1]
    assert curve["predicted"].to_list() == pytest.approx([0.05, 0.11, 1.0])
    assert curve["observed"].to_list() == [0, 0.5, 1]


def test_intervals_cover_the_mean_prediction_of_calibrated_events() -> None:
    """Seed 3; 10 bins of about 1,000 events, 200 repetitions: 95 % coverage, binomial test at 1e-4."""
    rng, hits, n = np.random.default_rng(3), 0, 0
    for _ in range(200):
        p = rng.random(10_000)
        curve = reliability_curve(p, rng.random(10_000) < p)
        hits += int(curve["predicted"].between(curve["low"], curve["high"]).sum())
        n += len(curve)
    assert binom.cdf(hits, n, 0.95) > 1e-4


def test_calibrated_predictions_pass_as_often_as_stated_and_others_do_not() -> None:
    """Seed 4; 100 sets of 500 data, 10 classes. Calibrated: pass with 95 %, binomial test at 1e-4.

    Planted: predictions sharpened by a factor of 1.5 in the logarithm. All are caught, as overconfident.
    """
    rng = np.random.default_rng(4)
    passed, caught = 0, 0
    for _ in range(100):
        logits = rng.normal(0, 2, (500, 10))
        p = softmax(logits, axis=1)
        labels = labels_drawn_from(p, rng)
        passed += calibration_scores(p, labels, rng=rng, resamples=200).calibrated
        sharpened = calibration_scores(softmax(1.5 * logits, axis=1), labels, rng=rng, resamples=200)
        caught += not sharpened.calibrated and sharpened.overconfidence > 0
    assert binom.cdf(passed, 100, 0.95) > 1e-4
    assert caught == 100


def test_scores_of_known_predictions() -> None:
    """One class always with 0.7, two classes, 1,000 data of which 600 are of it."""
    p = np.tile([0.7, 0.3], (1000, 1))
    labels = np.repeat([0, 1], [600, 400])
    scores = calibration_scores(p, labels, rng=np.random.default_rng(0))
    assert scores.log_loss == pytest.approx(-0.6 * np.log(0.7) - 0.4 * np.log(0.3))
    assert scores.brier == pytest.approx(0.6 * 2 * 0.3**2 + 0.4 * 2 * 0.7**2)
    assert scores.expected_calibration_error == pytest.approx(0.1)
    assert scores.overconfidence == pytest.approx(0.1)
    assert not scores.calibrated
    # 1,000 events of probability 0.7: the mean distance of a frequency, sqrt(2/pi) of its SD
    assert scores.error_if_calibrated == pytest.approx(np.sqrt(2 / np.pi * 0.21 / 1000), rel=0.1)


def test_the_log_loss_is_least_at_the_true_probabilities() -> None:
    """Seed 5, 20,000 data: any other temperature has a larger log loss and Brier score."""
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 1.5, (20_000, 5))
    labels = labels_drawn_from(softmax(logits, axis=1), rng)
    true, cold, hot = (
        calibration_scores(softmax(beta * logits, axis=1), labels, rng=rng, resamples=10)
        for beta in (1, 1.4, 0.7)
    )
    for other in (cold, hot):
        assert other.log_loss > true.log_loss
        assert other.brier > true.brier


def test_confidence_is_that_of_the_likeliest_class() -> None:
    confidence, hit = confidence_and_hit([[0.2, 0.8], [0.6, 0.4]], [1, 1])
    assert confidence.tolist() == [0.8, 0.6]
    assert hit.tolist() == [True, False]


@pytest.mark.parametrize("predicted", [[1.2], [np.nan], [0.1, 0.2]])
def test_what_is_no_probability_is_refused(predicted: list[float]) -> None:
    with pytest.raises(ParameterError):
        reliability_curve(predicted, [True])

"""Accuracy of the readouts of samples, by hand and against closed forms."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from cortexnet.analysis.sampling.accuracy import accuracy_of_pools, accuracy_table, credit
from cortexnet.analysis.sampling.proportion import wilson_interval
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")


def test_credit_is_shared_among_tied_classes() -> None:
    counts = [[3, 1, 0], [2, 2, 0], [0, 0, 0], [0, 5, 5]]
    assert credit(counts, [0, 0, 2, 0]) == pytest.approx([1, 1 / 2, 1 / 3, 0])


def test_argmax_would_favour_the_first_class_of_a_tie() -> None:
    """Planted: silent outputs know nothing; argmax calls all of them class 0 and is right with it."""
    silent, zeros = np.zeros((30, 10)), np.zeros(30, dtype=int)
    assert credit(silent, zeros).mean() == pytest.approx(0.1)
    assert (silent.argmax(axis=1) == zeros).mean() == 1


@pytest.mark.parametrize(
    ("evidence", "labels", "message"),
    [
        (np.zeros((3, 2)), [0, 1], "must be (..., data, classes)"),
        (np.zeros((2, 2)), [0, 2], "must be 0 to 1"),
        (np.zeros((2, 2)), [-1, 0], "must be 0 to 1"),
    ],
)
def test_bad_input_is_named(evidence: np.ndarray, labels: list[int], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        credit(evidence, labels)
    assert message in str(caught.value)


def test_each_readout_pools_what_it_says() -> None:
    """Two classes, two data of class 0. Datum 0: one strong vote against one weak; datum 1: both wrong."""
    probability = np.array([[[0.9, 0.1], [0.1, 0.9]], [[0.4, 0.6], [0.3, 0.7]]])
    counts = np.array([[[0, 1], [2, 0]], [[0, 1], [0, 1]]])
    one = np.array([[[0.9, 0.1], [0.9, 0.1]]])
    table = accuracy_table([0, 0], probability, counts, one).set_index("readout")
    assert table["accuracy"].to_dict() == {
        "single_sample": 1.0,
        "synapse_sample": 0.25,  # the mean of 1/2 and 0
        "posterior_average": 0.5,
        "spike_counts": 0.5,
    }
    assert table.loc["synapse_sample", "sd_over_samples"] == pytest.approx(np.sqrt(1 / 8))
    assert table["n_samples"].to_list() == [1, 2, 2, 2]
    low, high = wilson_interval(1, 2)
    assert table.loc["spike_counts", ["low", "high"]].to_list() == pytest.approx([float(low), float(high)])


def test_pooling_independent_votes_follows_the_normal_law() -> None:
    """Evidence of class 0 over 1 is N(mu, 1) a sample: m pooled are right with probability Phi(mu sqrt m).

    Seed 1; 64 samples of 4,000 data: binomial SD at most 0.008 for one pool, less for more; 4 SD, alpha 5e-4
    over the seven sizes. Planted: not pooling misses by far.
    """
    rng, mu = np.random.default_rng(1), 0.2
    lead = rng.normal(mu, 1, (64, 4000))
    curve = accuracy_of_pools(np.zeros(4000, dtype=int), np.stack([lead, np.zeros_like(lead)], axis=-1))
    assert curve["n_pooled"].to_list() == [1, 2, 4, 8, 16, 32, 64]
    assert curve["n_pools"].to_list() == [64, 32, 16, 8, 4, 2, 1]
    expected = norm.cdf(mu * np.sqrt(curve["n_pooled"]))
    error = np.sqrt(expected * (1 - expected) / 4000 / curve["n_pools"])
    assert (np.abs(curve["accuracy"] - expected) < 4 * error).all()
    assert abs(expected[0] - expected[-1]) > 0.3
    assert curve["sd_over_pools"].isna().to_list() == [False] * 6 + [True]


def test_pools_take_all_samples_also_where_they_are_no_power_of_two() -> None:
    assert accuracy_of_pools([0], np.ones((5, 1, 2)))["n_pooled"].to_list() == [1, 2, 4, 5]


@given(k=st.integers(0, 300), n=st.integers(1, 300), confidence=st.floats(0.5, 0.999))
def test_ends_of_wilsons_interval_solve_the_score_equation(k: int, n: int, confidence: float) -> None:
    share, z = min(k, n) / n, NormalDist().inv_cdf((1 + confidence) / 2)
    for end in wilson_interval(min(k, n), n, confidence=confidence):
        assert (share - end) ** 2 == pytest.approx(z**2 * end * (1 - end) / n, abs=1e-9)
        assert 0 <= end <= 1


def test_no_trials_have_no_interval() -> None:
    assert np.isnan(wilson_interval(0, 0)).all()

"""Dependence of synaptic change on spikes: by hand, and on the rule whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cortexnet.analysis.sampling.timing import change_against_lag, change_by_coincidence
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")


def spikes(rng: np.random.Generator, n_data: int = 2000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Presynaptic spikes, probabilities that they give to postsynaptic cells, and the spikes of those."""
    pre = rng.random((n_data, 6)) < 0.4
    probability = 1 / (1 + np.exp(-(pre @ rng.normal(0, 1, (6, 5)))))
    return pre, probability, rng.random((n_data, 5)) < probability


def test_means_by_hand() -> None:
    pre, post = [[1, 0], [1, 1]], [[1, 0], [0, 0]]
    change = np.arange(8.0).reshape(2, 2, 2)
    table = change_by_coincidence(pre, post, change).set_index("case")
    assert table["mean_change"].to_dict() == {
        "pre_then_post": 0.0,  # datum 0: pair (0, 0)
        "pre_without_post": (1.0 + (4 + 5 + 6 + 7) / 4) / 2,  # datum 0: (0, 1); datum 1: all four
        "post_without_pre": 2.0,
        "neither": 3.0,
    }
    assert table["n_data"].to_list() == [1, 2, 1, 1]
    assert table["up_data"].to_list() == [0, 2, 1, 1]


def test_the_rule_raises_pre_then_post_and_lowers_pre_without_post() -> None:
    """x_pre (x_post - sigma(u)), 2,000 data: 1 - p or -p in every pair; nothing without a spike."""
    pre, probability, post = spikes(np.random.default_rng(1))
    change = pre[:, :, None] * (post - probability)[:, None, :]
    table = change_by_coincidence(pre, post, change).set_index("case")
    assert table.loc["pre_then_post", "up_data"] == table.loc["pre_then_post", "n_data"]
    assert table.loc["pre_without_post", "up_data"] == 0
    assert (table.loc[["pre_then_post", "pre_without_post"], "p_value"] < 1e-6).all()
    assert (table.loc[["post_without_pre", "neither"], "mean_change"] == 0).all()
    assert table.loc[["post_without_pre", "neither"], "p_value"].isna().all()


def test_a_sign_that_is_not_there_is_not_found() -> None:
    """Seed 2, 2,000 data: changes of noise with an offset of 3 errors of one case; sign tests at 1e-4.

    Planted: the rule with its sign turned is found as such.
    """
    rng = np.random.default_rng(2)
    pre, probability, post = spikes(rng)
    noise = rng.normal(size=(2000, 6, 5))
    assert (change_by_coincidence(pre, post, noise)["p_value"] > 1e-4).all()
    turned = change_by_coincidence(pre, post, noise - 3 * pre[:, :, None] * (post - probability)[:, None, :])
    assert (turned["mean_change"].iloc[0] < 0 < turned["mean_change"].iloc[1]).all()
    assert (turned["p_value"].iloc[:2] < 1e-4).all()


def test_the_change_belongs_to_the_presentation_of_the_presynaptic_spike() -> None:
    """A change where post follows pre by two presentations shows at lag 2, at the others its mean rate."""
    rng = np.random.default_rng(3)
    pre, post = rng.random((4000, 4)) < 0.3, rng.random((4000, 3)) < 0.3
    change = np.zeros((4000, 4, 3))
    change[:-2] = pre[:-2, :, None] & post[2:, None, :]
    table = change_against_lag(pre, post, change, range(-3, 4)).set_index("lag")
    assert table.loc[2, "mean_change"] == 1
    others = table.drop(2)
    assert (np.abs(others["mean_change"] - 0.3) < 5 * others["standard_error"]).all()


def test_lag_zero_is_the_coincidence() -> None:
    rng = np.random.default_rng(4)
    pre, _, post = spikes(rng, 200)
    change = rng.normal(size=(200, 6, 5))
    at_zero = change_against_lag(pre, post, change, [0]).drop(columns="lag")
    coincident = change_by_coincidence(pre, post, change).drop(columns="case")
    pd.testing.assert_frame_equal(at_zero, coincident.iloc[[0]])


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ParameterError, match="must agree"):
        change_by_coincidence(np.ones((3, 2)), np.ones((3, 2)), np.ones((3, 2, 1)))
    with pytest.raises(ParameterError, match="other values"):
        change_by_coincidence(np.full((3, 2), 0.5), np.ones((3, 1)), np.ones((3, 2, 1)))

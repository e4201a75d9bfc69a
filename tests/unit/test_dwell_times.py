"""Percepts read with hysteresis, and fits to dwell times: closed forms, coverage, censoring, bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cortexnet.analysis.dwell_times.families import FAMILIES
from cortexnet.analysis.dwell_times.fits import Durations, fit_all, fit_family, fit_table
from cortexnet.analysis.dwell_times.goodness_of_fit import goodness_of_fit
from cortexnet.analysis.dwell_times.percepts import dwell_times, percepts
from cortexnet.errors import ParameterError


def test_a_percept_lasts_until_the_other_threshold() -> None:
    trace = [0, 0.5, 1, 0.2, -0.5, 0.9, -1, 0.9, 1.5]
    assert percepts(trace, low=-1, high=1).tolist() == [0, 0, 1, 1, 1, 1, -1, -1, 1]
    table = dwell_times(trace, low=-1, high=1, time_step=0.5)
    expected = pd.DataFrame(
        {
            "trace": [0, 0, 0],
            "percept": ["high", "low", "high"],
            "start": [1.0, 3.0, 4.0],
            "duration": [2.0, 1.0, 0.5],
            "began": [False, True, True],
            "ended": [True, True, False],
        }
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=60), st.floats(0.1, 2))
def test_percepts_follow_the_rule_step_by_step(values: list[float], threshold: float) -> None:
    percept, expected = 0, []
    for value in values:
        percept = 1 if value >= threshold else -1 if value <= -threshold else percept
        expected.append(percept)
    assert percepts(values, low=-threshold, high=threshold).tolist() == expected
    table = dwell_times(values, low=-threshold, high=threshold)
    assert table["duration"].sum() == np.count_nonzero(expected)
    assert not table["began"].iloc[:1].any()
    assert not table["ended"].iloc[-1:].any()


def test_traces_are_read_one_by_one() -> None:
    table = dwell_times([[1, -1, -1], [-1, -1, 1]], low=-1, high=1)
    assert table["trace"].tolist() == [0, 0, 1, 1]
    assert table["duration"].tolist() == [1, 2, 2, 1]
    assert dwell_times([0, 0, 0], low=-1, high=1).empty


@pytest.mark.parametrize("name", FAMILIES)
def test_scale_and_shape_are_what_the_table_says(name: str) -> None:
    """Seed 1, 40 000 draws; what scale and shape stand for, within 3 % and 6 %."""
    drawn = FAMILIES[name].draw(40_000, 0.7, 2.0, np.random.default_rng(1))
    scale, shape = {
        "exponential": (drawn.mean(), 0.7),
        "gamma": (drawn.mean(), 1 / stats.variation(drawn) ** 2),
        "lognormal": (np.median(drawn), np.log(drawn).std()),
        "inverse_gaussian": (drawn.mean(), 1 / stats.variation(drawn) ** 2),
        "gamma_rate": (1 / np.mean(1 / drawn), 1 / stats.variation(1 / drawn) ** 2),
    }[name]
    assert scale == pytest.approx(2, rel=0.03)
    assert shape == pytest.approx(0.7, rel=0.06)


def test_fits_without_censoring_are_the_closed_forms() -> None:
    time = np.random.default_rng(1).gamma(2.0, 1.5, 300)
    durations = Durations.of(time)
    fits = {name: fit_family(durations, name) for name in FAMILIES}
    assert fits["exponential"].scale[0] == pytest.approx(time.mean(), rel=1e-5)
    assert fits["gamma"].scale[0] == pytest.approx(time.mean(), rel=1e-4)
    assert fits["gamma"].shape[0] == pytest.approx(stats.gamma.fit(time, floc=0)[0], rel=1e-4)
    assert fits["lognormal"].scale[0] == pytest.approx(np.exp(np.log(time).mean()), rel=1e-4)
    assert fits["lognormal"].shape[0] == pytest.approx(np.log(time).std(), rel=1e-4)
    inverse_shape = time.mean() * np.mean(1 / time - 1 / time.mean())
    assert fits["inverse_gaussian"].shape[0] == pytest.approx(1 / inverse_shape, rel=1e-4)
    assert fits["gamma_rate"].scale[0] == pytest.approx(1 / np.mean(1 / time), rel=1e-4)
    assert fits["exponential"].aic == pytest.approx(2 + 2 * time.size * (1 + np.log(time.mean())))


def test_censored_exponential_is_events_over_time() -> None:
    time = np.random.default_rng(1).exponential(2.0, 200)
    seen = np.minimum(time, 2.5)
    fit = fit_family(Durations.of(seen, time <= 2.5), "exponential")
    assert fit.n_censored == np.sum(time > 2.5)
    assert fit.scale[0] == pytest.approx(seen.sum() / np.sum(time <= 2.5), rel=1e-5)
    reach = 1.959964 / np.sqrt(np.sum(time <= 2.5))
    assert fit.scale[1] == pytest.approx(fit.scale[0] * np.exp(-reach), rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gamma", "gamma_rate"])
def test_intervals_cover_as_stated(name: str) -> None:
    """Seed 1, 300 data sets of 60 dwells, each watched for a time of its own, about 1 in 8 censored.

    Share of 95 % intervals of the shape that hold the true one: between 0.90 and 0.985, outside of which
    300 intervals of true coverage 0.95 lie with probability below 3e-3. Planted error: censored dwells taken
    for ended ones.
    """
    generator, family, shape = np.random.default_rng(1), FAMILIES[name], 2.5
    hits, wrong = 0, 0
    for _ in range(300):
        time, watch = family.draw(60, shape, 3.0, generator), generator.uniform(0.5, 25, 60)
        seen, ended = np.minimum(time, watch), time <= watch
        _, low, high = fit_family(Durations.of(seen, ended), name).shape
        hits += low <= shape <= high
        _, low, high = fit_family(Durations.of(seen), name).scale
        wrong += low <= 3.0 <= high
    assert 0.90 <= hits / 300 <= 0.985
    assert wrong / 300 < 0.85


def test_dwells_cut_at_both_ends_of_short_traces() -> None:
    """Seed 1, 400 alternating renewal traces of some 4 dwells each, shape 3, mean 5.

    First dwells left out and last ones censored, the estimates hold (3 standard errors, alpha 3e-3). Planted
    error: keeping only what both began and ended prefers short dwells.
    """
    generator = np.random.default_rng(1)
    changes = np.cumsum(generator.gamma(3, 5 / 3, (400, 40)), axis=1) - generator.uniform(0, 5, (400, 1))
    times = np.arange(0, 20, 0.05)
    flips = np.stack([np.searchsorted(change, times) for change in changes])
    dwells = dwell_times(np.where(flips % 2 == 0, 1, -1), low=-0.5, high=0.5, time_step=0.05)
    kept = dwells[dwells["began"]]
    durations = Durations.of(kept["duration"], kept["ended"], resolution=0.05)
    fit = fit_family(durations, "gamma")
    assert 0.2 < fit.n_censored / fit.n < 0.4
    for (estimate, low, high), true in ((fit.shape, 3.0), (fit.scale, 5.0)):
        assert abs(np.log(estimate / true)) < 3 * np.log(high / low) / 3.92
    whole = kept[kept["ended"]]["duration"]
    assert fit_family(Durations.of(whole), "gamma").scale[2] < 5


def test_the_right_family_wins_for_each_percept() -> None:
    """Seed 3, 800 dwells a percept: gamma of shape 3 against a lognormal of the same mean and spread."""
    generator = np.random.default_rng(3)
    long, short = generator.gamma(3, 2, 800), generator.lognormal(1.0, 0.8, 800)
    table = pd.DataFrame(
        {
            "percept": np.repeat(["high", "low"], 800),
            "duration": np.concatenate([long, short]),
            "began": True,
            "ended": True,
        }
    )
    fits = fit_table(table)
    best = fits[fits["aic_above_best"] == 0].set_index("percept")["family"]
    assert best.to_dict() == {"high": "gamma", "low": "lognormal"}
    gamma = fits[(fits["percept"] == "high") & (fits["family"] == "gamma")].iloc[0]
    assert gamma["cv"] == pytest.approx(1 / np.sqrt(gamma["shape"]))
    error = np.log(gamma["shape_high"] / gamma["shape_low"]) / 3.92
    assert abs(np.log(gamma["shape"] / 3)) < 3.3 * error


def test_goodness_of_fit_tells_right_from_wrong() -> None:
    """Seed 1, 200 dwells of shape 3, 49 bootstrap repeats: the gamma holds, the exponential does not."""
    durations = Durations.of(np.random.default_rng(1).gamma(3, 2, 200))
    fits = {fit.family: fit for fit in fit_all(durations)}
    assert goodness_of_fit(durations, fits["gamma"], repeats=49).p_value > 0.05
    assert goodness_of_fit(durations, fits["exponential"], repeats=49).p_value == pytest.approx(0.02)


@pytest.mark.slow
def test_goodness_of_fit_rejects_as_often_as_stated() -> None:
    """Seed 1, 60 data sets of the fitted family, 19 repeats: p <= 0.05 in 0 to 9 (alpha about 2e-3)."""
    generator = np.random.default_rng(1)
    rejected = 0
    for number in range(60):
        durations = Durations.of(np.ceil(generator.exponential(4.0, 80)), resolution=1.0)
        fit = fit_family(durations, "exponential")
        rejected += goodness_of_fit(durations, fit, repeats=19, seed=number).p_value <= 0.05
    assert rejected <= 9


def test_equal_dwells_have_no_interval_but_no_failure() -> None:
    fit = fit_family(Durations.of([3.0, 3.0, 3.0]), "gamma")
    assert fit.scale[0] == pytest.approx(3)
    assert fit.shape[0] > 100


@pytest.mark.parametrize(
    ("durations", "ended", "words"),
    [
        ([1.0, 2.0], [True], "as many"),
        ([1.0, 0.0, 2.0], None, "above 0"),
        ([1.0, np.nan, 2.0], None, "above 0"),
        ([1.0, 2.0], [True, False], "1 dwells ended"),
    ],
)
def test_bad_durations_are_refused(durations: list[float], ended: list[bool] | None, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        Durations.of(durations, ended)


def test_bad_traces_are_refused() -> None:
    with pytest.raises(ParameterError, match="must be below high"):
        percepts([0, 1], low=1, high=1)
    with pytest.raises(ParameterError, match="not numbers"):
        percepts([0, np.nan], low=0, high=1)

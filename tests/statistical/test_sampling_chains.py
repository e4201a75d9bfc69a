"""Effective sample size, volatility and displacement on processes whose values are known.

Each test: fixed seed, sample size as written, alpha = 1e-4 unless said. Wrong estimators are planted.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import ttest_1samp

from cortexnet.analysis.sampling.displacement import (
    confined_displacement,
    confinement,
    mean_squared_displacement,
)
from cortexnet.analysis.sampling.effective_sample_size import autocorrelation, effective_sample_sizes
from cortexnet.analysis.sampling.volatility import change_with_lag, constancy
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")

ALPHA = 1e-4


def autoregressive(phi: float, steps: int, n: int, *, seed: int) -> np.ndarray:
    """Stationary AR(1) traces of variance 1, shape (steps, n)."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(steps, n)) * np.sqrt(1 - phi**2)
    noise[0] = rng.normal(size=n)
    return lfilter([1], [1, -phi], noise, axis=0)


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.5, 0.9, 0.97])
def test_autocorrelation_time_of_ar1_is_one_plus_phi_by_one_minus_phi(phi: float) -> None:
    """100 traces of 20,000 steps: 8 % of the closed form, 5 errors of the mean and the bias at phi = .97.

    Planted: taking every trace as independent samples (tau = 1) fails for each phi but 0.
    """
    table = effective_sample_sizes(autoregressive(phi, 20_000, 100, seed=1))
    time = (1 + phi) / (1 - phi)
    assert table["autocorrelation_time"].mean() == pytest.approx(time, rel=0.08)
    assert table["effective_sample_size"].mean() == pytest.approx(20_000 / time, rel=0.08)
    assert table["reliable"].all()
    assert phi == 0 or abs(1 - time) > 0.08 * time


def test_the_stated_error_is_the_spread_of_repetitions() -> None:
    """200 traces of 20,000 steps, phi = 0.9: within a factor of 1.3, SD of a spread 5 %."""
    table = effective_sample_sizes(autoregressive(0.9, 20_000, 200, seed=2))
    spread = table["autocorrelation_time"].std()
    assert 1 / 1.3 < table["standard_error"].mean() / spread < 1.3


def test_the_effective_sample_size_gives_the_error_of_a_mean() -> None:
    """400 traces of 2,000 steps, phi = 0.8: means scatter by 1/sqrt(ESS) within 15 %, 4 SD of a spread."""
    traces = autoregressive(0.8, 2000, 400, seed=3)
    ess = effective_sample_sizes(traces)["effective_sample_size"].mean()
    assert traces.mean(axis=0).std() == pytest.approx(ess**-0.5, rel=0.15)
    assert traces.mean(axis=0).std() > 2 * 2000**-0.5


def test_short_traces_are_called_unreliable_and_constant_ones_have_no_time() -> None:
    slow = autoregressive(0.99, 300, 1, seed=4)
    table = effective_sample_sizes(np.hstack([slow, np.ones((300, 1))]))
    assert table["reliable"].to_list() == [False, False]
    assert np.isnan(table.loc[1, "effective_sample_size"])
    assert effective_sample_sizes([1.0, -1.0] * 50).loc[0, "effective_sample_size"] > 100
    with pytest.raises(ParameterError, match="at least 4 steps"):
        effective_sample_sizes([1.0, 2.0])


def test_autocorrelation_is_that_of_the_sum_of_products() -> None:
    trace = np.random.default_rng(5).normal(size=(40, 1))
    centred = trace[:, 0] - trace.mean()
    direct = [centred[: 40 - lag] @ centred[lag:] for lag in range(40)]
    assert autocorrelation(trace)[:, 0] == pytest.approx(np.array(direct) / direct[0])


def test_weights_of_an_ornstein_uhlenbeck_process_change_as_its_correlation_says() -> None:
    """AR(1), phi = 0.9, 60 epochs of 20,000 weights: phi**lag; the relative change sqrt(2 (1 - phi**lag))."""
    table = change_with_lag(autoregressive(0.9, 60, 20_000, seed=6))
    expected = 0.9 ** table["lag"]
    assert table["correlation"].to_numpy() == pytest.approx(expected, abs=0.01)
    assert table["relative_change"].to_numpy() == pytest.approx(np.sqrt(2 * (1 - expected)), rel=0.02)
    assert table["n_pairs"].to_list() == list(range(60, 29, -1))


def test_states_that_stay_have_correlation_one_and_no_change() -> None:
    still = np.tile(np.arange(5.0), (6, 1))
    table = change_with_lag(still, 10)
    assert table["lag"].to_list() == [0, 10, 20, 30]
    assert (table["correlation"].round(12) == 1).all()
    assert (table["relative_change"] == 0).all()


@pytest.mark.parametrize("states", [np.zeros((5, 3)), np.zeros(4), np.ones((1, 3))])
def test_states_that_cannot_be_compared_are_refused(states: np.ndarray) -> None:
    with pytest.raises(ParameterError):
        change_with_lag(states)


def test_constancy_knows_a_trend_from_noise() -> None:
    """Accuracies of 100 epochs with binomial noise of 500 data. Planted: a rise of 0.06 over them."""
    noise = np.random.default_rng(7).binomial(500, 0.93, 100) / 500
    steady, rising = constancy(noise), constancy(noise - np.linspace(0.06, 0, 100))
    assert steady.constant
    assert steady.sd == pytest.approx(np.sqrt(0.93 * 0.07 / 500), rel=0.3)
    assert not rising.constant
    assert rising.trend.low > 0.03
    assert rising.trend.value - steady.trend.value == pytest.approx(0.06)


def test_a_short_noisy_record_does_not_count_as_constant() -> None:
    """Planted: what is not shown to stay is not said to stay; ten epochs with SD 0.05."""
    assert not constancy(np.random.default_rng(8).normal(0.9, 0.05, 10)).constant


def test_displacement_of_a_random_walk_grows_with_lag() -> None:
    """20,000 walks of 40 steps of SD 0.3: 0.09 lag; the share of free diffusion is 1 within its error."""
    walk = np.random.default_rng(9).normal(0, 0.3, (40, 20_000)).cumsum(axis=0)
    table = mean_squared_displacement(walk)
    score = (table["displacement"] - 0.09 * table["lag"]) / table["standard_error"]
    assert (np.abs(score) < 5).all()
    found = confinement(walk, rng=np.random.default_rng(0))
    assert abs(found.share_of_free - 1) < 4 * found.share_of_free_error < 0.1
    assert not found.confined
    assert np.isnan(found.time)


def test_displacement_of_an_ornstein_uhlenbeck_process_saturates() -> None:
    """AR(1) of relaxation time 8 epochs, variance 1, 100 epochs of 4,000 weights: plateau 2, time 8."""
    weights = autoregressive(np.exp(-1 / 8), 100, 4000, seed=10)
    table = mean_squared_displacement(weights, 2)
    assert table["lag"].iloc[:2].to_list() == [2, 4]
    table["lag"] /= 2
    expected = confined_displacement(table["lag"], 2, 8)
    assert table["displacement"].to_numpy() == pytest.approx(expected, rel=0.03)
    found = confinement(weights, 2, rng=np.random.default_rng(0))
    assert found.plateau == pytest.approx(2, rel=0.03)
    assert found.time == pytest.approx(16, rel=0.05)
    assert found.share_of_free == pytest.approx(expected[-1] / 50 / expected[0], rel=0.03)
    assert found.confined


def test_weights_that_never_move_cannot_be_judged() -> None:
    with pytest.raises(ParameterError, match="none moved"):
        confinement(np.ones((10, 3)), rng=np.random.default_rng(0))


def test_standard_error_of_the_displacement_is_its_spread() -> None:
    """100 repetitions of 200 walks of 20 steps: t test of the scores at lag 5."""
    rng, scores = np.random.default_rng(11), []
    for _ in range(100):
        row = mean_squared_displacement(rng.normal(size=(20, 200)).cumsum(axis=0)).iloc[4]
        scores.append((row["displacement"] - 5) / row["standard_error"])
    assert ttest_1samp(scores, 0).pvalue > ALPHA
    assert 0.75 < np.std(scores) < 1.3

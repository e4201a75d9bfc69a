"""The lognormal fit of rates, against SciPy and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from cortexnet.analysis.rate_distribution import fit_lognormal

pytestmark = pytest.mark.filterwarnings("error")

RATES = np.random.default_rng(3).lognormal(0.5, 0.9, 500)
RATE = st.floats(1e-3, 1e3)


def test_fit_is_the_maximum_of_the_likelihood() -> None:
    sigma, _, median = stats.lognorm.fit(RATES, floc=0)
    fit = fit_lognormal(RATES)
    assert 10**fit.log10_mean == pytest.approx(median, rel=1e-4)
    assert fit.log10_sd * math.log(10) == pytest.approx(sigma, rel=1e-4)


def test_distances_to_the_fit() -> None:
    for rates in (RATES, 1 / RATES):  # the largest distance once above and once below the fit
        fit = fit_lognormal(rates)
        expected = stats.kstest(np.log10(rates), stats.norm(fit.log10_mean, fit.log10_sd).cdf).statistic
        assert fit.ks_distance == pytest.approx(expected, rel=1e-9)
    assert 0 < fit.quantile_distance < 0.05
    bimodal = fit_lognormal(np.concatenate([RATES, 1000 * RATES]))
    assert bimodal.ks_distance > 2 * fit.ks_distance
    assert bimodal.quantile_distance > 0.3


def test_quantiles_of_the_fit_itself_have_no_distance() -> None:
    exact = 10 ** stats.norm.ppf((np.arange(1000) + 0.5) / 1000, 0.2, 0.4)
    assert fit_lognormal(exact).quantile_distance < 1e-3


def test_silent_cells_are_counted_and_not_fitted() -> None:
    fit = fit_lognormal([0.0, 1.0, 100.0, 0.0])
    assert (fit.n, fit.silent_fraction) == (2, 0.5)
    assert (fit.log10_mean, fit.log10_sd) == (1.0, 1.0)
    assert fit.log10_mean_error == pytest.approx(1 / math.sqrt(2))
    assert fit.log10_sd_error == pytest.approx(1 / 2)


def test_density_integrates_to_one_over_decades() -> None:
    fit = fit_lognormal(RATES)
    area, _ = integrate.quad(lambda log_rate: fit.density_per_decade(10**log_rate), -6, 6, points=[0])
    assert area == pytest.approx(1, abs=1e-8)


@given(st.lists(RATE, min_size=2, max_size=30), st.floats(0.01, 100))
def test_another_unit_of_rate_moves_the_mean_alone(rates: list[float], factor: float) -> None:
    fit, scaled = fit_lognormal(rates), fit_lognormal(np.array(rates) * factor)
    assert scaled.log10_mean == pytest.approx(fit.log10_mean + math.log10(factor), abs=1e-9)
    assert scaled.log10_sd == pytest.approx(fit.log10_sd, abs=1e-7)


@given(st.lists(RATE | st.just(0.0), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_cells_is_irrelevant(rates: list[float], random) -> None:
    shuffled = random.sample(rates, len(rates))
    np.testing.assert_allclose(
        list(vars(fit_lognormal(shuffled)).values()), list(vars(fit_lognormal(rates)).values()), atol=1e-9
    )


@pytest.mark.parametrize(
    ("rates", "n", "silent"),
    [([], 0, math.nan), ([math.nan], 0, math.nan), ([0.0], 0, 1.0), ([2.0], 1, 0.0), ([2.0, 2.0], 2, 0.0)],
)
def test_little_data_are_defined(rates: list[float], n: int, silent: float) -> None:
    fit = fit_lognormal(rates)
    assert fit.n == n
    assert fit.silent_fraction == pytest.approx(silent, nan_ok=True)
    assert math.isnan(fit.log10_mean) == (n == 0)
    assert math.isnan(fit.log10_mean_error) == (n < 2)
    assert math.isnan(fit.ks_distance)
    assert math.isnan(fit.quantile_distance)
    assert np.isnan(fit.density_per_decade([1.0])).all()

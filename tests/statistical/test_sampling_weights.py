"""Statistics of weights on samples of known distributions; wrong verdicts are planted.

Each test: fixed seed, sample size as written, alpha = 1e-4 (4 standard errors) unless said.
"""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.analysis.sampling.magnitude_fits import fit_magnitudes, is_heavy
from cortexnet.analysis.sampling.tail_index import hill_index
from cortexnet.analysis.sampling.weight_statistics import weight_statistics
from cortexnet.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("error")

SPACING = 0.05
N = 4000


def drawn(family: str, seed: int = 1, n: int = N) -> np.ndarray:
    """Weights with magnitudes of a family and signs of either kind, rounded to the spacing."""
    rng = np.random.default_rng(seed)
    weights = {
        "half_normal": lambda: rng.normal(0, 0.6, n),
        "exponential": lambda: rng.laplace(0, 0.5, n),
        "lognormal": lambda: rng.lognormal(np.log(0.4), 0.9, n) * rng.choice([-1, 1], n),
        "half_student_t": lambda: 0.4 * rng.standard_t(3, n),
    }[family]()
    return SPACING * np.rint(weights / SPACING)


@pytest.mark.parametrize(
    ("family", "scale", "shape", "heavy"),
    [
        ("half_normal", 0.6, None, False),
        ("exponential", 0.5, None, False),
        ("lognormal", 0.4, 0.9, True),
        ("half_student_t", 0.4, 3, True),
    ],
)
def test_the_family_is_recognised_with_its_parameters(
    family: str, scale: float, shape: float | None, heavy: bool
) -> None:
    """4,000 weights: the right family is best, by 10 in AIC over those that do not contain it; 6 %, 15 %."""
    fits = fit_magnitudes(drawn(family), SPACING).set_index("family")
    # Student's distribution contains the normal one: its other parameter may pay by chance, but little.
    assert fits.loc[family, "delta_aic"] < 2
    others = set(fits.index) - {family} - ({"half_student_t"} if family == "half_normal" else set())
    assert (fits.loc[sorted(others), "delta_aic"] > 10).all()
    assert fits.loc[family, "scale"] == pytest.approx(scale, rel=0.06)
    if shape is not None:
        assert fits.loc[family, "shape"] == pytest.approx(shape, rel=0.15)
    assert fits.loc[family, "ks_distance"] < 1.63 / np.sqrt(N)  # 1 % point of Kolmogorov's distribution
    assert is_heavy(fits.reset_index()) is heavy


def test_zeros_and_ties_bias_no_fit() -> None:
    """Normal weights of SD of two spacings, 20 % of them zero: the SD within 4 errors. Planted: the plain SD.

    Rounding adds spacing^2/12 to the variance, which the plain SD has and the fit does not.
    """
    rng, n = np.random.default_rng(2), 400_000
    weights = SPACING * np.rint(rng.normal(0, 2 * SPACING, n) / SPACING)
    fits = fit_magnitudes(weights, SPACING).set_index("family")
    error = 2 * SPACING / np.sqrt(2 * n)
    assert abs(fits.loc["half_normal", "scale"] - 2 * SPACING) < 4 * error
    assert abs(weights.std() - 2 * SPACING) > 4 * error


def test_aic_is_that_of_the_likelihood_by_hand() -> None:
    fits = fit_magnitudes([0.0, 1.0, -1.0, 2.0], 1.0).set_index("family")
    scale = fits.loc["exponential", "scale"]
    p = [1 - np.exp(-0.5 / scale)] + [np.exp(-(k - 0.5) / scale) - np.exp(-(k + 0.5) / scale) for k in (1, 2)]
    log_likelihood = np.log(p[0]) + 2 * np.log(p[1]) + np.log(p[2])
    assert fits.loc["exponential", "log_likelihood"] == pytest.approx(log_likelihood)
    assert fits.loc["exponential", "aic"] == pytest.approx(2 - 2 * log_likelihood)
    assert fits.loc["lognormal", "aic"] == pytest.approx(4 - 2 * fits.loc["lognormal", "log_likelihood"])


@pytest.mark.parametrize("alpha", [1.5, 3.0])
def test_hill_index_of_a_pareto_distribution(alpha: float) -> None:
    """200 samples of 2,000: within 4 errors of the mean and the bias 1/n_tail; the error is the spread."""
    rng = np.random.default_rng(3)
    found = [hill_index(1 + rng.pareto(alpha, 2000)) for _ in range(200)]
    values = np.array([index.value for index in found])
    assert found[0].n_tail == 100
    assert abs(values.mean() - alpha) < 4 * values.std() / np.sqrt(200) + alpha / 100
    assert np.mean([index.standard_error for index in found]) == pytest.approx(values.std(), rel=0.25)


def test_hill_index_of_a_light_tail_grows_further_out() -> None:
    magnitudes = np.abs(np.random.default_rng(4).normal(size=100_000))
    near, far = hill_index(magnitudes, share=0.1), hill_index(magnitudes, share=0.001)
    assert far.value > near.value + 4 * far.standard_error


@pytest.mark.parametrize(
    ("family", "kurtosis", "heavy", "lognormal"),
    [("half_normal", 0, False, False), ("exponential", 3, False, False), ("lognormal", None, True, True)],
)
def test_verdicts_on_weights(family: str, kurtosis: float | None, heavy: bool, lognormal: bool) -> None:
    """20,000 weights: moments within 5 bootstrap errors; if normal these are sqrt(6/n) and sqrt(24/n)."""
    n = 20_000
    found = weight_statistics(drawn(family, seed=5, n=n), SPACING, rng=np.random.default_rng(0))
    assert abs(found.skewness) < 5 * found.skewness_error
    if kurtosis is not None:
        assert abs(found.excess_kurtosis - kurtosis) < 5 * found.excess_kurtosis_error
    if family == "half_normal":
        assert found.skewness_error == pytest.approx(np.sqrt(6 / n), rel=0.3)
        assert found.excess_kurtosis_error == pytest.approx(np.sqrt(24 / n), rel=0.3)
    assert (found.heavy_tail, found.lognormal) == (heavy, lognormal)
    assert found.n == n


def test_weights_of_the_prior_alone_are_not_heavy() -> None:
    """Binomial weights, K = 100 synapses of 0.1: the Gaussian prior that the network has without data."""
    rng = np.random.default_rng(6)
    weights = 0.1 * (rng.binomial(50, 0.5, 3000) - rng.binomial(50, 0.5, 3000))
    found = weight_statistics(weights, 0.1, rng=rng)
    assert not found.heavy_tail
    assert found.sd == pytest.approx(0.5, rel=0.05)
    # A mixture with a few weights of six times the spread is, though neither part is.
    assert weight_statistics(np.append(weights, 6 * weights[:300]), 0.1, rng=rng).heavy_tail


def test_weights_without_a_spread_are_refused() -> None:
    with pytest.raises(ParameterError, match="must be several that differ"):
        weight_statistics(np.ones(5), 0.1, rng=np.random.default_rng(0))
    with pytest.raises(ParameterError, match="at least two"):
        fit_magnitudes([1.0, -1.0], 1.0)
    with pytest.raises(ParameterError, match="tail"):
        hill_index([1.0, 2.0])

"""The heterogeneous theory as a whole, against the kept ensemble of simulated networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cortexnet.analysis.meanfield.fixed_points import FixedPoint
from cortexnet.analysis.meanfield.heterogeneous import Heterogeneous
from cortexnet.analysis.meanfield.heterogeneous.description import Description
from cortexnet.analysis.meanfield.heterogeneous.shared_fluctuations import SharedFluctuations
from cortexnet.analysis.meanfield.heterogeneous.stored import load, store
from cortexnet.analysis.meanfield.sampled_theory import OutputRates
from cortexnet.models.spontaneous_activity import Parameters

ENSEMBLE = pd.read_parquet(Path(__file__).parents[1] / "reference" / "ensemble_runs.parquet").query(
    "survived"
)
#: Quantity -> largest difference from the median of the ensemble: relative for rates, otherwise absolute.
ASKED = {
    "log10_rate_sd_excitatory": 0.03,
    "cv_isi_excitatory": 0.03,
    "membrane_potential_mean_excitatory_mv": 0.2,
    "membrane_potential_sd_excitatory_mv": 0.1,
}


@pytest.fixture(scope="module")
def theory() -> Heterogeneous:
    return Heterogeneous.of(Parameters())


@pytest.fixture(scope="module")
def low(theory: Heterogeneous) -> FixedPoint:
    (state,) = [state for state in theory.states() if state.branch == "low"]
    return state


@pytest.mark.slow
def test_published_state_is_that_of_the_simulated_networks(theory: Heterogeneous, low: FixedPoint) -> None:
    """Both rates within 3 %, sampled to 1 %; seed 0 of the theory, seeds 1-20 of the networks."""
    assert low.stable
    for rate, error, quantity in (
        (low.rate_excitatory, low.rate_excitatory_error, "rate_excitatory_hz"),
        (low.rate_inhibitory, low.rate_inhibitory_error, "rate_inhibitory_hz"),
    ):
        assert rate == pytest.approx(ENSEMBLE[quantity].median(), rel=0.03)
        assert error < 0.01 * rate
    numbers = theory.describe(low.rate_excitatory, low.rate_inhibitory).numbers
    for quantity, difference in ASKED.items():
        assert numbers[quantity] == pytest.approx(ENSEMBLE[quantity].median(), abs=difference)


@pytest.mark.slow
def test_silence_is_separated_by_an_unstable_state(theory: Heterogeneous) -> None:
    """Silent, unstable and low, the unstable one between 0.3 and 0.6 Hz; all stored ones are found again."""
    states = theory.states()
    assert [state.branch for state in states] == ["silent", "unstable", "low"]
    assert 0.3 < states[1].rate_excitatory < 0.6
    again = Heterogeneous.of(Parameters())
    assert again.states() == states
    assert again.excitatory_rate(1.0, 5.0) == pytest.approx(float(theory.excitatory_rate(1.0, 5.0)), rel=1e-6)


@pytest.mark.slow
def test_without_common_fluctuations_inhibitory_cells_fire_too_much(low: FixedPoint) -> None:
    """Planted error: independent cells at the same rates give 4 % more at least; standard error below 1 %."""
    independent = Heterogeneous.of(Parameters(), common_fluctuations=False)
    output = independent.evaluate(low.rate_excitatory, low.rate_inhibitory)
    assert output.inhibitory_error < 0.01
    assert output.inhibitory > 1.04 * low.rate_inhibitory


@pytest.mark.slow
def test_density_is_one_of_potentials_below_threshold(theory: Heterogeneous, low: FixedPoint) -> None:
    """Its integral is 1 - r tau_ref, its mean that of the summary."""
    rates = low.rate_excitatory, low.rate_inhibitory
    potential = np.linspace(-90e-3, -50e-3, 4001)
    density = theory.density(potential, *rates)
    integral = density.sum() * (potential[1] - potential[0])
    assert (density >= 0).all()
    assert integral == pytest.approx(1 - rates[0] * 1e-3, abs=2e-3)
    mean, sd = theory.membrane_potential(*rates)
    numbers = theory.describe(*rates).numbers
    assert 1e3 * mean == pytest.approx(numbers["membrane_potential_mean_excitatory_mv"], abs=0.02)
    assert 1e3 * sd == pytest.approx(numbers["membrane_potential_sd_excitatory_mv"], abs=0.02)


def test_what_is_stored_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """States and descriptions, numbers that do not exist included; another key holds nothing."""
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(tmp_path))
    shared = SharedFluctuations([0.1, 0.2], {"frequency_hz": [5.0], "excitatory": [1e-5]}, limited=False)
    description = Description({"a": 1.5, "b": np.nan}, {"a": 0.1, "b": np.nan}, [0.0, 1.0], [1.0], shared)
    states = [
        FixedPoint(0.0, 0.0, "silent", (-50 + 0j, -100 + 0j)),
        FixedPoint(1.7, 14.0, "low", (-1 + 2j, -1 - 2j), 0.01, 0.1),
    ]
    evaluations = [(1.0, 5.0, OutputRates(1.1, 4.0, 0.01, 0.02))]
    store("key", states, {(1.7, 14.0): description}, evaluations)
    found: dict[tuple[float, float], Description] = {}
    evaluated: list[tuple[float, float, OutputRates]] = []
    assert load("key", found, evaluated) == states
    assert evaluated == evaluations
    again = found[1.7, 14.0]
    assert again.numbers["a"] == 1.5
    assert np.isnan(again.numbers["b"])
    assert again.shared.spectrum == shared.spectrum
    assert load("other", {}, []) is None


def test_a_damaged_store_counts_as_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a file is no result."""
    monkeypatch.setenv("CORTEXNET_CACHE_DIR", str(tmp_path))
    store("key", [FixedPoint(0.0, 0.0, "silent", (-50 + 0j, -100 + 0j))], {}, [])
    (file,) = (tmp_path / "heterogeneous").glob("key*.json")
    file.write_text(file.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert load("key", {}, []) is None

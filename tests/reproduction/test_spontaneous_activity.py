"""The published network against the paper, and the kept tables against what is claimed of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from brian2 import mV, second

from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.models.spontaneous_activity.experiment import PUBLISHED, simulate

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests" / "reference"
TABLES = ROOT / "benchmarks" / "tables"

COMPARED = [
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
    "membrane_potential_mean_inhibitory_mv",
    "membrane_potential_sd_inhibitory_mv",
]


@pytest.fixture(scope="module")
def networks() -> pd.DataFrame:
    return pd.read_parquet(REFERENCE / "ensemble_runs.parquet")


@pytest.fixture(scope="module")
def alive(networks: pd.DataFrame) -> pd.DataFrame:
    return networks[networks["survived"]]


def test_twenty_networks_and_most_of_them_alive(networks: pd.DataFrame) -> None:
    assert list(networks["seed"]) == list(range(1, 21))
    assert networks["survived"].sum() >= 18


@pytest.mark.parametrize(
    ("quantity", "low", "high"),
    [
        ("rate_excitatory_hz", 1.65, 1.80),
        ("rate_inhibitory_hz", 13.8, 15.2),
        ("cv_isi_excitatory", 0.90, 0.98),
        ("cv_isi_inhibitory", 0.94, 1.0),
        ("membrane_potential_mean_excitatory_mv", -61.3, -60.7),
        ("membrane_potential_sd_excitatory_mv", 3.3, 3.7),
        ("membrane_potential_mean_inhibitory_mv", -56.0, -55.2),
        ("log10_rate_sd_excitatory", 0.36, 0.44),
    ],
)
def test_the_typical_network(alive: pd.DataFrame, quantity: str, low: float, high: float) -> None:
    assert low <= alive[quantity].median() <= high


def test_rates_are_near_those_of_the_paper(alive: pd.DataFrame) -> None:
    for quantity, published in PUBLISHED.items():
        assert alive[quantity].median() == pytest.approx(published, rel=0.10)


def test_memory_of_the_full_network(networks: pd.DataFrame) -> None:
    assert networks["peak_memory_mb"].max() <= 800


def distances(summary: dict[str, float], alive: pd.DataFrame) -> pd.Series:
    """Deviations of a run from the typical network, in SDs between networks."""
    typical = alive[alive["remark"] == ""]
    # The window of a short run adds a scatter that ten seconds average away.
    scatter = typical[COMPARED].std() + 0.01 * typical[COMPARED].mean().abs()
    return (
        (pd.Series({name: summary[name] for name in COMPARED}) - typical[COMPARED].mean()) / scatter
    ).abs()


@pytest.mark.slow
@pytest.mark.standalone
def test_a_fresh_network_belongs_to_the_ensemble_and_a_wrong_one_does_not(alive: pd.DataFrame) -> None:
    """Seed 101, 3 s: within 5 SD (false alarm in fewer than one of 10^4 seeds, reverberating ones apart)."""
    fresh = simulate(Parameters(), seed=101, duration=3 * second, progress=False)
    assert distances(fresh.summary, alive).max() < 5
    wrong = simulate(Parameters(reset_potential=-65 * mV), seed=101, duration=3 * second, progress=False)
    assert distances(wrong.summary, alive).max() > 5


def test_ablations_are_told_apart() -> None:
    table = pd.read_csv(TABLES / "ablations.csv")
    assert table.groupby("preset").size().eq(3).all()
    assert set(table.loc[table["preset"] == "published", "outcome"]) == {"lives"}
    # Without its strong synapses the network does not keep itself active at a low rate.
    for preset in ("strong_removed", "strong_removed_rescaled", "gaussian_epsps"):
        assert "lives" not in set(table.loc[table["preset"] == preset, "outcome"])


def test_devices_agree_and_planted_errors_do_not() -> None:
    table = pd.read_csv(TABLES / "device_agreement.csv").groupby("compared")["verdict"].first()
    assert table.pop("cpp against numpy") == "agrees"
    assert len(table) == 3
    assert set(table) == {"differs"}


def test_half_the_time_step_matters_less_than_the_network() -> None:
    table = pd.read_csv(TABLES / "time_step.csv")
    assert (table["mean_difference"].abs() < table["sd_between_networks"]).all()

"""The stored long results on learning in spikes: what they must hold, and what the documents say of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "benchmarks" / "tables"
AVERAGE, COUNTS = "accuracy_test_posterior_average", "accuracy_test_spike_counts"
TRAINING = "accuracy_train_posterior_average"


@pytest.fixture(scope="module")
def digits() -> pd.DataFrame:
    return pd.read_csv(TABLES / "digits.csv")


@pytest.fixture(scope="module")
def mnist() -> pd.DataFrame:
    return pd.read_csv(TABLES / "mnist.csv").set_index("model")


@pytest.mark.parametrize(
    ("preset", "seeds", "lowest_average", "lowest_counts"),
    [("default", 5, 0.93, 0.90), ("recurrent", 3, 0.88, 0.85), ("printed_rule", 3, 0.86, 0.85)],
)
def test_digits_are_learnt_by_every_seed(
    digits: pd.DataFrame, preset: str, seeds: int, lowest_average: float, lowest_counts: float
) -> None:
    """No seed is below; test and training data differ by less than 0.05 on average."""
    rows = digits[digits["preset"] == preset]
    assert len(rows) == seeds
    assert rows[AVERAGE].min() >= lowest_average
    assert rows[COUNTS].min() >= lowest_counts
    assert (rows[TRAINING] - rows[AVERAGE]).mean() < 0.05


def test_digits_are_learnt_within_three_minutes(digits: pd.DataFrame) -> None:
    """CPU time, which other work on the machine hardly changes."""
    assert digits.loc[digits["preset"] == "default", "simulation_cpu_seconds"].max() < 180


def test_mnist_lies_between_its_baselines(mnist: pd.DataFrame) -> None:
    """Above what is linear, below back-propagation, within half an hour and 4 GB."""
    spiking = mnist.loc["dual sampling in spikes"]
    assert mnist.loc["logistic regression", "test"] < spiking["test"] < mnist.loc["MLP of 300", "test"]
    assert spiking["test"] >= 0.95
    assert spiking["training_seconds"] < 1800
    assert spiking["peak_memory_mb"] < 4000


def test_documents_tell_what_the_tables_hold(digits: pd.DataFrame, mnist: pd.DataFrame) -> None:
    """Accuracies of the README and of the page on learning are those of the tables."""
    pages = [(ROOT / name).read_text() for name in ("README.md", "docs/dual-sampling.md")]
    shown = [f"{digits.loc[digits['preset'] == preset, AVERAGE].mean():.3f}" for preset in digits["preset"]]
    shown.append(f"{mnist.loc['dual sampling in spikes', 'test']:.3f}")
    assert all(number in page for page in pages for number in shown)


def test_each_step_from_the_sketch_helps_in_the_end() -> None:
    """The sketch stays below 0.85, the last row is above 0.95, and one sample gains in every step."""
    table = pd.read_csv(TABLES / "digits_gap.csv").groupby("change", sort=False).mean()
    assert table["posterior_average"].iloc[0] < 0.85
    assert table["posterior_average"].iloc[-1] > 0.95
    assert table["single_sample"].is_monotonic_increasing

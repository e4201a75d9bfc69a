"""The table of biases against an earlier, independent implementation of the same chains."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest

from benchmarks.exactness import CASES, Case, connections
from benchmarks.exactness_draws import REFERENCE
from benchmarks.runs import TABLES

KEPT = pd.read_csv(TABLES / "exactness.csv")
PRINTED = pd.read_csv(REFERENCE / "gibbs_reference.csv", dtype=str)
CONNECTIONS = pd.read_csv(REFERENCE / "gibbs_connection.csv", dtype=str)
#: What the three draws of the reference for neural sampling are not typical for.
FEW_DRAWS = KEPT["update"].str.contains("neural sampling")


def rounding(printed: str) -> float:
    """Just over half a unit of the last digit: some were rounded twice."""
    return 0.55 * 10.0 ** -len(printed.partition(".")[2])


def test_every_row_of_the_reference_is_there() -> None:
    assert KEPT[["case", "update"]].equals(KEPT.merge(PRINTED, on=["case", "update"])[["case", "update"]])
    assert len(KEPT) == len(PRINTED) == 5 * 13 + 5 * 6


def test_the_exact_conditional_one_at_a_time_has_no_bias() -> None:
    exact = KEPT[KEPT["reference_mean"] == 0]
    assert set(exact["update"]) == {"exact, one at a time"}
    assert exact["tv_max"].max() < 1e-9


def test_means_over_twenty_draws_are_those_of_the_reference_within_a_factor() -> None:
    """1.5, beside what a print of one digit leaves open; neural sampling: over the three draws it had."""
    assert (KEPT["draws"] == 20).all()
    mean = KEPT["tv_mean"].mask(FEW_DRAWS, KEPT["tv_mean_reference_draws"])
    printed = PRINTED.set_index(["case", "update"])["tv_mean"]
    for index, row in KEPT[KEPT["reference_mean"] > 0].iterrows():
        half_digit = rounding(str(printed[row["case"], row["update"]]))
        low, high = row["reference_mean"] - half_digit, row["reference_mean"] + half_digit
        assert low / 1.5 <= mean[index] <= 1.5 * high, (row["case"], row["update"])


@pytest.mark.parametrize("mean", ["tv_mean", "tv_mean_reference_draws"])
@pytest.mark.parametrize("case", [case.name for case in CASES])
def test_rows_are_in_the_order_of_the_reference(case: str, mean: str) -> None:
    """Every two that differ in print; among those of as many draws, where all twenty are taken."""
    rows = KEPT[KEPT["case"] == case]
    for (_, a), (_, b) in combinations(rows.iterrows(), 2):
        comparable = mean == "tv_mean_reference_draws" or a["reference_draws"] == b["reference_draws"]
        if comparable and a["reference_mean"] < b["reference_mean"]:
            assert a[mean] < b[mean], (a["update"], b["update"])


def assert_as_printed(case: Case) -> None:
    """Compute a case for the draws of the reference: means and maxima to all digits."""
    for update in case.updates:
        printed = PRINTED.set_index(["case", "update"]).loc[case.name, update.name]
        alone = Case(case.name, case.system, [update])
        tv = alone.biases(range(int(printed["draws"])))["tv"]
        assert tv.mean() == pytest.approx(float(printed["tv_mean"]), abs=rounding(printed["tv_mean"])), update
        if isinstance(printed["tv_max"], str):
            assert tv.max() == pytest.approx(float(printed["tv_max"]), abs=rounding(printed["tv_max"])), (
                update
            )


@pytest.mark.parametrize("case", CASES[:9], ids=lambda case: case.name)
def test_biases_are_as_printed(case: Case) -> None:
    """Of cells and of two synapses a connection; without neural sampling in ten steps, which takes longer."""
    assert_as_printed(
        Case(case.name, case.system, [update for update in case.updates if update.parameter != 10])
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES[:5], ids=lambda case: case.name)
def test_biases_of_slow_neural_sampling_are_as_printed(case: Case) -> None:
    assert_as_printed(
        Case(case.name, case.system, [update for update in case.updates if update.parameter == 10])
    )


@pytest.mark.parametrize("row", range(len(CONNECTIONS)))
def test_one_connection_is_as_printed(row: int) -> None:
    """To all digits; the mode, which is exact here and was not there, to one unit of the last."""
    printed, computed = CONNECTIONS.iloc[row], connections().iloc[row]
    for name in CONNECTIONS.columns.drop(["synapses", "amplitude", "data", "on"]):
        tolerance = rounding(printed[name]) * (2 if name == "gaussian_mode" else 1)
        assert computed[name] == pytest.approx(float(printed[name]), abs=tolerance), name

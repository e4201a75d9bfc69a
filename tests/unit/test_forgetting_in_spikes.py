"""The schedule of forgetting in spikes: what is shown, learned and clamped, and rates per update."""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.models.forgetting import Parameters
from cortexnet.models.forgetting.experiment.in_spikes import N_TEST, phase, rates_per_update

PARAMETERS = Parameters(n_data=50, released="teacher")


def test_learning_shows_every_datum_once_a_sweep_with_its_label() -> None:
    schedule, measured = phase(PARAMETERS, "learning", 0, 3)
    assert measured == [1, 2, 3]
    learns = schedule.learning
    assert learns.sum() == 150
    assert np.array_equal(schedule.clamped, learns)
    assert np.bincount(schedule.datum[learns]).tolist() == [3] * 50
    tested = schedule.datum[~learns].reshape(3, N_TEST)
    assert (tested == 50 + np.arange(N_TEST)).all()


@pytest.mark.parametrize(("released", "smallest"), [("teacher", 0), ("everything", -1)])
def test_release_goes_on_learning_without_labels(released: str, smallest: int) -> None:
    schedule, _ = phase(PARAMETERS.replace(released=released), "forgetting", 3, 2)
    learns = schedule.learning
    assert learns.sum() == 100
    assert not schedule.clamped.any()
    assert schedule.datum[learns].min() == smallest
    assert (schedule.datum[learns] == -1).all() == (released == "everything")
    assert schedule.recorded[-N_TEST:].all()
    assert not schedule.recorded[:-N_TEST].any()


def test_rates_of_all_updates_of_a_sweep_add_up() -> None:
    """50 data, 10 of them between two updates: a fifth of the rates per sweep."""
    network = rates_per_update(PARAMETERS)
    assert network.data_per_update == 10
    assert network.synapse_update_fraction == pytest.approx(PARAMETERS.synapse_update_fraction / 5)
    assert network.trace_rate == pytest.approx(0.2)

"""How many rows of synapses a network has, and that too many are refused before they are made."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from cortexnet.errors import ParameterError
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.network import build
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule
from cortexnet.models.dual_sampling.size import n_rows

CONNECTIONS = ("input_to_hidden", "bias_to_output", "hidden_to_output", "hidden_to_hidden")
IMAGES = Examples(np.zeros((4, 2)), np.array([0, 1, 2, 0]), n_classes=3, n_training=4)


@pytest.mark.parametrize(("recurrent", "representation"), product(("none", "all"), ("collapsed", "explicit")))
def test_rows_are_counted_as_they_are_made(recurrent: str, representation: str) -> None:
    parameters = Parameters(
        n_hidden=4,
        hidden_connections=recurrent,
        representation=representation,
        synapses_per_connection=6,
    )
    network = build(parameters, IMAGES, Schedule.training(np.arange(4)))
    names = {obj.name for obj in network.objects}
    assert n_rows(parameters, 7, 3) == sum(len(network[name]) for name in CONNECTIONS if name in names)


def test_what_no_machine_holds_is_refused_at_once() -> None:
    explicit = Parameters(n_hidden=100_000, representation="explicit")
    with pytest.raises(ParameterError, match=r"representation = explicit: makes .* GB are free; collapsed"):
        build(explicit, IMAGES, Schedule.training(np.arange(4)))
    recurrent = Parameters(n_hidden=100_000, hidden_connections="all")
    with pytest.raises(ParameterError, match=r"n_hidden = 100000: makes 1e\+10 rows"):
        build(recurrent, IMAGES, Schedule.training(np.arange(4)))

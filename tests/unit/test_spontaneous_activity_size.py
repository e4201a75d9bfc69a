"""A network that cannot be is refused before anything is connected."""

from __future__ import annotations

import pytest

from cortexnet.errors import ParameterError
from cortexnet.models.spontaneous_activity import Parameters, build


def test_more_synapses_than_can_be_numbered() -> None:
    with pytest.raises(ParameterError, match=r"n_excitatory = 1000000.* at most 2147483647"):
        build(Parameters(n_excitatory=1_000_000, n_inhibitory=200_000))


def test_more_synapses_than_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    free = type("Memory", (), {"available": 200e6})
    monkeypatch.setattr("psutil.virtual_memory", free)
    with pytest.raises(ParameterError, match=r"need 0\.3 GB of memory, and 0\.2 GB are free"):
        build(Parameters())


def test_delays_that_32_bits_cannot_count() -> None:
    from brian2 import ms

    with pytest.raises(ParameterError, match=r"mean_delay_other = 400 ms.*32768 time steps"):
        Parameters(time_step=0.01 * ms, mean_delay_other=400 * ms)

"""Survival of one run, by hand and to the time step, and the same wherever it is used."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cortexnet.analysis.recordings import window_of
from cortexnet.recording.provenance import Run
from cortexnet.recording.summary import of_simulation
from cortexnet.recording.tables import spike_table
from cortexnet.survival import RunSurvival, run_survival
from tests.recordings import samples

STEP_S = 1e-4
SILENCE_AROUND_THE_WINDOW = st.integers(999, 1001) | st.integers(1, 100_000)


@pytest.mark.parametrize(
    ("times", "duration", "survived", "lifetime"),
    [
        ([0.1, 4.9], 5.0, True, 5.0),
        ([4.95, 0.1], 5.0, True, 5.0),
        ([0.1, 4.8999], 5.0, False, 4.8999),
        ([3.0, 0.2], 5.0, False, 3.0),
        ([0.03], 0.05, True, 0.05),
        ([0.03], 0.5, False, 0.03),
        ([], 5.0, False, 0.0),
        ([], 0.05, False, 0.0),
    ],
)
def test_a_run_survives_if_some_cell_fires_in_the_last_tenth_of_a_second(
    times: list[float], duration: float, survived: bool, lifetime: float
) -> None:
    assert run_survival(times, duration) == RunSurvival(survived, lifetime)


@given(last=st.integers(1, 100_000), silence=SILENCE_AROUND_THE_WINDOW)
def test_survival_is_exact_to_the_time_step(last: int, silence: int) -> None:
    assert run_survival([last * STEP_S], (last + silence) * STEP_S).survived is (silence <= 1000)


@given(last=st.integers(1, 100_000), silence=SILENCE_AROUND_THE_WINDOW)
@example(last=1, silence=1000)  # rounding puts the start of the window after that spike
def test_the_summary_of_a_recording_and_the_window_of_its_analysis_agree(last: int, silence: int) -> None:
    duration = (last + silence) * STEP_S
    spikes = spike_table({"a": samples([(0, last * STEP_S)])})
    run = Run("runtime", "numpy", "complete", duration, STEP_S)
    summary = of_simulation(run, spikes, [])
    window = window_of(
        SimpleNamespace(spikes=spikes, voltages=None, sizes={"a": 1}, duration_s=duration, warmup_s=0.0)
    )
    assert summary["lifetime_s"] == window.stop_s
    assert summary["survived"] is (window.stop_s == duration)

"""The delivery over ranges: what a program leaves is, to the last byte, what Brian2's queue leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from brian2 import Network, NeuronGroup, prefs

import cortexnet as cn
from cortexnet.devices.delivery import device as range_device
from cortexnet.devices.execution import RANGES, Execution
from tests.devices.range_scripts import PROGRAMS, SINGLE_PRECISION, Model, delays, run_models

TOO_THIN = "its delays are spread too thinly"
CHANGED = "its delays or synapses were changed between runs"
#: The pathways that keep Brian2's queue, by program, and why.
ON_THE_QUEUE = {
    "effects": {"ordered_never": "it was never used"},
    "delays": {"long_pre": TOO_THIN},
    "runs": {"delays_pre": CHANGED, "rescaled_pre": CHANGED, "added_pre": CHANGED},
    "time steps": {"step_pre": CHANGED},
}


def run(
    delivery: str, models: list[Model], n_runs: int = 1, **options: Any
) -> tuple[dict[str, bytes], Execution]:
    """Run a program; returns all files that it leaves but the one that tells its wall time."""
    with cn.device("cpp_standalone", progress=False, delivery=delivery, **options) as execution:
        network = run_models(models, n_runs)
    return files(network), execution


def files(network: Network) -> dict[str, bytes]:
    group = next(part for part in network.objects if isinstance(part, NeuronGroup))
    folder = Path(group.variables["i"].device.results_dir)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "last_run_info.txt"}


def differing(ours: dict[str, bytes], stock: dict[str, bytes]) -> list[str]:
    return sorted(name for name in ours.keys() | stock.keys() if ours.get(name) != stock.get(name))


@pytest.mark.standalone
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_file_is_that_of_brian2s_queue(program: str) -> None:
    models, n_runs = PROGRAMS[program]
    (ours, execution), (stock, _) = run("auto", models, n_runs), run("brian2", models, n_runs)
    assert differing(ours, stock) == []
    on_the_queue = {name: how for name, how in execution.delivery.items() if how != RANGES}
    assert on_the_queue == ON_THE_QUEUE.get(program, {})
    assert len(execution.delivery) > 4 or program == "time steps"


@pytest.mark.standalone
def test_single_precision() -> None:
    (ours, _), (stock, _) = (run(name, SINGLE_PRECISION, precision="single") for name in ("auto", "brian2"))
    assert differing(ours, stock) == []


@pytest.mark.standalone
def test_what_is_recorded_does_not_depend_on_what_is_given_up() -> None:
    """Values of synapses are given up, some before the first step: their files are empty, others equal."""
    models, _ = PROGRAMS["delays"]
    (ours, _), (stock, _) = run("auto", models, results="recorded"), run("brian2", models)
    given_up = [name for name in differing(ours, stock) if not ours[name]]
    assert differing(ours, stock) == given_up
    assert len(given_up) > 20


def _shortest_delay_first(texts: dict[str, str]) -> dict[str, str]:
    old = "for (int delay = table->longest(); delay >= table->shortest; delay--)"
    new = "for (int delay = table->shortest; delay <= table->longest(); delay++)"
    assert all(old in text for text in texts.values())
    return {name: text.replace(old, new) for name, text in texts.items()}


@pytest.mark.standalone
def test_an_error_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    models, _ = PROGRAMS["plasticity"]
    stock, _ = run("brian2", models)
    wrong = _shortest_delay_first(range_device.headers())
    monkeypatch.setattr(range_device, "headers", lambda: wrong)
    ours, _ = run("auto", models)
    assert len(differing(ours, stock)) > 5


@pytest.mark.standalone
def test_with_threads_everything_is_brian2s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(prefs, "devices.cpp_standalone.openmp_threads", 2)
    (ours, execution), (stock, _) = (run(delivery, [delays.half_steps]) for delivery in ("auto", "brian2"))
    assert differing(ours, stock) == []
    assert execution.delivery == {"half_pre": "OpenMP"}

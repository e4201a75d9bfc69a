"""The delivery over ranges: what a program leaves is, to the last byte, what Brian2's queue leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from brian2 import Network, NeuronGroup

import cortexnet as cn
from tests.devices.range_scripts import PROGRAMS, SINGLE_PRECISION, Model, run_models


def run(delivery: str, models: list[Model], n_runs: int = 1, precision: str = "double") -> dict[str, bytes]:
    """Run a program; returns all files that it leaves but the one that tells its wall time."""
    with cn.device("cpp_standalone", progress=False, delivery=delivery, precision=precision):
        network = run_models(models, n_runs)
    return files(network)


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
    ours, stock = run("auto", models, n_runs), run("brian2", models, n_runs)
    assert differing(ours, stock) == []


@pytest.mark.standalone
def test_single_precision() -> None:
    ours, stock = (run(delivery, SINGLE_PRECISION, precision="single") for delivery in ("auto", "brian2"))
    assert differing(ours, stock) == []

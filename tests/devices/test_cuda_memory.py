"""The memory that a program for a card is said to need: counted by hand, and refused where there is none."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from brian2 import NeuronGroup, Synapses

import cortexnet as cn
from cortexnet.devices.cuda.memory import refuse_what_the_card_cannot_hold
from cortexnet.draws import RandomRows, WordRange
from cortexnet.draws.rows import expected_number
from cortexnet.errors import CortexnetError
from tests.devices.conftest import CudaSources

MIB = 2**20


@pytest.mark.cuda
def test_a_model_counted_by_hand(cuda_sources: dict[str, CudaSources]) -> None:
    """`delivered`: 200 cells, 8000 synapses with two pathways, 7000 with one of which 14 are recorded."""
    found = cuda_sources["delivered"].facts["card_bytes"]
    double, integer = 8, 4
    ends = 4 * integer  # where a synapse is made from arrays: its ends, and the arrays
    expected = {
        "cells": 200 * (3 * double + integer) + 201 * integer + integer,
        "synapses": 8000 * (double + 2 * integer + 2 * double + ends) + 2 * 200 * integer + integer,
        "some": 7000 * (integer + double + ends) + (70 + 100) * integer + integer,
        "record": 12 * (14 * integer + double) + 14 * integer + integer,  # every 5 of 60 ms
        "spikes": 2 * 200 * integer + integer,
        "delivery": integer * (2 * 8000 + 7000),
        "sorting": 3 * integer * 8000,
        "random numbers": 0,
        "heap": 128 * MIB,
    }
    assert {name: found[name] for name in expected} == expected
    on_host = sum(expected[name] for name in ("cells", "synapses", "some", "record", "spikes"))
    small = 1000  # clocks, subgroups
    assert cuda_sources["delivered"].facts["host_bytes"] == pytest.approx(on_host, abs=small)


@pytest.mark.cuda
def test_pairs_are_counted_only_if_somebody_asks(cuda_sources: dict[str, CudaSources]) -> None:
    """A map on the host takes 64 bytes a pair, here of the largest pathway: 200 x 800 cells with 0.5."""
    name = "spontaneous_activity"
    ours, brian2cudas = (cuda_sources[each] for each in (name, f"{name}, brian2"))
    assert brian2cudas.facts["host_bytes"] - ours.facts["host_bytes"] == 64 * 80_000
    unit = "code_objects/inhibitory_to_excitatory_synapses_create_generator_codeobject.cu"
    loops = [
        re.findall(r"source_target_count;\s*for \((.*?)\)", each.text(unit)) for each in (ours, brian2cudas)
    ]
    assert loops == [["int _i=0; _i<0; _i++"], ["int _i=0; _i<newsize; _i++"]]


@pytest.mark.cuda
def test_synapses_by_rows_are_expected_and_others_unknown(cuda_sources: dict[str, CudaSources]) -> None:
    """800 cells with probability 0.1: 64,000 synapses of 28 bytes. Of ``connect(p=0.1)`` nothing is known."""
    found = cuda_sources["spontaneous_activity"].facts["card_bytes"]
    shared = 2 * 800 * 4 + 4 * 4
    assert found["excitatory_to_excitatory"] == 64_000 * (8 + 4 + 8 + 2 * 4) + shared
    assert cuda_sources["model"].facts["card_bytes"]["synapses"] == 2 * 100 * 4 + 4


@pytest.mark.cuda
def test_random_numbers_are_made_for_many_steps(cuda_sources: dict[str, CudaSources]) -> None:
    """`noisy`: 100 cells that draw once, and then in each of 10 steps. A longer run fills 50 MiB."""
    assert cuda_sources["noisy"].facts["card_bytes"]["random numbers"] == 100 * 8 * (1 + 10)


def a_device(table_bytes: int) -> SimpleNamespace:
    """Return as much of a device as is asked, with one large table."""
    return SimpleNamespace(
        arrays={},
        dynamic_arrays={},
        dynamic_arrays_2d={},
        static_arrays={"table": np.empty(table_bytes, dtype=np.int8)},
        synapses=[],
        code_objects={},
        gpu_id=0,
    )


def test_what_a_card_cannot_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card with 200 MiB, of which brian2cuda sets 128 aside."""
    driver = tmp_path / "nvidia-smi"
    driver.write_text("#!/bin/sh\necho 200\n")
    driver.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    refuse_what_the_card_cannot_hold(a_device(70 * MIB), 1.0)
    line = r"the program needs 0\.219 GB of card 0 and 0\.21 GB are free \('heap' most\): simulate a smaller"
    with pytest.raises(CortexnetError, match=line):
        refuse_what_the_card_cannot_hold(a_device(81 * MIB), 1.0)


def test_without_a_card_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    refuse_what_the_card_cannot_hold(a_device(MIB), 1.0)


def test_the_expected_number_is_what_rows_make() -> None:
    """Rows of 0.1 on 400 x 300 cells, seed 1: the count within 5 standard deviations (error 6e-7)."""
    rows = RandomRows(
        stream=1, probability=0.1, n_sources=400, n_targets=300, exclude_self=False, kept=WordRange(2)
    )
    with cn.device("cpp_standalone", progress=False):  # nothing is run in it, so nothing compiled
        cells = NeuronGroup(400, "master_seed : integer (constant, shared)", name="cells")
        synapses = Synapses(cells, cells[:300], namespace=rows.functions(), name="synapses")
        rows.connect(synapses, seed=1)
        others = Synapses(cells, cells, name="others")
        others.connect(p=0.1)
    assert expected_number(synapses) == pytest.approx(12_000)
    assert expected_number(others) is None
    assert abs(len(rows.pairs(1)[0]) - 12_000) < 5 * np.sqrt(12_000 * 0.9)

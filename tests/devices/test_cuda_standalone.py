"""The CUDA device without a card: sources are generated and some of them compiled for an H100 (sm_90)."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import cortexnet as cn
from cortexnet.errors import ToolMissing

ROOT = Path(__file__).parents[2]


def generate(python: Path, folder: Path, what: str = "model") -> dict[str, Any]:
    """Let the Python that has brian2cuda generate into `folder`, and return what it says."""
    answer = subprocess.run(
        [python, ROOT / "tests" / "devices" / "cuda_generation.py", folder, what],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    facts: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return facts


@pytest.fixture(scope="module")
def generated(cuda_python: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("cuda") / "sources"
    return folder, generate(cuda_python, folder)


@pytest.mark.cuda
def test_the_account_says_that_there_are_sources_only(generated: tuple[Path, dict[str, Any]]) -> None:
    folder, facts = generated
    assert facts["status"] == "generated"
    assert facts["recorded"]
    assert facts["seeds"] == [5]
    assert facts["run_time_values"] == {"cells.tau": 0.01, "cells.master": 3}
    assert facts["error"].startswith("there are no results: only sources were generated")
    assert facts["preferences_restored"]
    assert (folder / "main.cu").exists()


@pytest.mark.cuda
def test_values_and_seed_are_read_when_the_program_starts_and_before_connection(
    generated: tuple[Path, dict[str, Any]],
) -> None:
    main = (generated[0] / "main.cu").read_text()
    places = [
        main.index(line)
        for line in (
            "set_from_command_line(args);",
            "random_number_buffer.set_seed(cortexnet::seed_value(0));",
            "_run_synapses_synapses_create_generator_codeobject();",
            "cortexnet::begin_run(network);",
            "network.run(cortexnet::run_duration(0)",
            "CUDA_SAFE_CALL(cudaDeviceSynchronize());\n        cortexnet::end_run();",
            "cortexnet::announce_results();",
            "brian_end();",
            "cortexnet::finish();",
        )
    ]
    assert places == sorted(places)


@pytest.mark.cuda
def test_the_makefile_is_for_cuda_13(generated: tuple[Path, dict[str, Any]]) -> None:
    makefile = (generated[0] / "makefile").read_text()
    assert "-std=c++17" in makefile
    assert "-std=c++11" not in makefile
    assert "-arch=sm_90" in makefile
    assert "-march=native" not in makefile


@pytest.mark.cuda
@pytest.mark.parametrize("unit", ["main.o", "code_objects/synapses_pre_codeobject.o"])
def test_a_unit_compiles(generated: tuple[Path, dict[str, Any]], unit: str) -> None:
    """The one with our report of the run, and the one with a function of our own on the card."""
    made = subprocess.run(["make", unit], cwd=generated[0], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-3000:]
    assert (generated[0] / unit).stat().st_size > 10_000


@pytest.mark.cuda
def test_a_second_run_is_refused(cuda_python: Path, tmp_path: Path) -> None:
    facts = generate(cuda_python, tmp_path / "sources", "second run")
    assert facts["error"].startswith("a second run is not possible")
    assert facts["preferences_restored"]
    assert not (tmp_path / "sources").exists()


@pytest.mark.cuda
def test_a_program_without_a_seed_is_not_seeded_by_the_clock(cuda_python: Path, tmp_path: Path) -> None:
    facts = generate(cuda_python, tmp_path / "sources", "seed")
    main = (tmp_path / "sources" / "main.cu").read_text().partition("int main(")[2]
    assert len(facts["seeds"]) == 1
    assert (
        main.index("brian_start();") < main.index("set_seed(cortexnet::seed_value(0))") < main.index("_run_")
    )


@pytest.mark.skipif(importlib.util.find_spec("brian2cuda") is not None, reason="brian2cuda is installed")
def test_without_brian2cuda_one_line_says_what_to_install() -> None:
    with pytest.raises(ToolMissing, match=r"Python 3\.12 with brian2cuda: pip install 'cortexnet\[cuda\]'"):
        cn.device("cuda_standalone")


@pytest.mark.skipif(importlib.util.find_spec("brian2cuda") is None, reason="brian2cuda is not installed")
@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="there is a card")
def test_without_a_card_one_line_says_so() -> None:
    with pytest.raises(ToolMissing, match="an NVIDIA card"), cn.device("cuda_standalone"):
        pass

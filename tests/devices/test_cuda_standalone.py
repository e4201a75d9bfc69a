"""The CUDA device without a card: sources are generated and some of them compiled for an H100 (sm_90)."""

from __future__ import annotations

import importlib.util
import shutil

import pytest

import cortexnet as cn
from cortexnet.errors import ToolMissing
from tests.devices.conftest import CudaSources
from tests.devices.on_host import check_for_host


@pytest.fixture(scope="module")
def model(cuda_sources: dict[str, CudaSources]) -> CudaSources:
    return cuda_sources["model"]


@pytest.mark.cuda
def test_the_account_says_that_there_are_sources_only(model: CudaSources) -> None:
    facts = model.facts
    assert facts["status"] == "generated"
    assert facts["recorded"]
    assert facts["seeds"] == [5]
    assert facts["run_time_values"] == {"cells.tau": 0.01, "cells.master": 3}
    assert facts["delivery"] == {"synapses_pre": "ranges"}
    assert facts["error"].startswith("there are no results: only sources were generated")
    assert facts["preferences_restored"]
    assert (model.folder / "main.cu").exists()


@pytest.mark.cuda
def test_values_and_seed_are_read_when_the_program_starts_and_before_connection(model: CudaSources) -> None:
    main = model.text("main.cu")
    places = [
        main.index(line)
        for line in (
            "set_from_command_line(args);",
            "brian::random_number_buffer.set_seed(cortexnet::seed_value(0));",
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
def test_the_makefile_is_for_cuda_13(model: CudaSources) -> None:
    makefile = model.text("makefile")
    assert "-std=c++17" in makefile
    assert "-std=c++11" not in makefile
    assert "-arch=sm_90" in makefile
    assert "-march=native" not in makefile


@pytest.mark.cuda
def test_all_units_are_right_cpp(cuda_sources: dict[str, CudaSources]) -> None:
    """With a function of the user's, our report of the run, and the seed that it chooses itself."""
    check_for_host(cuda_sources["no seed"].folder)


@pytest.mark.skipif(importlib.util.find_spec("brian2cuda") is not None, reason="brian2cuda is installed")
def test_without_brian2cuda_one_line_says_what_to_install() -> None:
    with pytest.raises(ToolMissing, match=r"Python 3\.12 with brian2cuda: pip install 'cortexnet\[cuda\]'"):
        cn.device("cuda_standalone")


@pytest.mark.skipif(importlib.util.find_spec("brian2cuda") is None, reason="brian2cuda is not installed")
@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="there is a card")
def test_without_a_card_one_line_says_so() -> None:
    with pytest.raises(ToolMissing, match="an NVIDIA card"), cn.device("cuda_standalone"):
        pass

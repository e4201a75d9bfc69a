"""The network as CUDA: generated and two units compiled for sm_90, without a card."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys
from pathlib import Path
import cortexnet as cn
from brian2 import ms, prefs
from cortexnet.models.spontaneous_activity import Parameters, build

# cuRAND comes as a Python package beside brian2cuda
places = Path(sys.prefix).glob("lib/*/site-packages/nvidia/*/include")
prefs.codegen.cpp.include_dirs = [str(place) for place in places]
with cn.device("cuda_standalone", generate_only=sys.argv[1], compute_capability=9.0, progress=False):
    network = build(Parameters(n_excitatory=800, n_inhibitory=200), seed=4)
    network.run(200*ms)
"""


@pytest.fixture(scope="module")
def sources(cuda_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cuda") / "sources"
    result = subprocess.run(
        [cuda_python, "-c", SCRIPT, folder],
        cwd=tmp_path_factory.mktemp("empty"),
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return folder


@pytest.mark.cuda
def test_release_failures_are_drawn_by_cell_numbers(sources: Path) -> None:
    """brian2cuda's own rand() in on_pre is shared between cells that spike together; ours is not."""
    text = (sources / "code_objects" / "excitatory_to_excitatory_pre_codeobject.cu").read_text()
    assert "uniform(master_seed_pre, release_stream, t_in_timesteps, i_pre, i_post)" in text
    assert "_rand(" not in text.split("uniform(master_seed_pre", 1)[1]
    assert "master_seed" not in (sources / "main.cu").read_text().replace("excitatory.master_seed", "")


@pytest.mark.cuda
@pytest.mark.parametrize("unit", ["pre", "synapses_create_generator"])
def test_units_compile_for_a_card(sources: Path, unit: str) -> None:
    target = f"code_objects/excitatory_to_excitatory_{unit}_codeobject.o"
    result = subprocess.run(["make", "-C", sources, target], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert (sources / target).stat().st_size > 1000

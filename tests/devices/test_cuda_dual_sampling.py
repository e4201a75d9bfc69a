"""The dual sampling network as CUDA: generated, and its own units compiled for sm_90, without a card."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys
from pathlib import Path
import numpy as np
import cortexnet as cn
from brian2 import prefs
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.network import build, duration
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule

# cuRAND comes as a Python package beside brian2cuda
places = Path(sys.prefix).glob("lib/*/site-packages/nvidia/*/include")
prefs.codegen.cpp.include_dirs = [str(place) for place in places]
random = np.random.default_rng(1)
examples = Examples(random.random((20, 30)), random.integers(0, 3, 20), 3, 20)
schedule = Schedule.training(np.arange(20))
parameters = Parameters(n_hidden=8, data_per_update=10, hidden_connections="all", neuron_update_fraction=0.5)
with cn.device("cuda_standalone", generate_only=sys.argv[1], compute_capability=9.0, progress=False):
    network = build(parameters, examples, schedule, seed=4)
    network.run(duration(parameters, schedule))
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
def test_a_bin_runs_in_the_order_of_the_model(sources: Path) -> None:
    """Residuals follow the spikes, and what learns follows the residuals: the program keeps our slots."""
    main = (sources / "main.cu").read_text()
    order = [
        "input_to_hidden_learn",
        "input_to_hidden_redraw",
        "input_cells",
        "hidden_onset",
        "input_to_hidden_pre",
        "hidden_to_output_summed_variable_feedback_from_outputs",
        "hidden_cells",
        "hidden_to_output_pre",
        "output_cells",
        "output_residuals",
        "hidden_to_output_learn",
    ]
    added = [line for line in main.splitlines() if "network.add(" in line]
    places = [next(k for k, line in enumerate(added) if f"_run_{name}" in line) for name in order]
    assert places == sorted(places)


@pytest.mark.cuda
@pytest.mark.parametrize(
    "unit",
    [
        "input_to_hidden_redraw",
        "input_to_hidden_learn",
        "hidden_to_output_summed_variable_feedback_from_outputs_pre",
    ],
)
def test_units_compile_for_a_card(sources: Path, unit: str) -> None:
    target = f"code_objects/{unit}_codeobject.o"
    result = subprocess.run(["make", "-C", sources, target], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert (sources / target).stat().st_size > 1000

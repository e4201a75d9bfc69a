"""The systems as CUDA: all are generated, and the units that matter compiled for sm_90, without a card."""

from __future__ import annotations

import pytest

from tests.devices.conftest import CudaSources
from tests.devices.cuda_models import SYSTEMS
from tests.devices.on_host import check_for_host

#: An effect on cells, and synapses that change. A unit takes the compiler for a card some 10 s.
UNITS = {
    "spontaneous_activity": "excitatory_to_excitatory_pre_codeobject",
    "dual_sampling": "input_to_hidden_redraw_codeobject",
}


@pytest.mark.cuda
@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_generated(cuda_sources: dict[str, CudaSources], system: str) -> None:
    sources = cuda_sources[system]
    assert sources.facts["status"] == "generated"
    assert set(sources.facts["delivery"].values()) <= {"ranges"}
    assert sources.facts["notes"] == ""
    assert (sources.folder / "main.cu").exists()


@pytest.mark.cuda
@pytest.mark.parametrize(("system", "unit"), UNITS.items())
def test_units_compile_for_a_card(cuda_sources: dict[str, CudaSources], system: str, unit: str) -> None:
    cuda_sources[system].compile(f"code_objects/{unit}.o")


@pytest.mark.cuda
@pytest.mark.parametrize("system", ["dual_sampling", "sampling_machine"])
def test_all_units_are_right_cpp(cuda_sources: dict[str, CudaSources], system: str) -> None:
    check_for_host(cuda_sources[system].folder)


@pytest.mark.cuda
def test_release_failures_are_drawn_by_cell_numbers(cuda_sources: dict[str, CudaSources]) -> None:
    """brian2cuda's own rand() in on_pre is shared between cells that spike together; ours is not."""
    sources = cuda_sources["spontaneous_activity"]
    text = sources.text("code_objects/excitatory_to_excitatory_pre_codeobject.cu")
    assert "uniform(master_seed_pre, release_stream, t_in_timesteps, i_pre, i_post)" in text
    assert "_rand(" not in text.split("uniform(master_seed_pre", 1)[1]
    assert "master_seed" not in sources.text("main.cu").replace("excitatory.master_seed", "")


@pytest.mark.cuda
def test_a_bin_runs_in_the_order_of_the_model(cuda_sources: dict[str, CudaSources]) -> None:
    """Residuals follow the spikes, and what learns follows the residuals: the program keeps our slots."""
    main = cuda_sources["dual_sampling"].text("main.cu")
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

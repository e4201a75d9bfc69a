"""What brian2cuda would compute wrongly, or skip, or not compile: refused in one line, or put right.

A row here is a row of the table in ``docs/cuda.md``.
"""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.recording.tables import Samples, spike_table
from tests.devices.conftest import CudaSources

REFUSED = {
    "rand": "'synapses_pre' draws by rand(), which brian2cuda does not do independently for each synapse: "
    "use cortexnet.draws.uniform",
    "randn": "'synapses_pre' draws by randn(), which brian2cuda does not do independently for each synapse: "
    "use cortexnet.draws.uniform",
    "poisson": "'synapses_pre' draws by poisson(), which brian2cuda does not do independently for each "
    "synapse: use cortexnet.draws.uniform",
    "j, brian2": "'synapses_pre' reads j, which brian2cuda cannot compile: write i_post",
    "delay": "'synapses_pre' reads delay, which is not on the card: keep a copy in a variable",
    "no cuda": "Cannot use function 'chance': \"No implementation available for target 'cuda'. "
    'Available implementations: cpp"',
    "name, single": "the name 'x28e2' ends like a number, which brian2cuda changes in single precision: "
    "choose another name, or precision='double'",
    "other clock, brian2": "'fine_clock' ticks between the steps of 0.1 ms in which 'synapses_pre' counts "
    "its delays, which brian2cuda then gets wrong: use delivery='auto', or one time step",
    "network operation": "the network operation 'python' is Python and cannot run in a compiled program: "
    "use run_regularly, or cn.device('runtime')",
    "second run": "a second run is not possible on the device 'cuda_standalone': "
    "run the whole duration at once",
    "store": "store() does not exist in a compiled program: use cn.device('runtime')",
    "restore": "restore() does not exist in a compiled program: use cn.device('runtime')",
    "no such delivery": "delivery is 'fast'; allowed: auto, brian2",
}


@pytest.mark.cuda
@pytest.mark.parametrize("request_name", REFUSED)
def test_refused_in_one_line(cuda_sources: dict[str, CudaSources], request_name: str) -> None:
    sources = cuda_sources[request_name]
    assert sources.facts["error"] == REFUSED[request_name]
    assert sources.facts["preferences_restored"]
    assert not sources.folder.exists()


@pytest.mark.cuda
def test_a_folder_with_files_is_refused(cuda_sources: dict[str, CudaSources]) -> None:
    assert cuda_sources["used folder"].facts["error"].endswith("is a folder with files: name a new one")
    assert cuda_sources["plain"].facts["status"] == "generated"


@pytest.mark.cuda
@pytest.mark.parametrize("request_name", ["just j", "other clock", "name", "seed()", "rate monitor"])
def test_what_stands_beside_a_trap_is_generated(
    cuda_sources: dict[str, CudaSources], request_name: str
) -> None:
    """Over ranges `j` can be read and clocks may differ; doubles have no literals to change."""
    assert cuda_sources[request_name].facts["status"] == "generated"


@pytest.mark.cuda
def test_a_slow_monitor_is_noted(cuda_sources: dict[str, CudaSources]) -> None:
    notes = cuda_sources["rate monitor"].facts["notes"]
    assert (
        notes
        == "cortexnet: the rate monitor 'rate' runs on one thread of the card: a spike monitor does not\n"
    )


@pytest.mark.cuda
@pytest.mark.parametrize("request_name", ["no seed", "seed()"])
def test_a_program_is_seeded_by_us_and_not_by_the_clock(
    cuda_sources: dict[str, CudaSources], request_name: str
) -> None:
    """brian2cuda seeds with the time in seconds, or with a literal that is no C++."""
    sources = cuda_sources[request_name]
    main = sources.text("main.cu").partition("int main(")[2]
    assert len(sources.facts["seeds"]) == 1
    assert main.index("brian_start();") < main.index("set_seed(cortexnet::seed_value(0))")
    assert main.count("set_seed(") == 1
    assert "np.uint64" not in main


@pytest.mark.cuda
def test_the_card_of_every_build_is_in_its_makefile(cuda_sources: dict[str, CudaSources]) -> None:
    """Though brian2cuda takes flags out of preferences when it writes the first one of a process."""
    assert "-arch=sm_80" in cuda_sources["sm_80"].text("makefile")
    for name in ("model", "plain", "delivered"):
        assert "-arch=sm_90" in cuda_sources[name].text("makefile")


@pytest.mark.cuda
def test_draws_keep_their_doubles_in_single_precision(cuda_sources: dict[str, CudaSources]) -> None:
    """brian2cuda makes literals with a point single, also in functions: the draws have none that matter."""
    text = cuda_sources["spontaneous_activity, single"].text(
        "code_objects/excitatory_to_excitatory_pre_codeobject.cu"
    )
    draw = text.split("cortexnet_uniform(")[1].split("#endif")[0]
    assert "return number - (1 - 1 / (double)9007199254740992);" in draw
    assert "float* _ptr_array_excitatory_g_excitatory" in text


@pytest.mark.cuda
def test_synapses_live_on_their_own_clock(cuda_sources: dict[str, CudaSources]) -> None:
    """brian2cuda's delivery asks the default clock whether delays have passed."""
    unit = cuda_sources["spontaneous_activity, brian2"].text(
        "code_objects/inhibitory_to_excitatory_pre_codeobject.cu"
    )
    assert "network_clock.timestep[0] >= inhibitory_to_excitatory_pre_delay" in unit
    assert "defaultclock.timestep" not in unit


def test_spikes_of_one_step_are_sorted() -> None:
    """A card records them in the order in which its threads arrive."""
    samples = Samples(np.array([7, 2, 5, 1]), np.array([0.1, 0.1, 0.1, 0.2]))
    table = spike_table({"cells": samples})
    assert table["neuron"].tolist() == [2, 5, 7, 1]

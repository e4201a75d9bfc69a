"""Those of Brian2's own tests that know most of how spikes reach synapses, on our device.

All of them: ``python -m tests.devices.brian2_suite``.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

MODULES = ["test_synapses.py", "test_network.py", "test_spikegenerator.py"]
CHOSEN = [
    "test_transmission_custom_event_complex",
    "test_transmission_all_to_one_heterogeneous_delays",
    "test_transmission_scalar_delay_different_clocks",
    "test_summed_variables_subgroups",
    "test_event_driven",
    "test_synapses_to_synapses_summed_variable",
    "test_synapses_refractory_rand",
    "test_spikes_after_deactivating",
    "test_multiple_runs_constant_change",
    "test_spikegenerator_connected",
]


@pytest.mark.standalone
def test_brian2s_own_tests_pass() -> None:
    command = [sys.executable, "-m", "tests.devices.brian2_suite", *MODULES, "-W", "ignore"]
    result = subprocess.run(
        [*command, "-k", " or ".join(CHOSEN)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
    passed = sum(int(number) for number in re.findall(r"(\d+) passed", result.stdout))
    assert passed >= len(CHOSEN)

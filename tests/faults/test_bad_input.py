"""Bad input on the command line: one clear line, exit status 2, no traceback, nothing written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cortexnet.cli import main

RUN = ["run", "spontaneous_activity", "--device", "runtime"]

# command line -> what the line must name
BAD = {
    ("run", "spontaneus_activity"): "did you mean spontaneous_activity?",
    ("run",): "SYSTEM",
    ("runn",): "runn",
    (*RUN, "--sed", "1"): "--sed",
    (*RUN, "--experiment", "spike_sequence"): "did you mean spike_sequences?",
    (*RUN, "--experiment", ""): "'' is not an experiment of spontaneous_activity: there is activity",
    ("compare", "--experiment", "activity"): "--experiment",
    (*RUN, "--preset", "strong_remved"): "did you mean strong_removed?",
    (*RUN, "--set", "reset_potental=-62*mV"): "did you mean reset_potential?",
    (*RUN, "--set", "reset_potential"): "must be NAME=VALUE",
    (*RUN, "--set", "reset_potential=-62"): "reset_potential = -62",
    (*RUN, "--set", "reset_potential=-62*ms"): "reset_potential",
    (*RUN, "--set", "reset_potential=-62*mW2"): "mW2",
    (*RUN, "--set", "reset_potential=nan"): "reset_potential",
    (*RUN, "--set", "reset_potential=inf*mV"): "reset_potential",
    (*RUN, "--set", "reset_potential=1e300*mV"): "reset_potential",
    (*RUN, "--set", "reset_potential=-40*mV"): "threshold_potential",
    (*RUN, "--set", "reset_potential=__import__('os').system('true')"): "reset_potential",
    (*RUN, "--set", "reset_potential=[1,2]*mV"): "reset_potential",
    (*RUN, "--set", "membrane_time_constant_excitatory=-20*ms"): "membrane_time_constant_excitatory = -20",
    (*RUN, "--set", "membrane_time_constant_excitatory=0*ms"): "membrane_time_constant_excitatory = 0",
    (*RUN, "--set", "connection_probability_excitatory=1.5"): "connection_probability_excitatory = 1.5",
    (*RUN, "--set", "n_excitatory=0"): "n_excitatory = 0",
    (*RUN, "--set", "n_excitatory=1.5"): "n_excitatory = 1.5",
    (*RUN, "--set", "n_excitatory=true"): "n_excitatory",
    (*RUN, "--set", "mean_delay_other=0.01*ms"): "mean_delay_other",
    (*RUN, "--set", "epsp_distribution=gamma"): "lognormal",
    (*RUN, "--set", "epsp_scale=1", "--set", "epsp_scale=2"): "epsp_scale is given twice",
    (*RUN, "--seed", "-1"): "seed = -1",
    (*RUN, "--seed", "2147483648"): "seed = 2147483648",
    (*RUN, "--seed", "one"): "one",
    (*RUN, "--duration", "5"): "--duration 5",
    (*RUN, "--duration", "-5s"): "--duration",
    (*RUN, "--duration", "0s"): "--duration 0s",
    (*RUN, "--duration", "5mV"): "--duration 5mV",
    (*RUN, "--duration", "nans"): "--duration",
    (*RUN, "--duration", "1s", "--warmup", "2s"): "--warmup 2s",
    (*RUN, "--timeout", "soon"): "--timeout soon",
    ("run", "spontaneous_activity", "--device", "gpu"): "device",
    (*RUN, "--preset", "../x"): "'../x' is not a preset",
    (*RUN, "--delivery", "pigeon"): "--delivery pigeon: must be one of auto, brian2",
    (*RUN, "--precision", "half"): "--precision half: must be one of double, single",
    (*RUN, "--data", "digits"): "--data digits: spontaneous_activity does not use it",
    (*RUN, "--test-data", "a.npz"): "--test-data a.npz: spontaneous_activity does not use it",
    (*RUN, "--test-fraction", "0.5"): "--test-fraction 0.5: spontaneous_activity does not use it",
    (*RUN, "--epochs", "3"): "--epochs 3: spontaneous_activity does not use it",
    (*RUN, "--state", "run"): "--state run: spontaneous_activity does not use it",
    ("compare", "--data", "digits"): "--data",
    ("compare", "--delivery", "pigeon"): "--delivery pigeon",
    ("compare", "--precision", "half"): "--precision half",
    ("predict", "--method", "sigert"): "siegert",
    ("predict", "--cut", "3"): "--cut 3",
    ("predict", "--cut", "-3mV"): "--cut",
    ("predict", "--method", "siegert", "--cut", "3mV"): "--cut 3mV: only strong_sparse uses it",
    ("predict", "--vary", "reset_potential"): "must be NAME=START:STOP:N",
    ("predict", "--vary", "reset_potential=-66*mV:-58*mV"): "must be NAME=START:STOP:N",
    ("predict", "--vary", "reset_potental=-66*mV:-58*mV:9"): "did you mean reset_potential?",
    ("predict", "--vary", "reset_potential=-66*mV:-58*mV:1"): "N = 1: must be a whole number from 2",
    ("predict", "--vary", "reset_potential=-66*mV:-58*mV:1e9"): "N = 1e9: must be a whole number from 2",
    ("predict", "--vary", "reset_potential=-66*mV:-58*mV:99999999"): "to 10000",
    ("predict", "--vary", "reset_potential=-66:-58*mV:9"): "--vary reset_potential: reset_potential = -66",
    ("predict", "--vary", "reset_potential=-66*mV:-58*ms:9"): "reset_potential = -58",
    ("predict", "--vary", "reset_potential=-66*mV:soon:9"): "reset_potential",
    ("predict", "--vary", "reset_potential=-66*mV:nan:9"): "reset_potential",
    ("predict", "--vary", "reset_potential=-66*mV:-40*mV:9"): "threshold_potential",
    ("predict", "--vary", "connection_probability_excitatory=0.1:1.5:3"): "connection_probability_excitatory",
    ("predict", "--vary", "n_inhibitory=1000.5:2000:3"): "n_inhibitory = 1000.5",
    ("predict", "--vary", "epsp_distribution=lognormal:normal:2"): "epsp_distribution cannot vary",
    ("predict", "--vary", "reset_potential=-60*mV:-60*mV:3"): "START and STOP must differ",
    ("predict", "--method", "sigert", "--vary", "epsp_scale=0.9:1.1:2"): "siegert",
    ("predict", "--overwrite"): "--overwrite",
    ("predict", "--out", "nowhere/prediction"): "nowhere",
    ("compare", "--set", "reset_potential=3"): "reset_potential",
}


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    captured = capsys.readouterr()
    return int(end.value.code or 0), captured.out, captured.err


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_one_line_says_what_is_wrong(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(list(arguments), capsys)
    assert status == 2
    assert out == ""
    assert err.startswith("cortexnet: ")
    assert err.count("\n") == 1
    assert BAD[arguments] in err
    assert not list(tmp_path.iterdir())


def test_an_existing_result_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    for overwrite in ([], ["--overwrite"]):
        status, _, err = run([*RUN, "--out", "taken", *overwrite], capsys)
        assert status == 2
        assert "taken" in err
        assert err.count("\n") == 1
    assert (tmp_path / "taken" / "thesis.txt").read_text() == "mine"


def test_a_folder_that_does_not_exist_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = run([*RUN, "--out", "nowhere/run"], capsys)
    assert status == 2
    assert "nowhere" in err


def test_preferences_of_the_folder_are_announced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Brian2 executes such a file when it is imported; nobody should overlook it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brian_preferences").write_text("")
    _, _, err = run(["predict", "--method", "sigert"], capsys)
    assert "executes the file brian_preferences" in err


def test_without_brian2cuda_cuda_is_refused_and_nothing_falls_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for module in ("brian2cuda", "brian2cuda.device", "brian2cuda.utils.gputools"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "cortexnet.devices.cuda_standalone", raising=False)
    status, _, err = run(["run", "spontaneous_activity", "--device", "cuda_standalone"], capsys)
    assert status == 2
    assert "brian2cuda" in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_compiler_that_is_no_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CXX", "'c++")
    status, _, err = run(["run", "spontaneous_activity", "--device", "cpp_standalone"], capsys)
    assert status == 2
    assert "CXX" in err
    assert err.count("\n") == 1


def test_without_a_compiler_cpp_is_refused_and_nothing_falls_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CXX", "no-such-compiler")
    status, _, err = run(["run", "spontaneous_activity", "--device", "cpp_standalone"], capsys)
    assert status == 2
    assert "no-such-compiler" in err
    assert not list(tmp_path.iterdir())

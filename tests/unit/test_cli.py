"""The command line in process, on networks of a few cells: what is printed, written and returned."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from cortexnet.cli import main
from cortexnet.cli.output import print_table
from cortexnet.cli.states import state_name
from cortexnet.errors import CortexnetError

SMALL = [
    "--device",
    "runtime",
    "--set",
    "n_excitatory=120",
    "--set",
    "n_inhibitory=30",
    "--set",
    "kick_duration=300*ms",
]
SHORT = [*SMALL, "--duration", "300ms", "--warmup", "50ms"]
DEAD = [*SMALL, "--set", "kick_rate=0*Hz", "--duration", "200ms", "--warmup", "0s"]

SUMMARY = {
    *(f"cv_isi_{p}" for p in ("excitatory", "inhibitory")),
    *(f"rate_{p}_hz" for p in ("excitatory", "inhibitory")),
    *(f"membrane_potential_{q}_{p}_mv" for q in ("mean", "sd") for p in ("excitatory", "inhibitory")),
    "log10_rate_mean_excitatory",
    "log10_rate_sd_excitatory",
    "silent_fraction_excitatory",
    "survived",
    "lifetime_s",
    "simulation_cpu_seconds",
    "synaptic_events",
    "peak_memory_mb",
    "build_seconds",
}
PREDICTION = [
    "method",
    "branch",
    "stable",
    "valid",
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
]


@pytest.fixture(autouse=True)
def only_quick_theories(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the theory that takes most of a minute: `tests/theory` has it."""
    modules = [
        importlib.import_module(name)
        for name in ("cortexnet.analysis.meanfield.predict", "cortexnet.cli.prediction")
    ]
    quick = {name: make for name, make in modules[0].METHODS.items() if name != "heterogeneous"}
    for module in modules:
        monkeypatch.setattr(module, "METHODS", quick)


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    captured = capsys.readouterr()
    return int(end.value.code or 0), captured.out, captured.err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    status, out, err = run(capsys, *arguments, "--json")
    assert status == 0, err
    return json.loads(out)


def test_run_leaves_a_whole_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    printed = run_json(capsys, "run", "spontaneous_activity", *SHORT, "--seed", "3", "--out", "result")
    folder = tmp_path / "result"
    assert {file.name for file in folder.iterdir()} == {
        "spikes.parquet",
        "voltages.parquet",
        "summary.json",
        "manifest.json",
        "figure.png",
    }
    summary = json.loads((folder / "summary.json").read_text())
    assert set(summary) == SUMMARY
    assert printed == {"folder": "result"} | summary
    assert (folder / "figure.png").read_bytes().startswith(b"\x89PNG")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["seed"] == 3
    assert manifest["parameters"]["n_excitatory"]["value"] == 120
    spikes = pd.read_parquet(folder / "spikes.parquet")
    assert spikes["time_s"].is_monotonic_increasing
    assert run(capsys, "check", "result")[0] == 0


TABLES = {
    "signal_transmission": {"rank", "membrane_potential_mv", "correlation", "excess_correlation_error"},
    "weak_synapses_removed": {"smallest_epsp_mv", "membrane_potential_mean_mv", "free_potential_mean_mv"},
    "spike_sequences": {"surrogate", "quantity", "length", "observed", "error_probability"},
}


BRIEF = {
    "active": [*SMALL, "--duration", "120ms", "--warmup", "20ms"],
    "silent": [*SMALL, "--set", "kick_rate=0*Hz", "--duration", "30ms", "--warmup", "0s"],
}


@pytest.mark.parametrize("condition", BRIEF.values(), ids=BRIEF)
@pytest.mark.parametrize("name", TABLES)
def test_an_experiment_leaves_its_table(
    name: str, condition: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    summary = run_json(
        capsys, "run", "spontaneous_activity", "--experiment", name, *condition, "--out", "result"
    )
    folder = tmp_path / "result"
    table = pd.read_csv(folder / f"{name}.csv")
    assert TABLES[name] <= set(table.columns)
    assert len(table) > 5
    assert (folder / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((folder / "manifest.json").read_text())["experiment"] == name
    assert set(summary) > SUMMARY | {"folder"}
    assert run(capsys, "check", "result")[0] == 0


def test_without_strong_synapses_there_are_no_sequences_to_look_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ["--experiment", "spike_sequences", "--preset", "strong_removed"]
    status, _, err = run(capsys, "run", "spontaneous_activity", *options, *SHORT)
    assert status == 2
    assert err == (
        "cortexnet: spike_sequences follows synapses of 5 mV or more: these parameters make none\n"
    )
    assert not list(tmp_path.iterdir())


def test_the_same_command_gives_the_same_spikes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for out in ("first", "second"):
        run_json(capsys, "run", "spontaneous_activity", *SHORT, "--out", out)
    first, second = (pd.read_parquet(tmp_path / out / "spikes.parquet") for out in ("first", "second"))
    pd.testing.assert_frame_equal(first, second)


def test_compare_puts_everything_into_one_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    result = run_json(capsys, "compare", *SHORT, "--out", "both")
    table = pd.read_csv(tmp_path / "both" / "comparison.csv")
    assert {"paper", "simulation", "siegert", "strong_sparse", "strong_sparse_corrected"} <= set(
        table["source"]
    )
    simulated = table[(table["source"] == "simulation") & (table["quantity"] == "rate")].set_index(
        "population"
    )["value"]
    assert simulated["excitatory"] == pytest.approx(result["summary"]["rate_excitatory_hz"])
    assert (tmp_path / "both" / "comparison.png").exists()
    _, out, _ = run(capsys, "compare", *SHORT, "--out", "both", "--overwrite")
    assert "paper" in out


def test_predict_prints_a_list_of_rows(capsys: pytest.CaptureFixture[str]) -> None:
    rows = run_json(capsys, "predict", "--method", "siegert")
    assert all(list(row) == PREDICTION for row in rows)
    assert rows[0]["branch"] == "silent"
    assert {row["branch"] for row in rows} <= {"silent", "low", "unstable", "high"}


def test_models_and_doctor_answer(capsys: pytest.CaptureFixture[str]) -> None:
    systems = {system["name"]: system["experiments"] for system in run_json(capsys, "models")}
    assert list(systems["spontaneous_activity"]) == ["activity", *TABLES]
    assert list(systems["dual_sampling"]) == ["learning"]
    assert all(systems.values())
    listed = run(capsys, "models")[1].split()
    assert set(TABLES) <= set(listed)
    parts = {part["what"]: part["state"] for part in run_json(capsys, "doctor")}
    assert parts["Python"] == parts["Brian2"] == "works"


def test_check_tells_damage_by_its_status(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run_json(capsys, "run", "spontaneous_activity", *SHORT, "--out", "result")
    (tmp_path / "result" / "summary.json").write_text("{}")
    status, out, _ = run(capsys, "check", "result", "nothing_there", "--json")
    assert status == 1
    assert [entry["good"] for entry in json.loads(out)] == [False, False]


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "run", "spontaneous_activity", *SHORT, "--quiet") == (0, "", "")


def test_a_network_that_dies_is_a_finished_run(capsys: pytest.CaptureFixture[str]) -> None:
    summary = run_json(capsys, "run", "spontaneous_activity", *DEAD)
    assert summary["survived"] is False
    assert summary["lifetime_s"] == 0
    assert summary["rate_excitatory_hz"] is None  # the window ends with the last spike: there is none


def test_a_network_that_fell_silent_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    weak = ["--set", "epsp_scale=0.001", "--set", "kick_duration=50*ms", "--duration", "400ms"]
    status, out, err = run(
        capsys, "run", "spontaneous_activity", *SMALL[:-2], *weak, "--warmup", "0s", "--json"
    )
    lifetime = json.loads(out)["lifetime_s"]
    assert status == 0
    assert 0 < lifetime < 0.3
    assert err.splitlines().count(f"the network fell silent at {lifetime:.4g} s") == 1
    assert "silent" in run(capsys, "compare", *DEAD, "--json")[2]
    assert "silent" not in run(capsys, "compare", *DEAD, "--out", "other", "--quiet")[2]


@pytest.fixture
def simulations(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `simulate` is asked for; nothing is simulated, the command ends there."""
    from cortexnet.models.spontaneous_activity import experiment
    from cortexnet.models.spontaneous_activity.experiment import activity

    asked: list[dict[str, Any]] = []

    def stop(parameters: Any, **options: Any) -> None:
        asked.append(options)
        raise CortexnetError("stopped here")

    for module in (experiment, activity):
        monkeypatch.setattr(module, "simulate", stop)
    return asked


COMMANDS = [["run", "spontaneous_activity"], ["compare"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_compiler_the_default_is_shorter_and_said(
    command: list[str],
    simulations: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    notes = [run(capsys, *command, *more)[2] for more in ([], ["--device", "runtime"], ["--duration", "3s"])]
    assert [(asked["device"], float(asked["duration"])) for asked in simulations] == [
        ("runtime", 2.0),
        ("runtime", 10.0),
        ("runtime", 3.0),
    ]
    assert "no C++ compiler" in notes[0]
    assert "2s" in notes[0]
    assert "compiler" not in notes[1]
    assert "no C++ compiler" in notes[2]
    assert "2s" not in notes[2]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_precision_and_delivery_are_run_options(
    command: list[str], simulations: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    for options in ([], ["--precision", "single", "--delivery", "brian2"], ["--delivery", "auto"]):
        assert run(capsys, *command, "--device", "runtime", *options)[2] == "cortexnet: stopped here\n"
    assert [asked["precision"] for asked in simulations] == ["double", "single", "double"]


def test_without_arguments_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys)
    assert (status, err) == (0, "")
    assert out == run(capsys, "--help")[1]
    assert len(out.splitlines()) > 10


@pytest.mark.parametrize("columns", ["80", "40"])
def test_tables_show_methods_and_branches_whole(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    states = {
        (row["method"], row["branch"] + ("" if row["valid"] else "*")) for row in run_json(capsys, "predict")
    }
    status, predicted, note = run(capsys, "predict")
    assert status == 0
    assert "* outside the range" in note
    assert {tuple(line.split()[:2]) for line in predicted.splitlines()[3:]} == states
    _, compared, _ = run(capsys, "compare", *SHORT)
    assert {"siegert", "strong_sparse", "strong_sparse_corrected"} <= set(compared.split())
    if columns == "80":
        assert max(map(len, predicted.splitlines())) <= 80
        assert max(map(len, compared.splitlines())) <= 80


def test_only_long_text_is_folded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_table("Title", ["key", "reason"], [["k" * 29, "word " * 20]])
    lines = capsys.readouterr().out.splitlines()
    assert sum("k" * 29 in line for line in lines) == 1
    assert sum(line.count("word") for line in lines) == 20
    assert len(lines) > 4


def test_text_of_a_user_is_not_taken_for_markup(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("of [bold]r", ["part"], [["cortexnet[cuda]"], [":smile:"]])
    out = capsys.readouterr().out
    assert "of [bold]r" in out
    assert "cortexnet[cuda]" in out
    assert ":smile:" in out
    assert "r[red]1" in run(capsys, "check", "r[red]1")[1]


@pytest.mark.parametrize(
    ("valid", "stable", "branch", "name"),
    [
        (True, True, "low", "low"),
        (False, True, "low", "low*"),
        (True, False, "low", "low, unstable"),
        (True, False, "unstable", "unstable"),
        (False, True, "unstable", "unstable*, stable"),
        (None, None, None, None),
    ],
)
def test_states_are_named(valid: bool, stable: bool, branch: str | None, name: str | None) -> None:
    assert state_name({"valid": valid, "stable": stable, "branch": branch}) == name


@pytest.mark.parametrize("compiler", ["", "c++ -m64", "ccache c++", "'c++", "no-such-compiler"])
def test_doctor_never_fails(
    compiler: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CXX", compiler)
    parts = {part["what"]: part for part in run_json(capsys, "doctor")}
    assert len(parts) == 10
    assert parts["make"]["state"] == "works"
    good = compiler not in ("'c++", "no-such-compiler")
    assert parts["C++ compiler"]["state"] == ("works" if good else "missing")


def test_a_part_that_cannot_be_examined_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("broken\nmachine")

    monkeypatch.setattr("psutil.virtual_memory", broken)
    parts = {part["what"]: part for part in run_json(capsys, "doctor")}
    assert parts["memory"]["state"] == "missing"
    assert parts["memory"]["fix"] == "RuntimeError: broken machine"
    assert parts["Python"]["state"] == "works"


@pytest.mark.parametrize(
    ("free", "state", "advice"), [(5e8, "missing", True), (1e9, "works", True), (2e9, "works", False)]
)
def test_doctor_knows_the_memory_of_both_languages(
    free: float, state: str, advice: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=free))
    memory = next(part for part in run_json(capsys, "doctor") if part["what"] == "memory")
    assert (memory["state"], bool(memory["fix"])) == (state, advice)


@pytest.mark.parametrize("command", ["models", "run", "compare", "predict", "sweep", "check", "doctor"])
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, command, "--help")
    assert status == 0
    assert f"Example: cortexnet {command}" in " ".join(out.split())

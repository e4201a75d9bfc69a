"""The command line in process, on networks of a few cells: what is printed, written and returned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cortexnet.cli import main

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
    assert [system["name"] for system in run_json(capsys, "models")] == ["spontaneous_activity"]
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
    assert summary["rate_excitatory_hz"] is None or summary["rate_excitatory_hz"] == 0


@pytest.mark.parametrize("command", ["models", "run", "compare", "predict", "check", "doctor"])
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, command, "--help")
    assert status == 0
    assert f"Example: cortexnet {command}" in " ".join(out.split())

"""``cortexnet predict`` along a parameter, and the folder that it writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cortexnet.cli import main
from cortexnet.errors import RecordingError
from cortexnet.recording import Recording

METHOD = ["predict", "--method", "strong_sparse_corrected"]
ROW = [
    "method",
    "branch",
    "stable",
    "valid",
    "rate_excitatory_hz",
    "rate_inhibitory_hz",
    "membrane_potential_mean_excitatory_mv",
    "membrane_potential_sd_excitatory_mv",
]
INHIBITION = "conductance_inhibitory_to_excitatory"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    captured = capsys.readouterr()
    return int(end.value.code or 0), captured.out, captured.err


def test_rows_along_a_parameter_are_those_of_single_predictions(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *METHOD, "--vary", "reset_potential=-66*mV:-58*mV:3", "--json")
    rows = json.loads(out)
    assert status == 0
    assert list(rows[0]) == ["reset_potential", *ROW]
    assert [row["reset_potential"] for row in rows] == 3 * [-66.0] + 3 * [-62.0] + 3 * [-58.0]
    _, out, _ = run(capsys, *METHOD, "--set", "reset_potential=-62*mV", "--json")
    assert [row | {"reset_potential": -62.0} for row in json.loads(out)] == rows[3:6]


def test_values_have_the_unit_of_the_parameter_whatever_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *METHOD, "--vary", f"{INHIBITION}=0.002/ms:3/second:2", "--json")
    values = sorted({row[INHIBITION] for row in json.loads(out)})
    np.testing.assert_allclose(values, [0.002, 0.003], rtol=1e-12)


def test_whole_numbers_stay_whole(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *METHOD, "--vary", "n_inhibitory=2000:2001:5", "--json")
    assert sorted({row["n_inhibitory"] for row in json.loads(out)}) == [2000, 2001]


def test_table_names_the_unit(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, note = run(capsys, *METHOD, "--vary", "reset_potential=-61*mV:-60*mV:2")
    assert status == 0
    assert "reset_potential (mV)" in out
    assert "outside the range" in note


@pytest.mark.parametrize(
    ("more", "files"),
    [
        ([], {"predictions.csv", "stability.csv", "phase_plane.png"}),
        (
            ["--vary", f"{INHIBITION}=0.002/ms:0.005/ms:2"],
            {"predictions.csv", "boundaries.csv", "bifurcations.png"},
        ),
    ],
    ids=["phase plane", "bifurcations"],
)
def test_folder_holds_tables_and_a_figure(
    more: list[str],
    files: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, _ = run(capsys, *METHOD, *more, "--out", "prediction", "--json")
    assert status == 0
    assert {file.name for file in Path("prediction").iterdir()} == files | {"manifest.json"}
    pd.testing.assert_frame_equal(pd.read_csv("prediction/predictions.csv"), pd.DataFrame(json.loads(out)))
    manifest = json.loads(Path("prediction/manifest.json").read_text())
    assert manifest["parameters"]["reset_potential"] == {"value": -60.0, "unit": "mV"}
    assert manifest["methods"] == ["strong_sparse_corrected"]
    if not more:
        states = pd.read_csv("prediction/stability.csv")
        assert (states["eigenvalue_1_real_per_s"] < 0).tolist() == [row["stable"] for row in json.loads(out)]
        # An odd number of eigenvalues with positive real parts if the output rate rises more steeply than 1.
        assert (states["nullcline_slope"] > 1).tolist() == [False, True, False]
    else:
        (boundary,) = pd.read_csv("prediction/boundaries.csv").to_dict("records")
        assert 0.002 < boundary[INHIBITION] < 0.005
        assert boundary["low_state"] == "ends"
    assert run(capsys, "check", "prediction")[0] == 0
    with pytest.raises(RecordingError, match="holds no recording"):
        Recording.load("prediction")
    assert list(tmp_path.iterdir()) == [tmp_path / "prediction"]


def test_only_its_own_folders_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ask = ["predict", "--method", "siegert", "--out", "prediction"]
    assert run(capsys, *ask)[0] == 0
    before = Path("prediction/manifest.json").read_text()
    status, out, complaint = run(capsys, *ask)
    assert (status, out) == (2, "")
    assert "exists" in complaint
    assert Path("prediction/manifest.json").read_text() == before
    assert run(capsys, *ask, "--overwrite")[0] == 0
    assert Path("prediction/manifest.json").read_text() != before
    Path("prediction/thesis.txt").write_text("mine")
    assert run(capsys, *ask, "--overwrite")[0] == 2
    assert run(capsys, "check", "prediction")[0] == 1
    assert Path("prediction/thesis.txt").read_text() == "mine"

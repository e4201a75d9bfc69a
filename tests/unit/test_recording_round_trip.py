"""A saved recording is the one that is loaded: to the bit, with every type, for every reader of Parquet."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cortexnet.recording import Recording
from cortexnet.recording.provenance import command_line
from cortexnet.recording.tables import Samples, spike_table
from tests.recordings import SIZES, recording

neurons = st.integers(0, 2**31 - 1)
times = st.floats(0, 1e4, allow_nan=False)
voltages = st.floats(width=64)  # NaN and infinity too: a table keeps what it is given
values = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
)
summaries = st.dictionaries(st.text(max_size=20), values, max_size=6)
plain = st.recursive(
    values | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=9,
)


def per_population(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, list[Any]]]:
    return st.fixed_dictionaries({name: st.lists(rows, max_size=20) for name in SIZES})


def assert_same(loaded: Recording, saved: Recording) -> None:
    pd.testing.assert_frame_equal(loaded.spikes, saved.spikes, check_exact=True)
    assert (loaded.voltages is None) == (saved.voltages is None)
    if saved.voltages is not None:
        pd.testing.assert_frame_equal(loaded.voltages, saved.voltages, check_exact=True)
    for name in ("summary", "manifest"):
        assert getattr(loaded, name) == getattr(saved, name)
        # equal is not enough, since 1 == 1.0 == True
        assert json.dumps(getattr(loaded, name)) == json.dumps(getattr(saved, name))


@settings(max_examples=30)
@given(
    spikes=per_population(st.tuples(neurons, times)),
    samples=st.none() | per_population(st.tuples(neurons, times, voltages)),
    summary=summaries,
    parameters=st.dictionaries(st.text(), plain, max_size=5),
)
def test_what_is_loaded_is_what_was_saved(
    spikes: dict[str, Any],
    samples: dict[str, Any] | None,
    summary: dict[str, Any],
    parameters: dict[str, Any],
) -> None:
    saved = recording(spikes, samples, summary, parameters=parameters)
    with TemporaryDirectory() as folder:
        path = saved.save(Path(folder) / "run")
        loaded = Recording.load(path)
        assert Recording.check(path).good
        again = Recording.load(loaded.save(Path(folder) / "copy"))
    assert_same(loaded, saved)
    assert_same(again, saved)


def test_the_folder_can_be_read_without_this_package(tmp_path: Path) -> None:
    saved = recording()
    saved.save(tmp_path / "run")
    for name, table in (("spikes", saved.spikes), ("voltages", saved.voltages)):
        found = pd.read_parquet(tmp_path / "run" / f"{name}.parquet")
        assert isinstance(found["population"].dtype, pd.CategoricalDtype)
        assert (
            found.drop(columns="population").dtypes.to_dict()
            == table.drop(columns="population").dtypes.to_dict()
        )
        assert list(found.itertuples(index=False)) == list(table.itertuples(index=False))
    assert json.loads((tmp_path / "run" / "summary.json").read_text()) == saved.summary


def test_the_manifest_lists_all_other_files_by_size_and_hash(tmp_path: Path) -> None:
    folder = recording().save(
        tmp_path / "run", attachments={"figure.png": lambda path: path.write_bytes(b"pixels")}
    )
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    assert listed == {
        path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }
    assert set(listed) == {"spikes.parquet", "voltages.parquet", "summary.json", "figure.png"}


def test_the_manifest_is_written_last(tmp_path: Path) -> None:
    present: list[set[str]] = []
    recording().save(
        tmp_path / "run", attachments={"figure.png": lambda path: present.append(names(path.parent))}
    )
    assert present == [{"spikes.parquet", "voltages.parquet", "summary.json"}]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_loaded_tables_can_be_worked_on(tmp_path: Path) -> None:
    loaded = Recording.load(recording().save(tmp_path / "run"))
    loaded.spikes.loc[0, "time_s"] = 0.125
    assert 0.125 in loaded.spikes["time_s"].to_list()
    assert loaded.rates["rate_hz"].sum() > 0


def test_a_table_of_several_row_groups_comes_back_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    spikes = {name: Samples(rng.integers(0, 99, 700_000, np.int32), rng.random(700_000)) for name in SIZES}
    saved = dataclasses.replace(recording(), spikes=spike_table(spikes))
    assert_same(Recording.load(saved.save(tmp_path / "run")), saved)


@pytest.mark.parametrize("argument", ["Größe=1", "\udcff not UTF-8", 'quote " and \\ and \n'])
def test_any_command_line_can_be_kept(argument: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["cortexnet", argument])
    saved = recording(command_line=command_line())
    assert Recording.load(saved.save(tmp_path / "run")).manifest["command_line"] == ["cortexnet", argument]

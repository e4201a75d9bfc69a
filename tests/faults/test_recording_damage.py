"""A run folder that was damaged, tampered with or never finished is refused in one line, and runs nothing."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.errors import RecordingError
from cortexnet.recording import Recording, manifest
from tests.recordings import recording

FILES = ("spikes.parquet", "voltages.parquet", "summary.json", "manifest.json")
LISTED = FILES[:3]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return recording().save(
        tmp_path / "run", attachments={"figure.png": lambda path: path.write_bytes(b"pixels")}
    )


def assert_refused(run: Path, *words: str) -> None:
    """Require that `load` and `check` give the same one line, which says all of `words`."""
    with pytest.raises(RecordingError) as caught:
        Recording.load(run)
    check = Recording.check(run)
    assert not check.good
    assert check.path == run
    assert check.reason == str(caught.value)
    assert "\n" not in check.reason
    for word in words:
        assert word in check.reason


def seal(run: Path, name: str, content: bytes) -> None:
    """Replace a file, and correct the manifest as its writer would: only the content is wrong."""
    (run / name).write_bytes(content)
    listed = manifest.read(run)
    listed["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest.write(run, listed)


def rewrite_manifest(run: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = manifest.read(run)
    change(content)
    manifest.write(run, content)


def test_an_intact_folder_is_good(run: Path) -> None:
    check = Recording.check(run)
    assert (check.path, check.good, check.reason) == (run, True, "")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_changed_byte_in_a_file(run: Path, name: str, place: float) -> None:
    content = bytearray((run / name).read_bytes())
    position = round(place * (len(content) - 2))
    content[position] ^= 0x01
    (run / name).write_bytes(content)
    assert_refused(run, str(run / name), "is damaged", "expected", "found" if name in LISTED else "")


@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_changed_byte_anywhere_in_the_manifest(
    place: float, byte: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = recording().save(tmp_path_factory.mktemp("folder") / "run")
    content = bytearray((run / "manifest.json").read_bytes())
    original = json.loads(content)
    content[int(place * len(content))] = byte
    (run / "manifest.json").write_bytes(content)
    if Recording.check(run).good:  # then it was white space
        assert json.loads(content) == original


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_truncated_file(run: Path, name: str, share: float) -> None:
    content = (run / name).read_bytes()
    (run / name).write_bytes(content[: int(share * len(content))])
    found = (
        ()
        if name == "manifest.json"
        else (f"expected {len(content)} bytes", f"found {int(share * len(content))}")
    )
    assert_refused(run, str(run / name), *found)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(run: Path, name: str) -> None:
    (run / name).unlink()
    assert_refused(run, name)


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"pIxels")])
def test_a_damaged_attachment_is_no_hindrance_but_noticed(
    run: Path, damage: Callable[[Path], object]
) -> None:
    damage(run / "figure.png")
    Recording.load(run)
    check = Recording.check(run)
    assert not check.good
    assert str(run / "figure.png") in check.reason


@pytest.mark.parametrize("make", [lambda path: path.write_text("my thesis"), Path.mkdir])
def test_a_file_too_many_is_no_hindrance_but_noticed(run: Path, make: Callable[[Path], object]) -> None:
    make(run / "thesis.txt")
    Recording.load(run)
    check = Recording.check(run)
    assert not check.good
    assert str(run / "thesis.txt") in check.reason


@pytest.mark.parametrize("version", [0, 2, 999])
def test_another_schema_version(run: Path, version: int) -> None:
    rewrite_manifest(run, lambda content: content.update(schema_version=version))
    assert_refused(run, str(run / "manifest.json"), f"version {version}", "reads version 1")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe binary",
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"{}",
        b'{"schema_version": "1", "run_id": "a", "files": {}}',
        b'{"schema_version": 1, "run_id": "a", "files": {}}',
        b'{"schema_version": 1, "run_id": "a", "files": []}',
        b"[" * 100_000,
    ],
    ids=lambda content: content[:30].decode(errors="replace"),
)
def test_a_manifest_that_is_none(run: Path, content: bytes) -> None:
    (run / "manifest.json").write_bytes(content)
    assert_refused(run, str(run / "manifest.json"), "damaged")


def test_a_manifest_that_is_too_large_is_not_read(run: Path) -> None:
    with open(run / "manifest.json", "ab") as file:
        file.write(b" " * 20_000_000)
    assert_refused(run, str(run / "manifest.json"), "expected a file of at most 10000000 bytes")


def test_no_folder_at_all(tmp_path: Path) -> None:
    assert_refused(tmp_path / "nothing", "does not exist")
    (tmp_path / "file").touch()
    assert_refused(tmp_path / "file", "is not a folder")
    (tmp_path / "empty").mkdir()
    assert_refused(tmp_path / "empty", "no finished run", "manifest.json")


@pytest.mark.parametrize("path", ["a\0b", "~nobody-of-this-name/run", "x" * 300])
def test_a_path_that_is_none(path: str) -> None:
    assert_refused(Path(path))


def test_an_unfinished_folder_is_none_even_if_it_looks_complete(run: Path) -> None:
    unfinished = run.with_name(manifest.UNFINISHED_PREFIX + "0123")
    run.rename(unfinished)
    assert_refused(unfinished, "never finished")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])  # reading a pipe would wait for ever
def test_what_is_no_file_in_the_place_of_one(run: Path, name: str, make: Callable[[Path], None]) -> None:
    listed = manifest.read(run)
    (run / name).unlink()
    make(run / name)
    if name in LISTED:
        listed["files"][name]["bytes"] = (run / name).stat().st_size
        manifest.write(run, listed)
    assert_refused(run, str(run / name), "is damaged")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "folder/file", ".hidden", "..", "", "a\0b"])
def test_a_manifest_cannot_point_out_of_its_folder(run: Path, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    entry = {"bytes": 6, "sha256": hashlib.sha256(b"secret").hexdigest()}
    rewrite_manifest(run, lambda content: content["files"].update({name: entry}))
    check = Recording.check(run)
    assert not check.good
    assert "is no entry for a file" in check.reason


def test_an_entry_that_is_none(run: Path) -> None:
    rewrite_manifest(run, lambda content: content["files"].update({"spikes.parquet": 5}))
    assert_refused(run, "'spikes.parquet' is no entry for a file")


def test_a_manifest_that_leaves_a_table_out(run: Path) -> None:
    rewrite_manifest(run, lambda content: content["files"].pop("spikes.parquet"))
    assert_refused(run, "does not list spikes.parquet")


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("exploded",)


@pytest.mark.parametrize("name", LISTED)
def test_a_pickle_is_not_executed(
    run: Path, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    seal(run, name, pickle.dumps(Bomb()))
    assert_refused(run, str(run / name), "is damaged")
    assert not (tmp_path / "exploded").exists()
    pickle.loads(pickle.dumps(Bomb()))
    assert (tmp_path / "exploded").exists()  # as it would have been


def parquet(columns: dict[str, Any]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("neuron", [pa.array([1], pa.int64()), pa.array(["1"])])
def test_a_table_with_other_columns(run: Path, neuron: pa.Array) -> None:
    population = pa.array(["excitatory"]).dictionary_encode()
    seal(run, "spikes.parquet", parquet({"population": population, "neuron": neuron, "time_s": [0.5]}))
    assert_refused(
        run, str(run / "spikes.parquet"), "expected columns", "neuron: int32", f"neuron: {neuron.type}"
    )


def test_a_table_of_another_population(run: Path) -> None:
    population = pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), ["glia"])
    columns = {"population": population, "neuron": pa.array([1], pa.int32()), "time_s": [0.5]}
    seal(run, "spikes.parquet", parquet(columns))
    assert_refused(run, str(run / "spikes.parquet"), "expected populations", "glia")


@pytest.mark.parametrize("content", [b"[]", b"NaN?", b"\xff"])
def test_a_summary_that_is_none(run: Path, content: bytes) -> None:
    seal(run, "summary.json", content)
    assert_refused(run, str(run / "summary.json"), "is damaged")


def test_a_copied_folder_is_as_good_as_the_original(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "copy")
    assert Recording.check(tmp_path / "copy").good

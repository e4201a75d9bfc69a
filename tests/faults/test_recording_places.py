"""A run is saved where it was asked for, and nowhere else; nothing but a run folder is ever replaced."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from cortexnet.errors import RecordingError
from cortexnet.recording import Recording, require_writable
from tests.recordings import NEW, OLD, recording, system_of, tree


def test_the_place_can_be_checked_before_a_long_run(tmp_path: Path) -> None:
    assert require_writable(tmp_path / "run") == tmp_path / "run"
    assert tree(tmp_path) == {}
    with pytest.raises(
        RecordingError, match=rf"^{tmp_path}/run needs about {10**18} bytes, but {tmp_path} has"
    ):
        require_writable(tmp_path / "run", expected_bytes=10**18)
    with pytest.raises(
        RecordingError, match=rf"^cannot write {tmp_path}/missing/run: {tmp_path}/missing is no folder$"
    ):
        require_writable(tmp_path / "missing" / "run")


def make_file(path: Path) -> None:
    path.write_text("my thesis")


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "thesis.txt").write_text("my thesis")


def make_foreign_manifest(path: Path) -> None:
    make_folder(path)
    (path / "manifest.json").write_text('{"name": "web app", "schema_version": 1}')


def make_run_with_additions(path: Path) -> None:
    recording().save(path)
    (path / "thesis.txt").write_text("my thesis")


def make_run_with_added_folder(path: Path) -> None:
    recording().save(path)
    make_folder(path / "thesis")


NO_RUNS = (
    make_file,
    Path.mkdir,
    make_folder,
    make_foreign_manifest,
    make_run_with_additions,
    make_run_with_added_folder,
)


@pytest.mark.parametrize("make", NO_RUNS)
def test_what_is_no_run_folder_is_never_replaced(make: Callable[[Path], None], tmp_path: Path) -> None:
    run = tmp_path / "run"
    make(run)
    before = tree(tmp_path)
    for check in (require_writable, recording().save):
        with pytest.raises(RecordingError, match=rf"^{run} exists"):
            check(run)
        with pytest.raises(RecordingError, match=rf"^{run} is not replaced, since it "):
            check(run, overwrite=True)
    assert tree(tmp_path) == before


def test_a_run_folder_is_replaced_only_if_asked_for(tmp_path: Path) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    before = tree(tmp_path)
    with pytest.raises(RecordingError, match=rf"^{run} exists: choose another folder, or allow overwriting$"):
        recording(system=NEW).save(run)
    assert tree(tmp_path) == before
    recording(system=NEW).save(run, overwrite=True)
    assert system_of(run) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["spikes.parquet", "summary.json"])
def test_a_damaged_run_can_be_replaced(name: str, tmp_path: Path) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    (run / name).write_bytes(b"")
    recording(system=NEW).save(run, overwrite=True)
    assert system_of(run) == NEW


def test_a_run_of_another_version_can_be_replaced(tmp_path: Path) -> None:
    run = recording(system=OLD, schema_version=2).save(tmp_path / "run")
    assert not Recording.check(run).good
    recording(system=NEW).save(run, overwrite=True)
    assert system_of(run) == NEW


@pytest.mark.parametrize("path", [".", "..", "../..", "/", "~", "../run", "../run/inside/.."])
def test_places_that_hold_the_user_are_never_replaced(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = recording().save(tmp_path / "run", attachments={"inside": Path.touch})
    monkeypatch.setenv("HOME", str(run))
    monkeypatch.chdir(run)
    before = tree(tmp_path)
    for overwrite in (False, True):
        with pytest.raises(RecordingError, match=r"cannot become a run folder: name a new folder$"):
            recording().save(path, overwrite=overwrite)
    assert tree(tmp_path) == before


def without_home() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_a_user_without_a_home_can_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", without_home)
    assert system_of(recording(system=NEW).save(tmp_path / "run")) == NEW
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecordingError, match=r"cannot become a run folder: name a new folder$"):
        recording().save(tmp_path, overwrite=True)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    (tmp_path / "latest").symlink_to("run")
    recording(system=NEW).save(tmp_path / "latest", overwrite=True)
    assert (tmp_path / "latest").readlink() == Path("run")
    assert system_of(run) == NEW


@pytest.mark.parametrize(
    "name",
    [
        "a;touch hacked",
        "$(touch hacked)",
        "`touch hacked`",
        "a b",
        "Größe",
        "-rf",
        "*",
        "n" * 255,
        "a\nb",
        "%s",
    ],
)
def test_a_name_is_nothing_but_a_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for system in (OLD, NEW):
        recording(system=system).save(name, overwrite=system == NEW)
    assert system_of(tmp_path / name) == NEW
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("path", ["n" * 256, "a\0b", "~nobody-of-this-name/run", "", "loop/run"])
def test_what_is_no_path_is_refused_before_anything_is_written(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    for check in (require_writable, recording().save):
        with pytest.raises(RecordingError) as caught:
            check(path)
        assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_a_path_is_taken_from_where_the_user_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(tmp_path / "work"))
    assert recording().save("../beside") == tmp_path / "beside"
    assert recording().save("~/within") == tmp_path / "work" / "within"
    assert Recording.check("~/within").good


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "/tmp/evil.png",
        "folder/evil.png",
        "",
        ".",
        "..",
        ".hidden",
        "a\0b",
        "spikes.parquet",
        "manifest.json",
    ],
)
def test_an_attachment_stays_in_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"^attachment .*: must be a file name"):
        recording().save(tmp_path / "run", attachments={name: Path.touch})
    assert tree(tmp_path) == {}


class UserError(Exception):
    pass


def fail(path: Path) -> None:
    path.write_text("half")
    raise UserError


def interrupt(path: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("attach", "error"), [(fail, UserError), (interrupt, KeyboardInterrupt), (Path.mkdir, RecordingError)]
)
def test_an_attachment_that_fails_leaves_nothing(
    attach: Callable[[Path], None], error: type[BaseException], tmp_path: Path
) -> None:
    run = recording(system=OLD).save(tmp_path / "run")
    before = tree(tmp_path)
    for path in (tmp_path / "other", run):
        with pytest.raises(error):
            recording(system=NEW).save(path, overwrite=True, attachments={"figure.png": attach})
    assert tree(tmp_path) == before


@pytest.mark.parametrize("make", [*NO_RUNS, lambda path: recording(system=OLD).save(path)])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_place_that_is_taken_while_the_run_is_written(
    make: Callable[[Path], None], overwrite: bool, tmp_path: Path
) -> None:
    run = tmp_path / "run"

    def take(path: Path) -> None:
        path.touch()
        make(run)

    with suppress(RecordingError):
        recording(system=NEW).save(run, overwrite=overwrite, attachments={"figure.png": take})
    replaced = overwrite and make not in NO_RUNS
    (tmp_path / "reference").mkdir()
    make(tmp_path / "reference" / "run")
    if replaced:
        assert system_of(run) == NEW
    elif run.is_file():
        assert run.read_text() == "my thesis"
    else:
        assert {path.name for path in run.rglob("*")} == {
            path.name for path in (tmp_path / "reference/run").rglob("*")
        }
    assert {path.name for path in tmp_path.iterdir()} == {"run", "reference"}

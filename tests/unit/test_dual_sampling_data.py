"""Data of the dual sampling network: what is accepted, how it is scaled and split, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortexnet.models.dual_sampling.data import load
from cortexnet.models.dual_sampling.labelled_images import DataError

RANDOM = np.random.default_rng(1)
IMAGES = RANDOM.integers(0, 200, (40, 6), dtype=np.uint8)
LABELS = np.arange(40) % 4


def save(path: Path, **arrays: Any) -> str:
    np.savez(path, **arrays)
    return str(path)


def test_digits_are_split_as_ever() -> None:
    digits = load()
    assert digits.images.shape == (1297, 64)
    assert digits.test_images.shape == (500, 64)
    assert digits.shape == (8, 8)
    assert digits.classes.tolist() == list(range(10))
    assert digits.images.min() == 0
    assert digits.images.max() == 1
    shares = [np.bincount(labels) / len(labels) for labels in (digits.labels, digits.test_labels)]
    np.testing.assert_allclose(*shares, atol=2e-3)
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, labels = load_digits(return_X_y=True)
    rows = np.arange(len(labels))
    _, chosen = train_test_split(rows, test_size=500, stratify=labels, random_state=7)
    other = load(seed=7)
    np.testing.assert_array_equal(other.test_images * 16, images[np.sort(chosen)])
    np.testing.assert_array_equal(other.labels, np.delete(labels, chosen))


@pytest.mark.parametrize("names", [("images", "labels"), ("x", "y"), ("images", "y")], ids=" ".join)
@pytest.mark.parametrize("shape", [(40, 6), (40, 2, 3)], ids=str)
@pytest.mark.parametrize("convert", [np.uint8, np.float64, np.float16, np.int32])
def test_arrays_of_a_file(names: tuple[str, str], shape: Any, convert: Any, tmp_path: Path) -> None:
    arrays = dict(zip(names, (IMAGES.reshape(shape).astype(convert), LABELS), strict=True))
    data = load(save(tmp_path / "a.npz", **arrays))
    assert data.shape == ((2, 3) if len(shape) == 3 else None)
    assert len(data.images) + len(data.test_images) == 40
    assert len(data.test_images) == 11
    assert np.isin(np.round(data.images * IMAGES.max()), IMAGES).all()


@pytest.mark.parametrize(
    "values", [[-3, 5, 1000, 2**40], [0.0, 2.0, 4.0, 8.0], [True, False, True, True]], ids=str
)
def test_labels_may_be_any_integers(values: list[Any], tmp_path: Path) -> None:
    labels = np.array(values)[LABELS]
    data = load(save(tmp_path / "a.npz", x=IMAGES, y=labels[:, None]))
    assert data.classes.tolist() == sorted({int(value) for value in values})
    assert set(data.labels) == set(range(len(data.classes)))


def test_images_keep_their_labels(tmp_path: Path) -> None:
    images = np.stack([LABELS, np.full(40, 100)], axis=1)
    data = load(save(tmp_path / "a.npz", x=images, y=LABELS))
    np.testing.assert_allclose(100 * data.images[:, 0], data.labels, rtol=1e-6)
    np.testing.assert_allclose(100 * data.test_images[:, 0], data.test_labels, rtol=1e-6)


def test_the_training_images_alone_give_the_scale(tmp_path: Path) -> None:
    training = save(tmp_path / "a.npz", x=IMAGES / IMAGES.max() * 4, y=LABELS)
    test = save(tmp_path / "b.npz", x=[[8, 2, 1, 0, 0, 0]], y=[2])
    data = load(training, test_data=test)
    assert data.images.max() == 1
    np.testing.assert_allclose(data.test_images, [[1, 0.5, 0.25, 0, 0, 0]])
    assert data.test_labels.tolist() == [2]
    assert len(data.images) == 40


@given(
    counts=st.lists(st.integers(2, 30), min_size=2, max_size=5),
    test_fraction=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**31 - 1),
)
def test_every_datum_is_in_one_set_or_the_split_is_refused(
    counts: list[int], test_fraction: float, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    images = np.arange(1, len(labels) + 1)[:, None]
    path = save(tmp_path_factory.mktemp("data") / "a.npz", x=np.hstack([images, images * 0 + 1000]), y=labels)
    try:
        data = load(path, test_fraction=test_fraction, seed=seed)
    except DataError as error:
        if test_fraction < 0.5 or "smaller" not in str(error):
            raise
        return
    both = np.concatenate([data.images[:, 0], data.test_images[:, 0]])
    np.testing.assert_allclose(np.sort(both) * 1000, images[:, 0], rtol=1e-5)
    assert set(data.labels) == set(range(len(counts)))
    expected = np.clip(round(test_fraction * len(labels)), len(counts), len(labels) - len(counts))
    assert len(data.test_labels) == expected


GOOD = {"images": IMAGES, "labels": LABELS}
WITH_NAN = np.where(IMAGES > 100, np.nan, IMAGES)
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no images": ({"pixels": IMAGES, "labels": LABELS}, "has no array images or x, only labels, pixels"),
    "no labels": ({"images": IMAGES}, "has no array labels or y"),
    "objects": (GOOD | {"images": IMAGES.astype(object)}, "images is made of Python objects"),
    "labels of objects": (GOOD | {"labels": LABELS.astype(object)}, "labels is made of Python objects"),
    "not a number": (GOOD | {"images": WITH_NAN}, "NaN"),
    "infinity": (GOOD | {"images": np.where(IMAGES > 100, np.inf, IMAGES)}, "infinity"),
    "beyond single precision": (GOOD | {"images": IMAGES * 1e300}, "infinity"),
    "negative": (GOOD | {"images": IMAGES - 100.0}, "must be 0 or more"),
    "all black": (GOOD | {"images": IMAGES * 0}, "empty"),
    "text": (GOOD | {"images": IMAGES.astype(str)}, "must be numbers"),
    "complex": (GOOD | {"images": IMAGES * 1j}, "must be numbers"),
    "one image": (GOOD | {"images": IMAGES[0]}, "n x pixels"),
    "colours": (GOOD | {"images": np.ones((40, 2, 2, 3))}, "n x pixels"),
    "no pixels": (GOOD | {"images": IMAGES[:, :0]}, "not empty"),
    "nothing": ({"images": IMAGES[:0], "labels": LABELS[:0]}, "not empty"),
    "other length": (GOOD | {"labels": LABELS[:-1]}, "40 images, but 39 labels"),
    "one-hot labels": (GOOD | {"labels": np.eye(4)[LABELS]}, "one integer an image"),
    "names as labels": (GOOD | {"labels": LABELS.astype(str)}, "must be integers"),
    "fractions as labels": (GOOD | {"labels": LABELS / 2}, "labels hold 0.5"),
    "undefined labels": (GOOD | {"labels": np.where(LABELS == 1, np.nan, 2.0)}, "labels hold nan"),
    "one class": (GOOD | {"labels": LABELS * 0}, "two classes"),
    "rare class": (GOOD | {"labels": np.where(np.arange(40) == 5, 9, LABELS)}, "label 9 occurs once"),
    "nothing at all": ({}, "only nothing"),
}


@pytest.mark.parametrize(("arrays", "message"), BAD.values(), ids=BAD)
def test_bad_arrays_give_one_line(arrays: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError) as error:
        load(path)
    assert message in str(error.value)
    assert "a.npz" in str(error.value)
    assert "\n" not in str(error.value)


def truncated(path: Path) -> None:
    np.savez(path, **GOOD)
    path.write_bytes(path.read_bytes()[:-80])


def flipped(path: Path) -> None:
    np.savez_compressed(path, **GOOD)
    content = bytearray(path.read_bytes())
    content[60:90] = b"x" * 30
    path.write_bytes(content)


def unreadable_member(path: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(path, "w") as archive:
        archive.writestr("images.npy", "no array")
        archive.writestr("labels.npy", "no array")


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "does not exist"),
    "folder": (lambda path: path.mkdir(), "is not a file"),
    "text": (lambda path: path.write_text("images"), "no npz file"),
    "empty": (lambda path: path.touch(), "damaged"),
    "one array": (lambda path: np.save(path.open("wb"), IMAGES), "no npz file"),
    "truncated": (truncated, "damaged"),
    "damaged": (flipped, "damaged"),
    "no arrays": (unreadable_member, "no array"),
}


@pytest.mark.parametrize(("make", "message"), FILES.values(), ids=FILES)
def test_bad_files_give_one_line(make: Callable[[Path], object], message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    make(path)
    with pytest.raises(DataError, match=message):
        load(str(path))


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.ones((3, 5)), [0, 1, 2], "images of 5 pixels, but 6 in"),
        (np.ones((1, 6)), [7], "label 7 does not"),
    ],
)
def test_a_test_set_must_fit(images: Any, labels: Any, message: str, tmp_path: Path) -> None:
    training, test = save(tmp_path / "a.npz", **GOOD), save(tmp_path / "b.npz", x=images, y=labels)
    with pytest.raises(DataError, match=message):
        load(training, test_data=test)


@pytest.mark.parametrize("fraction", [0, 1, -0.5, 2, float("nan"), float("inf")])
def test_fractions_lie_between_0_and_1(fraction: float) -> None:
    with pytest.raises(DataError, match="above 0 and below 1"):
        load(test_fraction=fraction)


def test_openml_without_a_network_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(*arguments: Any, **options: Any) -> None:
        raise URLError("no network")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    with pytest.raises(DataError, match=r"openml:iris cannot be fetched .*no network.* FILE.npz"):
        load("openml:iris")


@pytest.mark.parametrize("names", [np.array(["3", "7"]), np.array(["cat", "dog"], dtype=object)], ids=str)
def test_openml_names_become_classes(names: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = names[np.arange(40) % 2]
    monkeypatch.setattr(
        "sklearn.datasets.fetch_openml", lambda name, **options: (IMAGES.astype(float), labels)
    )
    data = load("openml:anything")
    assert len(data.classes) == 2
    assert data.labels.sum() + data.test_labels.sum() == 20

"""Images with labels as they come: from a file, from scikit-learn, from OpenML; checked, not yet scaled.

A file is an npz archive with the arrays ``images`` or ``x`` (n x pixels or n x height x width, numbers of 0
or more) and ``labels`` or ``y`` (n integers). Negative pixels are refused: a pixel becomes the activity of a
cell, and by how much to shift the scale is for its maker to say. Python objects in a file are never loaded.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cortexnet.errors import CortexnetError

DIGITS, OPENML = "digits", "openml:"
IMAGE_KEYS, LABEL_KEYS = ("images", "x"), ("labels", "y")


class DataError(CortexnetError, ValueError):
    """Data are not what the network can learn, or cannot be read."""


class LabelledImages(NamedTuple):
    """Images and their labels.

    Attributes
    ----------
    name : str
        Where they come from, for messages.
    pixels : ndarray of float32, shape (n, pixels)
        At least one image of at least one pixel; finite, 0 or more.
    labels : ndarray of int, shape (n,)
        Integers.
    shape : tuple of int or None
        Height and width of an image; a square where a file does not tell and the pixels would fill one.
    """

    name: str
    pixels: NDArray[np.float32]
    labels: NDArray[np.int64]
    shape: tuple[int, int] | None


def read(source: str) -> LabelledImages:
    """Return the images of a source: ``digits``, ``openml:NAME`` or the path of a file.

    Raises
    ------
    DataError
        Where it cannot be read or is not acceptable.
    """
    if source == DIGITS:
        return _digits()
    if source.startswith(OPENML):
        return _openml(source)
    return _file(Path(source))


def _digits() -> LabelledImages:
    from sklearn.datasets import load_digits

    digits = load_digits()
    return _checked(DIGITS, digits.images, digits.target)


def _openml(source: str) -> LabelledImages:
    from sklearn.datasets import fetch_openml

    from cortexnet.folders import cache_directory, own

    name = source.removeprefix(OPENML)
    if not name:
        raise DataError(f"{source} names no data: give {OPENML}NAME")
    kept = own(cache_directory() / "openml")
    try:
        images, names = fetch_openml(name, data_home=kept, as_frame=False, return_X_y=True)
    except (OSError, ValueError) as error:  # no network, or no such data
        raise DataError(f"{source} cannot be fetched ({error}): give a file FILE.npz instead") from None
    if names is None:
        raise DataError(f"{source} has no labels")
    dense = images.toarray() if hasattr(images, "toarray") else images
    return _checked(source, dense, _numbered(names))


def _numbered(names: NDArray[Any]) -> NDArray[Any]:
    """Return labels as numbers: those that are written in them, or their places in alphabetical order."""
    try:
        return names.astype(np.float64)
    except ValueError:
        return np.unique(names.astype(str), return_inverse=True)[1]


def _file(path: Path) -> LabelledImages:
    if path.exists() and not path.is_file():
        raise DataError(f"{path} is not a file")
    with _one_line_errors(path), _opened(path) as archive:
        images, labels = (_array(path, archive, keys) for keys in (IMAGE_KEYS, LABEL_KEYS))
    return _checked(str(path), images, labels)


@contextmanager
def _one_line_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise DataError(
            f"{path} does not exist: data are {DIGITS}, {OPENML}NAME or a file FILE.npz"
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    except MemoryError:
        raise DataError(f"{path} does not fit into memory") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DataError(f"{path} is damaged: {error}") from None


def _opened(path: Path) -> Any:
    try:
        archive = np.load(path, allow_pickle=False)
    except ValueError:  # what is neither npy nor npz is taken for a pickle
        archive = None
    if not isinstance(archive, np.lib.npyio.NpzFile):
        raise DataError(f"{path} is no npz file: save arrays with numpy.savez(FILE, images=..., labels=...)")
    return archive


def _array(path: Path, archive: Any, keys: tuple[str, ...]) -> NDArray[Any]:
    for key in keys:
        if key in archive:
            try:
                array = archive[key]
            except ValueError as error:
                why = "is made of Python objects" if "allow_pickle" in str(error) else f"is damaged ({error})"
                raise DataError(f"{path}: {key} {why}") from None
            if not isinstance(array, np.ndarray):  # a member of the archive that is no npy
                raise DataError(f"{path}: {key} is no array")
            return array
    found = ", ".join(sorted(archive.files)[:8]) or "nothing"
    raise DataError(f"{path} has no array {' or '.join(keys)}, only {found}")


def _checked(name: str, images: NDArray[Any], labels: NDArray[Any]) -> LabelledImages:
    pixels, integers = _pixels(name, images), _integers(name, labels)
    if len(pixels) != len(integers):
        raise DataError(f"{name}: {len(pixels)} images, but {len(integers)} labels")
    shape = images.shape[1:] if images.ndim == 3 else _square(pixels.shape[1])
    return LabelledImages(name, pixels, integers, shape)


def _pixels(name: str, images: NDArray[Any]) -> NDArray[np.float32]:
    if images.ndim not in (2, 3) or images.size == 0:
        raise DataError(
            f"{name}: images of shape {images.shape}: must be n x pixels or n x height x width, and not empty"
        )
    if images.dtype.kind not in "buif":
        raise DataError(f"{name}: images of type {images.dtype}: must be numbers, such as uint8 or float64")
    with np.errstate(over="ignore"):
        pixels = images.reshape(len(images), -1).astype(np.float32)
    if not np.isfinite(pixels).all():
        raise DataError(f"{name}: images hold NaN, infinity or numbers beyond those of single precision")
    if (lowest := pixels.min()) < 0:
        raise DataError(f"{name}: images hold {lowest:g}: must be 0 or more, since a pixel is an activity")
    return pixels


def _integers(name: str, labels: NDArray[Any]) -> NDArray[np.int64]:
    flat = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    if flat.ndim != 1:
        raise DataError(f"{name}: labels of shape {labels.shape}: must be one integer an image")
    if flat.dtype.kind not in "buif":
        raise DataError(f"{name}: labels of type {labels.dtype}: must be integers")
    with np.errstate(invalid="ignore"):
        integers = flat.astype(np.int64)
    if (other := flat[integers != flat]).size:
        raise DataError(f"{name}: labels hold {other[0]}: must be integers")
    return integers


def _square(n_pixels: int) -> tuple[int, int] | None:
    side = math.isqrt(n_pixels)
    return (side, side) if side * side == n_pixels else None

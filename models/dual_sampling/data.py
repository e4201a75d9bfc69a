"""What the network learns and how it is tested: images in [0, 1], labels 0, 1, 2, ..., in two sets.

Brightness is relative to the largest of the training images, so that nothing of the test set enters; brighter
test images are cut off there. `cortexnet.models.dual_sampling.labelled_images` says what may be read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cortexnet.models.dual_sampling import labelled_images
from cortexnet.models.dual_sampling.labelled_images import DIGITS, DataError, LabelledImages

#: Of the 1797 digits, 500 are the test set.
TEST_FRACTION = 500 / 1797


@dataclass(frozen=True)
class Source:
    """Where data come from, and how the test set is chosen.

    Attributes
    ----------
    data : str
        ``digits`` (8 x 8 pixels, of scikit-learn), ``openml:NAME``, or the path of an npz file.
    test_data : str or None
        The same for the test set. Without it, a share of each class is the test set.
    test_fraction : float
        That share of the data, above 0 and below 1; at least one datum a class is left on both sides.
    seed : int
        Of the choice of the test set.
    """

    data: str = DIGITS
    test_data: str | None = None
    test_fraction: float = TEST_FRACTION
    seed: int = 1

    def load(self) -> Dataset:
        """Load the data, and set the test set aside.

        Raises
        ------
        DataError
            Where the data cannot be read, are not acceptable, or cannot be split.
        """
        data = labelled_images.read(self.data)
        if self.test_data is not None:
            test = labelled_images.read(self.test_data)
            _require_same_size(data, test)
        else:
            chosen = _stratified(data, self.test_fraction, self.seed)
            data, test = _part(data, ~chosen), _part(data, chosen)
        return _dataset(data, test, self)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A training set and a test set.

    Attributes
    ----------
    name : str
        Where the data come from.
    images : ndarray of float32, shape (n, pixels)
        In [0, 1].
    labels : ndarray of int, shape (n,)
        Classes, 0 to C - 1; each occurs.
    test_images, test_labels : ndarray
        The same of the test set, in which a class may be missing.
    classes : ndarray of int, shape (C,)
        The labels as they came, in increasing order.
    shape : tuple of int or None
        Height and width of an image, where there is one.
    source : Source
        Loads the same again.
    """

    name: str
    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    test_images: NDArray[np.float32]
    test_labels: NDArray[np.int64]
    classes: NDArray[np.int64]
    shape: tuple[int, int] | None
    source: Source

    def digest(self) -> str:
        """Return a key that differs between data that differ."""
        key = hashlib.sha256()
        for array in (self.images, self.labels, self.test_images, self.test_labels, self.classes):
            key.update(repr((array.shape, array.dtype.str)).encode())
            key.update(np.ascontiguousarray(array).data)
        return key.hexdigest()


def load(
    source: str = DIGITS,
    *,
    test_data: str | None = None,
    test_fraction: float = TEST_FRACTION,
    seed: int = 1,
) -> Dataset:
    """Load data and set a test set aside; see `Source` for the parameters and the errors."""
    return Source(source, test_data, test_fraction, seed).load()


def _part(data: LabelledImages, chosen: NDArray[np.bool_]) -> LabelledImages:
    return data._replace(pixels=data.pixels[chosen], labels=data.labels[chosen])


def _require_same_size(data: LabelledImages, test: LabelledImages) -> None:
    n_pixels, n_test_pixels = data.pixels.shape[1], test.pixels.shape[1]
    if n_pixels != n_test_pixels:
        raise DataError(f"{test.name}: images of {n_test_pixels} pixels, but {n_pixels} in {data.name}")


def _stratified(data: LabelledImages, test_fraction: float, seed: int) -> NDArray[np.bool_]:
    """Choose which data are for the test: the same share of every class."""
    from sklearn.model_selection import train_test_split

    if not 0 < test_fraction < 1:
        raise DataError(f"test_fraction = {test_fraction}: must be above 0 and below 1")
    classes, counts = np.unique(data.labels, return_counts=True)
    if counts.min() < 2:
        raise DataError(
            f"{data.name}: label {classes[counts.argmin()]} occurs once: every class must occur twice or more"
            " to be in training and test set; or give the test set in a file of its own"
        )
    n_data, n_classes = len(data.labels), len(classes)
    n_test = min(max(round(test_fraction * n_data), n_classes), n_data - n_classes)
    _, test = train_test_split(np.arange(n_data), test_size=n_test, stratify=data.labels, random_state=seed)
    chosen = np.zeros(n_data, dtype=bool)
    chosen[test] = True
    missing = np.setdiff1d(classes, data.labels[~chosen])
    if missing.size:
        raise DataError(
            f"test_fraction = {test_fraction:g}: must be smaller, else label {missing[0]} is not trained"
        )
    return chosen


def _dataset(training: LabelledImages, test: LabelledImages, source: Source) -> Dataset:
    classes, labels = np.unique(training.labels, return_inverse=True)
    if len(classes) < 2:
        raise DataError(f"{training.name}: all labels are {classes[0]}: there must be two classes or more")
    unseen = np.setdiff1d(test.labels, classes)
    if unseen.size:
        raise DataError(f"{test.name}: label {unseen[0]} does not occur in the training data")
    brightest = training.pixels.max()
    if brightest == 0:
        raise DataError(f"{training.name}: all training images are empty (every pixel is 0)")
    return Dataset(
        name=training.name,
        images=training.pixels / brightest,
        labels=labels.astype(np.int64),
        test_images=np.minimum(test.pixels / brightest, 1),
        test_labels=np.searchsorted(classes, test.labels),
        classes=classes,
        shape=training.shape,
        source=source,
    )

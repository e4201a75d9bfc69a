"""What a network is shown: images with labels, of which the first are those that it learns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cortexnet.errors import ParameterError


@dataclass(frozen=True, eq=False)
class Examples:
    """Images and their labels.

    Attributes
    ----------
    images : ndarray of float, shape (n, pixels)
        From 0 to 1.
    labels : ndarray of int, shape (n,)
        From 0 to ``n_classes - 1``.
    n_classes : int
        Number of output cells.
    n_training : int
        How many data the likelihood counts, D of [35]; schedules take their learning from the first of them.
    """

    images: NDArray[np.float64]
    labels: NDArray[np.int64]
    n_classes: int
    n_training: int

    def __post_init__(self) -> None:
        if self.images.ndim != 2 or len(self.images) != len(self.labels):
            raise ParameterError(
                f"{len(self.labels)} labels and images of shape {self.images.shape}: must be (n, pixels)"
            )
        if not 1 <= self.n_training <= len(self.images):
            raise ParameterError(f"n_training = {self.n_training}: must be from 1 to {len(self.images)}")

"""Images as the firing of input cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Brightness is kept as a whole number, up to this.
BRIGHTEST = 255
#: Thermometer coding: a cell fires where its pixel reaches this share of the maximum.
LEVELS = (0.25, 0.5, 0.75)
HALF = 0.5


def cells_per_pixel(coding: str) -> int:
    """Return how many input cells a pixel has."""
    return len(LEVELS) if coding == "thermometer" else 1


def brightness(images: NDArray[np.float64], coding: str) -> NDArray[np.uint8]:
    """Code images for the input cells; the last cell is the bias, which always fires.

    Parameters
    ----------
    images : ndarray of float, shape (n, pixels)
        From 0 to 1.
    coding : {"binary", "thermometer", "stochastic", "grey"}
        Binary: a spike from half of the maximum on. Thermometer: one cell for each of a quarter, a half and
        three quarters; all cells of the first level come first. Stochastic and grey: the brightness of the
        pixel, as the probability of a spike or as a graded event.

    Returns
    -------
    ndarray of uint8, shape (n, cells_per_pixel * pixels + 1)
        From 0 to 255; 0 or 255 where a cell fires surely or not.
    """
    if coding == "thermometer":
        coded = np.concatenate([np.where(images >= level, BRIGHTEST, 0) for level in LEVELS], axis=1)
    elif coding == "binary":
        coded = np.where(images >= HALF, BRIGHTEST, 0)
    else:
        coded = np.rint(images * BRIGHTEST)
    bias = np.full((len(images), 1), BRIGHTEST)
    both: NDArray[np.uint8] = np.concatenate([coded, bias], axis=1).astype(np.uint8)
    return both


def firing_probabilities(images: NDArray[np.float64], coding: str) -> NDArray[np.float64]:
    """Return the same as probabilities of a spike, or graded values, from 0 to 1.

    Parameters
    ----------
    images, coding
        As in `brightness`.

    Returns
    -------
    ndarray of float, shape (n, cells_per_pixel * pixels + 1)
    """
    return brightness(images, coding) / float(BRIGHTEST)

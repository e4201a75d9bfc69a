"""A Necker cube, and the two cubes that it can be seen as, as images.

The drawing has the twelve edges of a cube: a lower left and an upper right square, and four edges that join
their corners. Either square can be the front one. Where it is, the corner of the other square that lies
inside it is hidden, and with it the three edges that meet there. The unambiguous drawings leave those out, or
draw them faintly; the ambiguous one draws all edges alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Readings of the cube: which square is in front.
LOWER_FRONT, UPPER_FRONT = 0, 1
READINGS = ("lower square in front", "upper square in front")

#: Corners (x, y, square) of the unit cube, and the edges between corners that differ in one coordinate.
_CORNERS = np.array([(x, y, square) for square in (0, 1) for y in (0, 1) for x in (0, 1)])
_EDGES = [(i, j) for i in range(8) for j in range(i + 1, 8) if np.abs(_CORNERS[i] - _CORNERS[j]).sum() == 1]
#: The corner that is hidden in each reading: lower left of the upper square, upper right of the lower one.
_HIDDEN_CORNER = {LOWER_FRONT: (0, 0, 1), UPPER_FRONT: (1, 1, 0)}


@dataclass(frozen=True)
class Cube:
    """How a cube is drawn.

    Attributes
    ----------
    size : int
        Height and width of the image in pixels.
    line_width : float
        In pixels.
    hidden_brightness : float
        Of the edges that an unambiguous drawing hides; visible ones have 1.
    """

    size: int
    line_width: float
    hidden_brightness: float

    def ambiguous(self, shift: tuple[float, float] = (0.0, 0.0)) -> Array:
        """Draw all edges alike, shifted by (right, up) pixels; shape (size, size), 0 to 1, top row first."""
        return self._drawn(np.ones(len(_EDGES)), shift)

    def unambiguous(self, reading: int, shift: tuple[float, float] = (0.0, 0.0)) -> Array:
        """Draw the cube of a reading: the three hidden edges are faint."""
        hidden = _CORNERS.tolist().index(list(_HIDDEN_CORNER[reading]))
        brightness = np.array([self.hidden_brightness if hidden in edge else 1.0 for edge in _EDGES])
        return self._drawn(brightness, shift)

    def _drawn(self, brightness: Array, shift: tuple[float, float]) -> Array:
        """Draw the edges with a brightness each; where they cross, the brighter one is seen."""
        corners = self._corners() + np.array(shift)
        lines = [
            value * self._line(corners[i], corners[j])
            for (i, j), value in zip(_EDGES, brightness, strict=True)
        ]
        return np.asarray(np.max(lines, axis=0))

    def _corners(self) -> Array:
        """Places (right, up) of the corners, in the middle of pixels: two squares inside a margin."""
        margin = self.size / 8
        scale = self.size - 2 * margin
        place = 0.62 * _CORNERS[:, :2] + 0.38 * _CORNERS[:, 2:]
        return np.asarray(np.floor(margin + scale * place) + 0.5)

    def _line(self, start: Array, end: Array) -> Array:
        """Brightness of an anti-aliased line: the share of a pixel that it covers, by distance."""
        centres = np.arange(self.size) + 0.5
        right, up = np.meshgrid(centres, centres[::-1])
        pixels = np.stack([right, up], axis=-1)
        along = end - start
        share = np.clip((pixels - start) @ along / (along @ along), 0, 1)
        distance = np.linalg.norm(pixels - start - share[..., None] * along, axis=-1)
        return np.asarray(np.clip(self.line_width / 2 + 0.5 - distance, 0, 1))


def training_set(
    cube: Cube, n: int, *, jitter: float, noise_sd: float, seed: int
) -> tuple[Array, NDArray[np.int64]]:
    """Draw both unambiguous cubes in turn, each at a place of its own and with noise in every pixel.

    Parameters
    ----------
    cube : Cube
        How they are drawn.
    n : int
        Number of images.
    jitter : float
        Shifts are uniform between minus and plus this, in pixels, to the right and up.
    noise_sd : float
        Standard deviation of the noise; brightness is cut off at 0 and 1.
    seed : int
        Of both.

    Returns
    -------
    images : ndarray, shape (n, size * size)
    labels : ndarray of int, shape (n,)
        The readings.
    """
    generator = np.random.default_rng(seed)
    labels = np.arange(n) % len(READINGS)
    shifts = generator.uniform(-jitter, jitter, (n, 2))
    drawn = [
        cube.unambiguous(int(reading), (float(right), float(up)))
        for reading, (right, up) in zip(labels, shifts, strict=True)
    ]
    noisy = np.stack(drawn) + generator.normal(0, noise_sd, (n, cube.size, cube.size))
    return np.clip(noisy, 0, 1).reshape(n, -1), labels

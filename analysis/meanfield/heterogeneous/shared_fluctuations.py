"""What the cells of a step had in common: how the population rates fluctuated around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

#: Bins (s) in which the fluctuations of the population rates are told.
BIN = 5e-3
#: Frequencies (Hz) between which spectra are averaged, and the highest one.
RESOLUTION, HIGHEST = 5.0, 500.0


@dataclass(frozen=True, eq=False)
class SharedFluctuations:
    """Summary of the population rates.

    Attributes
    ----------
    sd : list of float
        SD of the relative population rates (E, I) in bins of `BIN`.
    spectrum : dict
        ``frequency_hz``; ``excitatory``, ``inhibitory``, ``cross_real`` and ``cross_imaginary`` (E times the
        conjugate of I): two-sided spectra of the relative rates, s.
    limited : bool
        Whether a linear response had to be weakened to keep them finite.
    """

    sd: list[float]
    spectrum: dict[str, list[float]]
    limited: bool

    @classmethod
    def of(cls, waves: Sequence[NDArray[np.complex128]], time_step: float, limited: bool) -> Self:
        """Summarise the Fourier transforms (2, n) of the relative rates in stretches of time."""
        length = 2 * (waves[0].shape[1] - 1)
        density = sum(np.einsum("af,bf->abf", wave, wave.conj()) for wave in waves)
        density = np.asarray(density) * time_step / length / len(waves)
        frequency = np.fft.rfftfreq(length, time_step)
        smoothing = 2 * frequency[1] * np.sinc(frequency * BIN) ** 2
        variances = [float((density[a, a].real * smoothing)[1:].sum()) for a in (0, 1)]
        edges = np.arange(RESOLUTION / 2, HIGHEST, RESOLUTION)
        first = np.searchsorted(frequency, edges)

        def averaged(values: NDArray[np.float64]) -> list[float]:
            totals = np.add.reduceat(values, first)[:-1]
            return [float(value) for value in totals / np.diff(first)]

        return cls(
            sd=[float(value) for value in np.sqrt(variances)],
            spectrum={
                "frequency_hz": [float(value) for value in edges[:-1] + RESOLUTION / 2],
                "excitatory": averaged(density[0, 0].real),
                "inhibitory": averaged(density[1, 1].real),
                "cross_real": averaged(density[0, 1].real),
                "cross_imaginary": averaged(density[0, 1].imag),
            },
            limited=limited,
        )

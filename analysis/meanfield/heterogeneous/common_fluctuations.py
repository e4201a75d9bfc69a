r"""Fluctuations of the population rates that follow from linear response, as in a finite network.

With x_a the relative deviation of the rate of population a from its mean, both populations answer to both,

    x_a = sum_b h_ab * x_b + xi_a,    <xi_a xi_b^*> = delta_ab/(N_a r_a),

so that the matrix of cross-spectra is S = (1 - H)^-1 diag(1/(N r)) (1 - H)^-dagger. The response functions
h_ab, delays included, are not assumed: cells are simulated with common input whose x_b is known, and h_ab is
the causal filter that predicts their rate from it best. Because they are measured at the size that the
fluctuations have, S also knows how responses saturate.

Sources: Lindner, Doiron & Longtin (2005), Phys. Rev. E 72, 061919, and Trousdale et al. (2012), PLoS Comput.
Biol. 8, e1002408, for S; Lerchner et al. (2006), Neural Comput. 18, 634, for the populations of cells.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cortexnet.analysis.meanfield.quadrature import Array

Complex = NDArray[np.complex128]

#: Lags (s) between which the response functions are broken lines; they vanish at both ends.
LAGS = 1e-3 * np.array([0, 1, 2, 3, 4.5, 6.5, 9.5, 14, 21, 32, 50])
#: Above this frequency (Hz) populations do not respond.
HIGHEST_FREQUENCY = 1000.0
#: Frequencies that are averaged before the regression: about 1 Hz.
AVERAGED = 9
#: Ridge of the regression, relative to the variance of each regressor.
RIDGE = 1e-3
#: Largest SD of a relative population rate for which a linear response is taken at its word.
LARGEST_SD = 1.0
#: Factor by which a response is weakened, as often as it takes, or given up in the end.
WEAKENED, WEAKENINGS = 0.9, 100


class CommonFluctuations:
    """Linear response of both populations, on the frequencies of a stretch of time.

    Parameters
    ----------
    length : int
        Steps of the stretch.
    time_step : float
        s.
    sizes : pair of int
        Cells of the excitatory and of the inhibitory population.

    Attributes
    ----------
    frequency : ndarray
        Hz.
    response : ndarray, shape (2, 2, n)
        H_ab: of population a to b, excitatory first.
    limited : bool
        Whether the response had to be weakened for the fluctuations to stay finite.
    """

    def __init__(self, length: int, time_step: float, sizes: tuple[int, int]) -> None:
        self.frequency: Array = np.asarray(np.fft.rfftfreq(length, time_step), dtype=np.float64)
        self.response: Complex = np.zeros((2, 2, self.frequency.size), np.complex128)
        self.limited = False
        self._sizes = np.array(sizes)
        self._filters = _filters(self.frequency)
        self._learnt = [0, 0]

    @property
    def amplifies(self) -> bool:
        """Whether slow changes grow: the state that separates silence from activity."""
        return bool(np.linalg.det(np.eye(2) - self.response[:, :, 0].real) <= 0)

    def copy(self) -> Self:
        """Return one that learns on its own from here on."""
        twin = copy(self)
        twin.response, twin._learnt = self.response.copy(), list(self._learnt)
        return twin

    def spectrum(self, rates: Array) -> tuple[Complex, Array]:
        """Cross-spectra S (2, 2, n) of the relative rates, s, two-sided, and the noise 1/(N r) of each.

        Parameters
        ----------
        rates : ndarray, shape (2,)
            Mean rates of both populations, Hz.
        """
        noise = 1 / (self._sizes * rates)
        width = 2 * (self.frequency[1] - self.frequency[0])
        responded = self.frequency <= HIGHEST_FREQUENCY
        allowed = LARGEST_SD**2 + 2 * HIGHEST_FREQUENCY * noise
        response = self.response
        for weakening in range(WEAKENINGS if response.any() else 0):
            spectrum = _spectrum(response, noise)
            variance = width * np.einsum("aaf->a", spectrum[:, :, responded].real)
            if (variance <= allowed).all():
                self.limited = weakening > 0
                return spectrum, noise
            response = WEAKENED * response
        self.limited = bool(response.any())
        return _spectrum(np.zeros_like(response), noise), noise

    def learn(self, population: int, common: Iterable[Complex], answers: Iterable[Complex]) -> None:
        """Take the response of a population from simulated cells.

        Parameters
        ----------
        population : int
            0 excitatory, 1 inhibitory.
        common : iterable of ndarray, shape (2, n)
            Fourier transforms of the relative rates x_b that the cells were exposed to, a stretch each.
        answers : iterable of ndarray, shape (n,)
            Those of the cells' own relative rates.
        """
        starts = np.arange(1, self._filters.shape[1] + 1, AVERAGED)
        filters = self._filters[:, starts[:-1] + AVERAGED // 2 - 1]

        def blocks(products: Complex) -> Complex:
            """Sum over blocks of frequencies within which the filters hardly change."""
            return np.asarray(np.add.reduceat(products, starts, axis=-1)[..., :-1])

        inputs = np.zeros((2, 2, filters.shape[1]), np.complex128)
        crossed = np.zeros((2, filters.shape[1]), np.complex128)
        for x, y in zip(common, answers, strict=True):
            inputs += blocks(x.conj()[:, None] * x)
            crossed += blocks(x.conj() * y)
        count = len(filters)
        pairs = filters.conj()[:, None] * filters
        gram = np.einsum("abf,klf->akbl", inputs, pairs).real.reshape(2 * count, 2 * count)
        projection = np.einsum("af,kf->ak", crossed, filters.conj()).real.ravel()
        strength = np.linalg.solve(gram + RIDGE * np.diag(np.diag(gram)), projection).reshape(2, count)
        response = np.zeros((2, self.frequency.size), np.complex128)
        response[:, 1 : self._filters.shape[1] + 1] = strength @ self._filters
        response[:, 0] = response[:, 1].real
        # The first two responses were measured with too small fluctuations: they are not kept.
        weight = 1.0 if self._learnt[population] < 2 else 0.5
        self._learnt[population] += 1
        self.response[population] += weight * (response - self.response[population])


def _spectrum(response: Complex, noise: Array) -> Complex:
    """(1 - H)^-1 diag(noise) (1 - H)^-dagger."""
    (ee, ei), (ie, ii) = np.eye(2)[:, :, None] - response
    amplification = np.array([[ii, -ei], [-ie, ee]]) / (ee * ii - ei * ie)
    return np.asarray(np.einsum("abf,b,cbf->acf", amplification, noise, amplification.conj()))


def _filters(frequency: Array) -> Complex:
    """Fourier transforms of the triangles of one second height between neighbouring lags, without f = 0."""
    used = frequency[(frequency > 0) & (frequency <= HIGHEST_FREQUENCY)]
    omega = 2 * np.pi * used
    corners = np.exp(-1j * np.outer(LAGS, omega))
    # The second derivative of a broken line is a comb: a triangle's transform is that over (i omega)^2.
    rising, falling = 1 / np.diff(LAGS)[:-1, None], 1 / np.diff(LAGS)[1:, None]
    combs = corners[:-2] * rising - corners[1:-1] * (rising + falling) + corners[2:] * falling
    return np.asarray(combs / (1j * omega) ** 2)

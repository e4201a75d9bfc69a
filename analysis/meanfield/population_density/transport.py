r"""How cells move through the layers: each row with its speed, between the rows all the while.

The stationary content f (per x) of the rows of a layer obeys, with the speed y of every row, the generator A
of `conductance` and a source q,

    y df/dx = A f + q.

A layer of thickness h takes in f where rows enter it (from below where y > 0, from above where y < 0), holds
its mean and gives it out at the other end; conservation, and the shape of f within the layer, that of an
exponential exp(-kappa x/|y|), are two equations for mean and outcome:

    |y| (out - in)/h = A mean + q,    out = alpha in + beta mean.

With kappa = 0 these are diamond differences, of second order in h also where noise makes the potential
diffuse; kappa is the rate at which the potential relaxes, so that the slowest rows, in which the density
cannot follow, are taken upwind. Layers are put on top of one another: what all layers below an edge make of
what falls into them is a matrix, their reflection. So a solution is one sweep up and one down.
"""

from __future__ import annotations

import numpy as np

from cortexnet.analysis.meanfield.population_density.mesh import Mesh
from cortexnet.analysis.meanfield.quadrature import Array

#: Thinnest layer in units of |y|/kappa, for the sake of digits.
THINNEST = 1e-4


class Transport:
    """The stacked layers between a reflecting bottom and the absorbing threshold.

    Parameters
    ----------
    mesh : Mesh
    generators : ndarray, shape (layers, rows, rows)
        Rates between rows, Hz.
    relaxation_rate : float
        kappa, Hz.
    """

    def __init__(self, mesh: Mesh, generators: Array, relaxation_rate: float) -> None:
        self.mesh = mesh
        self._speed = np.abs(mesh.rows)
        self._fall = slice(0, mesh.falling)
        self._rise = slice(mesh.falling, mesh.rows.size)
        per_layer = self._speed / mesh.thickness[:, None]
        decay = np.maximum(relaxation_rate / per_layer, THINNEST)
        mean_of_in = -np.expm1(-decay) / decay
        self._of_mean = -np.expm1(-decay) / (1 - mean_of_in)
        self._of_in = np.exp(-decay) - self._of_mean * mean_of_in
        self._entry = per_layer * (1 - self._of_in)
        system = -generators
        diagonal = np.arange(mesh.rows.size)
        system[:, diagonal, diagonal] += per_layer * self._of_mean
        self._inverse = np.linalg.inv(system)
        self._reflection, self._multiple, self._ascent = self._reflect()

    def outflow(self, injection: Array) -> Array:
        """Flux (per row) through the threshold of what is injected at the reset, per row and second."""
        rising = self._ascent @ self._injected(injection)
        return np.concatenate([np.zeros(self.mesh.falling), rising * self._speed[self._rise]])

    def content(self, injection: Array | None = None, source: Array | None = None) -> Array:
        """Stationary content of every cell, shape (layers, rows).

        Parameters
        ----------
        injection : ndarray, shape (rows,), optional
            At the reset, 1/s.
        source : ndarray, shape (layers, rows), optional
            In every cell, 1/s.
        """
        rising = self._sweep_up(injection, source)
        falling = np.zeros(self.mesh.falling)
        mean = np.empty_like(self._of_in)
        for layer in reversed(range(len(mean))):
            mean[layer], _, falling = self._through(layer, rising[layer], falling, source)
            if injection is not None and layer == self.mesh.reset_layer:
                falling = falling + injection[self._fall] / self._speed[self._fall]
        return np.asarray(mean * self.mesh.thickness[:, None])

    def _injected(self, injection: Array) -> Array:
        """Rising part at the reset of what is injected there, if nothing fell through it from above."""
        injected = injection / self._speed
        below = self._reflection[self.mesh.reset_layer]
        return np.asarray(injected[self._rise] + below @ injected[self._fall])

    def _reflect(self) -> tuple[list[Array], list[Array], Array]:
        """Reflection of all below each layer, sum over reflections within it, and the ascent from the reset.

        The ascent is what rises through the threshold by what rises at the reset.
        """
        fall, rise = self._fall, self._rise
        # At the bottom, where hardly a cell is, what falls comes back in the slowest rising row.
        reflection = np.zeros((rise.stop - rise.start, fall.stop))
        reflection[0] = self._speed[fall] / self._speed[rise.start]
        reflections, multiples, ascent = [], [], np.eye(rise.stop - rise.start)
        for layer, inverse in enumerate(self._inverse):
            through = self._of_mean[layer][:, None] * inverse * self._entry[layer]
            through[np.diag_indices_from(through)] += self._of_in[layer]
            multiple = np.linalg.inv(np.eye(fall.stop) - through[fall, rise] @ reflection)
            reflections.append(reflection)
            multiples.append(multiple)
            reflected = reflection @ multiple
            if layer >= self.mesh.reset_layer:
                ascent = through[rise, rise] @ (ascent + reflected @ (through[fall, rise] @ ascent))
            reflection = through[rise, fall] + through[rise, rise] @ (reflected @ through[fall, fall])
        return reflections, multiples, ascent

    def _sweep_up(self, injection: Array | None, source: Array | None) -> list[Array]:
        """Rising part at every edge by the sources below it, if nothing fell through that edge."""
        nothing = np.zeros(self.mesh.falling)
        rising = [np.zeros(self._speed.size - self.mesh.falling)]
        for layer in range(len(self._of_in)):
            if injection is not None and layer == self.mesh.reset_layer:
                rising[layer] = rising[layer] + self._injected(injection)
            rising.append(self._through(layer, rising[layer], nothing, source)[1])
        return rising

    def _through(
        self, layer: int, rising: Array, falling: Array, source: Array | None
    ) -> tuple[Array, Array, Array]:
        """Mean of a layer, and what rises out of it and falls out of it, by what enters it at both edges."""
        here = 0.0 if source is None else source[layer] / self.mesh.thickness[layer]
        _, once = self._single_pass(layer, np.concatenate([falling, rising]), here)
        fallen = self._multiple[layer] @ once[self._fall]
        risen = rising + self._reflection[layer] @ fallen
        mean, out = self._single_pass(layer, np.concatenate([falling, risen]), here)
        return mean, out[self._rise], fallen

    def _single_pass(self, layer: int, entering: Array, source: Array | float) -> tuple[Array, Array]:
        mean = self._inverse[layer] @ (self._entry[layer] * entering + source)
        return mean, self._of_in[layer] * entering + self._of_mean[layer] * mean

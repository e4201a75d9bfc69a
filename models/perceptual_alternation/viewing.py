"""How a trained network looks at an image: its cells are sampled with outputs free and feedback on.

Synapses are those of one sample of the posterior and stay as they are, since viewing is short against
learning. In each bin a share of the hidden cells and of the outputs is redrawn,

    P(x_j = 1) = sigma(u_j + b_j - strength * A_j),    A <- A + rate (x - A),

with the drive u and the low-passed feedback b of (32), (36), and an adaptation A that is not in the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.special import expit

from cortexnet.models.perceptual_alternation.parameters import Parameters
from cortexnet.models.sampled_recording import SampledCells

Reals = NDArray[np.floating[Any]]
Weights = Mapping[str, Reals]


class Viewer:
    """Independent copies of the cells of a trained network before one image.

    Parameters
    ----------
    parameters : Parameters
        Of network and viewing.
    weights : mapping
        Of `cortexnet.models.dual_sampling.reference.Reference`.
    inputs : ndarray, shape (inputs,)
        The image as coded for the input cells, graded; bias last.
    seed : int
        Of the cells.
    """

    def __init__(self, parameters: Parameters, weights: Weights, inputs: Reals, seed: int) -> None:
        self._parameters, self._random = parameters, np.random.default_rng(seed)
        self._to_outputs, self._output_bias = weights["hidden_to_output"], weights["bias_to_output"]
        n_hidden, n_outputs = self._to_outputs.shape
        self._recurrent = weights.get("hidden_to_hidden", np.zeros((n_hidden, n_hidden), np.float32))
        self._from_image = inputs.astype(np.float32) @ weights["input_to_hidden"]
        copies = parameters.n_viewers
        self.hidden = (self._random.random((copies, n_hidden)) < 0.5).astype(np.float32)
        self.outputs = np.zeros((copies, n_outputs), np.float32)
        self._feedback = np.zeros_like(self.hidden)
        self._adaptation = np.zeros_like(self.hidden)

    def step(self) -> Reals:
        """Redraw cells for one bin; return sigma(u) of the outputs, shape (copies, outputs)."""
        parameters = self._parameters
        drive = self._hidden_drive()
        residual = self.outputs - expit(self._output_drive())
        feedback = residual @ self._to_outputs.T + (self.hidden - expit(drive)) @ self._recurrent.T
        self._feedback += parameters.feedback_rate * (feedback - self._feedback)
        self.hidden = self._redrawn(self.hidden, drive + parameters.feedback_strength * self._feedback)
        output_drive = self._output_drive()
        self.outputs = self._redrawn(self.outputs, output_drive)
        self._adaptation += parameters.adaptation_rate * (self.hidden - self._adaptation)
        return expit(output_drive)  # type: ignore[no-any-return]

    def _hidden_drive(self) -> Reals:
        recurrent = self.hidden @ self._recurrent
        adapted = self._parameters.adaptation_strength * self._adaptation
        return self._from_image + recurrent - adapted

    def _output_drive(self) -> Reals:
        return self.hidden @ self._to_outputs + self._output_bias

    def _redrawn(self, cells: Reals, log_odds: Reals) -> NDArray[np.float32]:
        """Redraw each cell with the probability `neuron_update_fraction`."""
        drawn = self._random.random(cells.shape, np.float32) < expit(log_odds)
        chosen = self._random.random(cells.shape, np.float32) < self._parameters.neuron_update_fraction
        return np.where(chosen, drawn, cells).astype(np.float32)


def view(
    parameters: Parameters, weights: Weights, inputs: Reals, *, seed: int, cells: SampledCells | None = None
) -> NDArray[np.float64]:
    """View an image, and read from the outputs which cube it seems to be.

    Parameters
    ----------
    parameters, weights, inputs, seed
        See `Viewer`.
    cells : SampledCells, optional
        Is given the cells of the first copy.

    Returns
    -------
    ndarray, shape (copies, viewing_bins)
        Low-passed difference of sigma(u) of the first and the second output, within +-1.
    """
    viewer = Viewer(parameters, weights, inputs, seed)
    n_bins = parameters.settling_bins + parameters.viewing_bins
    difference = np.empty((parameters.n_viewers, n_bins))
    for time_bin in range(n_bins):
        probability = viewer.step()
        difference[:, time_bin] = probability[:, 0] - probability[:, 1]
        if cells is not None and time_bin >= parameters.settling_bins:
            cells.add(hidden=viewer.hidden[0], output=viewer.outputs[0])
    rate = parameters.readout_rate
    smooth = lfilter([rate], [1, rate - 1], difference, axis=1)
    return np.asarray(smooth[:, parameters.settling_bins :], dtype=np.float64)

"""The dual sampling network in NumPy, with cells of its own for every datum and all data in parallel.

It is the reference of the spiking network: the same rule and the same parameters, but where the spiking network
sees one datum after another, and begins each with the cells as the last one left them, this one keeps the
cells of every datum. So a sweep redraws them once for each of `data_per_update` data, whatever
`bins_per_datum` and `time_bin` are, and then the synapses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from cortexnet.errors import ParameterError
from cortexnet.models.dual_sampling.connections import Connections, Reals, softplus

#: Redraws of recurrently connected hidden cells, in units of one for each cell, before they are shown anything.
SETTLING = 5


@dataclass(frozen=True, eq=False)
class Shown:
    """What the outputs said to some inputs; class c of a datum is column c.

    Attributes
    ----------
    probability : ndarray, shape (data, outputs)
        Mean of sigma(u) over the samples.
    one_sample : ndarray, shape (data, outputs)
        sigma(u) of the last sample.
    spike_count : ndarray, shape (data, outputs)
        Spikes in all samples.
    """

    probability: NDArray[np.float64]
    one_sample: NDArray[np.float64]
    spike_count: NDArray[np.int64]


class Reference:
    """The network and its data.

    Parameters
    ----------
    parameters : Parameters
        Of the network.
    inputs : array, shape (data, inputs)
        Firing probabilities of the input cells, or their real values where the coding is grey. The last one is
        the bias, always 1, which projects to the outputs as well.
    labels : array of int, shape (data,)
        Output cell that fires with each datum.
    n_outputs : int
        Number of output cells.
    seed : int
        Of everything random in it.
    """

    def __init__(
        self, parameters: Any, inputs: ArrayLike, labels: ArrayLike, n_outputs: int, seed: int
    ) -> None:
        self._parameters, self._random = parameters, np.random.default_rng(seed)
        self._data = np.array(inputs, dtype=np.float32)
        self._targets = np.eye(n_outputs, dtype=np.float32)[np.array(labels, dtype=np.int64)]
        self._require_spikes_where_needed()
        self._batches: list[NDArray[np.int64]] = []
        self._connect(self._data.shape[1], parameters.n_hidden, n_outputs)
        self.inputs, self.outputs = self._coded(self._data), self._targets.copy()
        self.hidden = self._settled(self.inputs)
        self._feedback_to_hidden = np.zeros_like(self.hidden)
        self._feedback_to_inputs = np.zeros_like(self.inputs)

    @property
    def weights(self) -> dict[str, NDArray[np.float32]]:
        """Weights of every pathway, shape (sources, targets); the last input is the bias."""
        recurrent = {} if self._recurrent is None else {"hidden_to_hidden": self._recurrent.weights}
        return {
            "input_to_hidden": self._to_hidden.weights,
            "hidden_to_output": self._to_outputs.weights[:-1],
            "bias_to_output": self._to_outputs.weights[-1:],
            **recurrent,
        }

    def sweep(
        self, *, learning: bool = True, clamp_inputs: bool = True, clamp_outputs: bool = True
    ) -> None:
        """Redraw the cells of the next `data_per_update` data, then the synapses.

        The data come in random order, each once in every round of all of them. Cells that are not clamped
        to the data are redrawn like hidden ones, hidden cells first, then outputs, then inputs. Inputs have no
        drive of their own, so a free one is on with probability sigma(0) = 1/2 but for the feedback of the
        hidden cells; the bias is never free.

        Parameters
        ----------
        learning : bool
            Redraw synapses as well.
        clamp_inputs, clamp_outputs : bool
            Hold them to the data.
        """
        data = self._next_batch()
        if clamp_inputs:
            self.inputs[data] = self._coded(self._data[data])
        if clamp_outputs:
            self.outputs[data] = self._targets[data]
        inputs, hidden, outputs = self.inputs[data], self.hidden[data], self.outputs[data]
        from_inputs = inputs @ self._to_hidden.weights

        hidden_drive, output_drive = self._drives(from_inputs, hidden)
        feedback = self._to_outputs_feedback(hidden, outputs, output_drive)
        if self._recurrent is not None:
            feedback = feedback + self._feedback(self._recurrent, hidden, hidden, hidden_drive)
        self._feedback_to_hidden[data] += self._rate * (feedback - self._feedback_to_hidden[data])
        hidden = self._redrawn(hidden, hidden_drive + self._feedback_to_hidden[data])

        hidden_drive, output_drive = self._drives(from_inputs, hidden)
        if not clamp_outputs:
            outputs = self._redrawn(outputs, output_drive)
        if not clamp_inputs:
            feedback = self._feedback(self._to_hidden, inputs, hidden, hidden_drive)
            self._feedback_to_inputs[data] += self._rate * (feedback - self._feedback_to_inputs[data])
            inputs = self._redrawn(inputs, self._feedback_to_inputs[data])
            inputs[:, -1] = 1
            hidden_drive, output_drive = self._drives(inputs @ self._to_hidden.weights, hidden)
        self.inputs[data], self.hidden[data], self.outputs[data] = inputs, hidden, outputs
        if learning:
            repeats = len(self._data) / len(inputs)
            self._to_hidden.learn(inputs, hidden, hidden_drive, repeats)
            self._to_outputs.learn(_with_bias(hidden), outputs, output_drive, repeats)
            if self._recurrent is not None:
                self._recurrent.learn(hidden, hidden, hidden_drive, repeats)

    def show(self, inputs: ArrayLike, n_samples: int = 1) -> Shown:
        """Show inputs to the present synapses, outputs free: fresh cells, no feedback, no learning.

        Parameters
        ----------
        inputs : array, shape (data, inputs)
            As those that it learns.
        n_samples : int
            Samples of the cells.
        """
        shown = np.array(inputs, dtype=np.float32)
        total = np.zeros((len(shown), self._targets.shape[1]))
        spikes = np.zeros(total.shape, dtype=np.int64)
        for _ in range(n_samples):
            drive = self._output_drive(self._settled(self._coded(shown)))
            one_sample = expit(drive).astype(np.float64)
            total += one_sample
            spikes += self._drawn(drive) > 0
        return Shown(total / n_samples, one_sample, spikes)

    def output_probabilities(self, inputs: ArrayLike, n_samples: int = 1) -> NDArray[np.float64]:
        """Return the mean of sigma(u) of the outputs over samples; see `show`."""
        return self.show(inputs, n_samples).probability

    def _connect(self, n_inputs: int, n_hidden: int, n_outputs: int) -> None:
        def connections(amplitude: float, exists: NDArray[np.bool_]) -> Connections:
            return Connections(self._parameters, amplitude, exists, self._random)

        amplitude = self._parameters.amplitude
        self._to_hidden = connections(amplitude, np.ones((n_inputs, n_hidden), dtype=bool))
        self._to_outputs = connections(amplitude, np.ones((n_hidden + 1, n_outputs), dtype=bool))
        self._recurrent = (
            connections(self._parameters.amplitude_recurrent, ~np.eye(n_hidden, dtype=bool))
            if self._parameters.hidden_connections == "all"
            else None
        )

    def _require_spikes_where_needed(self) -> None:
        coding, conditional = self._parameters.coding, self._parameters.synapse_conditional
        if coding == "grey" and conditional == "exact":
            raise ParameterError(
                "synapse_conditional = exact: needs input cells that are 0 or 1; with coding = grey it must be linear"
            )

    def _next_batch(self) -> NDArray[np.int64] | slice:
        """Return which data come next."""
        n_data, size = len(self._data), self._parameters.data_per_update
        if size >= n_data:
            return slice(None)
        if not self._batches:
            order = self._random.permutation(n_data)
            self._batches = [order[first : first + size] for first in range(0, n_data, size)]
        return self._batches.pop()

    @property
    def _rate(self) -> np.float32:
        return np.float32(self._parameters.feedback_rate)

    def _coded(self, probability: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the input cells do: spikes drawn afresh where the coding is stochastic."""
        if self._parameters.coding != "stochastic":
            return probability.copy()
        return (self._random.random(probability.shape, np.float32) < probability).astype(np.float32)

    def _drives(self, from_inputs: Reals, hidden: Reals) -> tuple[Reals, Reals]:
        """Return the drives of hidden cells and of outputs."""
        hidden_drive = from_inputs if self._recurrent is None else from_inputs + hidden @ self._recurrent.weights
        return hidden_drive, self._output_drive(hidden)

    def _output_drive(self, hidden: Reals) -> Reals:
        return _with_bias(hidden) @ self._to_outputs.weights  # type: ignore[no-any-return]

    def _to_outputs_feedback(self, hidden: Reals, outputs: Reals, drive: Reals) -> Reals:
        return self._feedback(self._to_outputs, _with_bias(hidden), outputs, drive)[:, :-1]

    def _feedback(self, connections: Connections, source: Reals, target: Reals, drive: Reals) -> Reals:
        """Return what the targets add to the log-odds of the sources (30), (32), shape (data, sources)."""
        weights = connections.weights
        if self._parameters.neuron_conditional == "linear":
            return (target - expit(drive)) @ weights.T  # type: ignore[no-any-return]
        total = target @ weights.T
        for k in range(weights.shape[1]):
            without = drive[:, k, None] - source * weights[:, k]
            total -= softplus(without + weights[:, k]) - softplus(without)
        return total  # type: ignore[no-any-return]

    def _redrawn(self, cells: Reals, log_odds: Reals) -> Reals:
        """Redraw each cell with the probability `neuron_update_fraction`."""
        drawn, fraction = self._drawn(log_odds), self._parameters.neuron_update_fraction
        if fraction == 1:
            return drawn
        return np.where(self._random.random(cells.shape, np.float32) < fraction, drawn, cells)

    def _drawn(self, log_odds: Reals) -> NDArray[np.float32]:
        return (self._random.random(log_odds.shape, np.float32) < expit(log_odds)).astype(np.float32)

    def _settled(self, inputs: Reals) -> Reals:
        """Return fresh hidden cells that follow their drives, without feedback."""
        from_inputs = inputs @ self._to_hidden.weights
        hidden = self._drawn(from_inputs)
        if self._recurrent is None:
            return hidden
        for _ in range(round(SETTLING / self._parameters.neuron_update_fraction)):
            hidden = self._redrawn(hidden, self._drives(from_inputs, hidden)[0])
        return hidden


def _with_bias(hidden: Reals) -> Reals:
    """Append the bias, a cell that is always on."""
    return np.concatenate([hidden, np.ones((len(hidden), 1), dtype=hidden.dtype)], axis=1)

"""The dual sampling network in NumPy, with cells of its own for every datum and all data in parallel.

It is the reference of the spiking network, of the same rule and the same parameters. The spiking network sees
one datum after another, and begins each with the cells as the last one left them; this one keeps the cells of
every datum. So a sweep redraws them once for each of `data_per_update` data, whatever `bins_per_datum` and
`time_bin` are, and then the synapses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from cortexnet.errors import ParameterError
from cortexnet.models.dual_sampling.connections import Connections, Reals, softplus

#: Which data: some by their numbers, or all of them.
Index = NDArray[np.int64] | slice

#: How often each of recurrently connected hidden cells is redrawn before its outputs are read.
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
        Firing probabilities of the input cells, or their real values where the coding is grey. The last one
        is the bias, always 1, which projects to the outputs as well.
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
        self._from_inputs = np.zeros_like(self.hidden)
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

    def sweep(self, *, learning: bool = True, clamp_inputs: bool = True, clamp_outputs: bool = True) -> None:
        """Redraw the cells of the next `data_per_update` data, then the synapses.

        The data come in random order, each once in every round of all of them. Cells that are not clamped
        to the data are redrawn like hidden ones: hidden cells first, then outputs, then inputs. Inputs have
        no drive of their own, so a free one is on with probability sigma(0) = 1/2 but for the feedback of
        the hidden cells; the bias is never free.

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
        self._redraw_hidden(data)
        if not clamp_outputs:
            self._redraw_outputs(data)
        if not clamp_inputs:
            self._redraw_inputs(data)
        if learning:
            self._redraw_synapses(data)

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
                "synapse_conditional = exact: must be linear with coding = grey, since inputs are not 0 or 1"
            )

    def _next_batch(self) -> Index:
        """Return which data come next."""
        n_data, size = len(self._data), self._parameters.data_per_update
        if size >= n_data:
            return slice(None)
        if not self._batches:
            order = self._random.permutation(n_data)
            self._batches = [order[first : first + size] for first in range(0, n_data, size)]
        return self._batches.pop()

    def _redraw_hidden(self, data: Index) -> None:
        hidden = self.hidden[data]
        self._from_inputs[data] = self.inputs[data] @ self._to_hidden.weights
        drive, output_drive = self._drives(self._from_inputs[data], hidden)
        feedback = self._feedback(self._to_outputs, _with_bias(hidden), self.outputs[data], output_drive)[
            :, :-1
        ]
        if self._recurrent is not None:
            feedback = feedback + self._feedback(self._recurrent, hidden, hidden, drive)
        smoothed = self._smooth(self._feedback_to_hidden, data, feedback)
        self.hidden[data] = self._redrawn(hidden, drive + smoothed)

    def _redraw_outputs(self, data: Index) -> None:
        self.outputs[data] = self._redrawn(self.outputs[data], self._output_drive(self.hidden[data]))

    def _redraw_inputs(self, data: Index) -> None:
        inputs, hidden = self.inputs[data], self.hidden[data]
        drive, _ = self._drives(self._from_inputs[data], hidden)
        feedback = self._feedback(self._to_hidden, inputs, hidden, drive)
        drawn = self._redrawn(inputs, self._smooth(self._feedback_to_inputs, data, feedback))
        self.inputs[data] = _with_bias(drawn[:, :-1])
        self._from_inputs[data] = self.inputs[data] @ self._to_hidden.weights

    def _redraw_synapses(self, data: Index) -> None:
        inputs, hidden, outputs = self.inputs[data], self.hidden[data], self.outputs[data]
        drive, output_drive = self._drives(self._from_inputs[data], hidden)
        repeats = len(self._data) / len(inputs)
        self._to_hidden.learn(inputs, hidden, drive, repeats)
        self._to_outputs.learn(_with_bias(hidden), outputs, output_drive, repeats)
        if self._recurrent is not None:
            self._recurrent.learn(hidden, hidden, drive, repeats)

    def _smooth(self, kept: Reals, data: Index, feedback: Reals) -> Reals:
        """Let the feedback that is kept follow the present one (36)."""
        kept[data] += np.float32(self._parameters.feedback_rate) * (feedback - kept[data])
        return kept[data]

    def _coded(self, probability: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the input cells do: spikes drawn afresh where the coding is stochastic."""
        if self._parameters.coding != "stochastic":
            return probability.copy()
        return (self._random.random(probability.shape, np.float32) < probability).astype(np.float32)

    def _drives(self, from_inputs: Reals, hidden: Reals) -> tuple[Reals, Reals]:
        """Return the drives of hidden cells and of outputs."""
        among_hidden = 0 if self._recurrent is None else hidden @ self._recurrent.weights
        hidden_drive: Reals = from_inputs + among_hidden
        return hidden_drive, self._output_drive(hidden)

    def _output_drive(self, hidden: Reals) -> Reals:
        drive: Reals = _with_bias(hidden) @ self._to_outputs.weights
        return drive

    def _feedback(self, connections: Connections, source: Reals, target: Reals, drive: Reals) -> Reals:
        """Return what the targets add to the log-odds of the sources (30), (32), shape (data, sources)."""
        weights = connections.weights
        if self._parameters.neuron_conditional == "linear":
            linear: Reals = (target - expit(drive)) @ weights.T
            return linear
        total: Reals = target @ weights.T
        for k in range(weights.shape[1]):
            without = drive[:, k, None] - source * weights[:, k]
            total -= softplus(without + weights[:, k]) - softplus(without)
        return total

    def _redrawn(self, cells: Reals, log_odds: Reals) -> Reals:
        """Redraw each cell with the probability `neuron_update_fraction`."""
        drawn, fraction = self._drawn(log_odds), self._parameters.neuron_update_fraction
        if fraction == 1:
            return drawn
        return np.where(self._random.random(cells.shape, np.float32) < fraction, drawn, cells)

    def _drawn(self, log_odds: Reals) -> NDArray[np.float32]:
        drawn: NDArray[np.bool_] = self._random.random(log_odds.shape, np.float32) < expit(log_odds)
        return drawn.astype(np.float32)

    def _settled(self, inputs: Reals) -> Reals:
        """Return fresh hidden cells that follow their drives, without feedback."""
        from_inputs = inputs @ self._to_hidden.weights
        hidden = self._drawn(from_inputs)
        if self._recurrent is None:
            return hidden
        for _ in range(round(SETTLING / self._parameters.neuron_update_fraction)):
            hidden = self._redrawn(hidden, self._drives(from_inputs, hidden)[0])
        return hidden


def _with_bias(cells: Reals) -> Reals:
    """Append the bias, a cell that is always on."""
    bias = np.ones((len(cells), 1), dtype=cells.dtype)
    return np.concatenate([cells, bias], axis=1)

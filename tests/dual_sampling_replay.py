"""The dual sampling network once more, in plain Python with the same random numbers, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np

from cortexnet.draws import Purpose, binomial_numbers, stream, uniform_numbers
from cortexnet.models.dual_sampling.coding import brightness
from cortexnet.models.dual_sampling.examples import Examples
from cortexnet.models.dual_sampling.parameters import Parameters
from cortexnet.models.dual_sampling.schedule import Schedule


def sigma(v: Any) -> Any:
    return 1 / (1 + np.exp(-v))


class Replay:
    """Collapsed synapses, linear conditionals; weights as matrices (sources, targets)."""

    def __init__(self, parameters: Parameters, examples: Examples, seed: int) -> None:
        self.p, self.examples, self.seed = parameters, examples, seed
        self.coded = brightness(examples.images, parameters.coding)
        n_inputs, n_hidden, n_outputs = self.coded.shape[1], parameters.n_hidden, examples.n_classes
        self.sizes = {0: (n_inputs, n_hidden), 1: (n_inputs, n_outputs), 2: (n_hidden, n_outputs)}
        if parameters.is_recurrent:
            self.sizes[3] = (n_hidden, n_hidden)
        self.half = parameters.synapses_per_connection // 2
        self.n = {index: [self._prior(index, sign) for sign in (0, 1)] for index in self.sizes}
        self.e = {index: np.zeros(size) for index, size in self.sizes.items()}
        self.q = {index: np.zeros(size) for index, size in self.sizes.items()}
        self.h, self.b, self.residual_h = (np.zeros(n_hidden) for _ in range(3))
        self.o, self.residual_o = np.zeros(n_outputs), np.zeros(n_outputs)
        self.recurrent_h, self.recurrent_o = np.zeros(n_hidden), np.zeros(n_outputs)

    def _pairs(self, index: int) -> tuple[Any, Any]:
        i, j = np.mgrid[: self.sizes[index][0], : self.sizes[index][1]]
        return i, j

    def exists(self, index: int) -> Any:
        i, j = self._pairs(index)
        return {0: i >= 0, 1: i == self.sizes[1][0] - 1, 2: i >= 0, 3: i != j}[index]

    def _prior(self, index: int, sign: int) -> Any:
        i, j = self._pairs(index)
        numbers = binomial_numbers(
            self.seed,
            stream(Purpose.PRIOR_COUNT, 4 * index + sign),
            0,
            i,
            j,
            self.half,
            sigma(self.p.prior_log_odds),
        )
        return numbers * self.exists(index)

    def amplitude(self, index: int) -> float:
        return self.p.amplitude_recurrent if index == 3 else self.p.amplitude

    def weight(self, index: int) -> Any:
        return self.amplitude(index) * (self.n[index][0] - self.n[index][1])

    def update(self, step: int) -> None:
        p = self.p
        for index in self.sizes:
            i, j = self._pairs(index)
            evidence = p.gain * self.examples.n_training / p.data_per_update * self.e[index]
            self.q[index] = self.q[index] + p.trace_rate * (evidence - self.q[index])
            self.e[index] = np.zeros(self.sizes[index])
            for sign, a in enumerate((self.amplitude(index), -self.amplitude(index))):
                on = sigma(p.prior_log_odds + a * self.q[index])
                f, n = p.synapse_update_fraction, self.n[index][sign]
                streams = [stream(Purpose.REDRAWN_COUNT, 4 * index + 2 * sign + k) for k in (0, 1)]
                gone = binomial_numbers(self.seed, streams[0], step, i, j, n, f * (1 - on))
                come = binomial_numbers(self.seed, streams[1], step, i, j, self.half - n, f * on)
                self.n[index][sign] = (n + come - gone) * self.exists(index)

    def run(self, schedule: Schedule) -> dict[str, Any]:
        p, seed = self.p, self.seed
        probabilities, counts = [], []
        updates = schedule.updates(p.data_per_update)
        for k in range(len(schedule) + 1):
            if updates[k]:
                self.update(schedule.first + k)
            if k == len(schedule):
                break
            row = schedule.datum[k]
            levels = self.coded[row]
            if p.coding == "stochastic":
                drawn = uniform_numbers(
                    seed, stream(Purpose.INPUT, 0), schedule.first + k, np.arange(levels.size), 0
                )
                x = (255 * drawn < levels).astype(float)
            else:
                x = (levels > 0).astype(float)
            input_h, input_o = x @ self.weight(0), x @ self.weight(1)
            total, count = np.zeros(self.o.size), np.zeros(self.o.size, int)
            for n in range(p.bins_per_datum):
                self._bin(schedule, k, n, input_h, input_o)
                total += sigma(input_o + self.recurrent_o)
                count += self.o.astype(int)
            if schedule.learning[k]:
                self.e[0] += np.outer(x, self.residual_h)
                self.e[1] += np.outer(x, self.residual_o) * self.exists(1)
                self.e[2] += np.outer(self.h, self.residual_o)
                if p.is_recurrent:
                    self.e[3] += np.outer(self.h, self.residual_h) * self.exists(3)
            probabilities.append(total / p.bins_per_datum)
            counts.append(count)
        return {"probability": np.array(probabilities), "spike_count": np.array(counts)}

    def _bin(self, schedule: Schedule, k: int, n: int, input_h: Any, input_o: Any) -> None:
        p, step = self.p, (schedule.first + k) * self.p.bins_per_datum + n
        heard = self.weight(2) @ self.residual_o
        if p.is_recurrent:
            heard = heard + self.weight(3) @ self.residual_h
        heard = heard * (schedule.feedback[k] and n > 0)
        self.b = self.b + p.feedback_rate * (heard - self.b)
        chance = sigma(input_h + self.recurrent_h + self.b)
        self.h = self._redrawn(self.h, 0, step, chance)
        self.recurrent_o = self.h @ self.weight(2)
        self.recurrent_h = self.h @ self.weight(3) if p.is_recurrent else np.zeros(self.h.size)
        if schedule.clamped[k]:
            self.o = np.eye(self.o.size)[self.examples.labels[schedule.datum[k]]]
        else:
            self.o = self._redrawn(self.o, 1, step, sigma(input_o + self.recurrent_o))
        self.residual_h = self.h - sigma(input_h + self.recurrent_h)
        self.residual_o = self.o - sigma(input_o + self.recurrent_o)

    def _redrawn(self, x: Any, index: int, step: int, chance: Any) -> Any:
        cells = np.arange(x.size)
        chosen = (
            uniform_numbers(self.seed, stream(Purpose.CHOSEN_CELL, index), step, cells, 0)
            < self.p.neuron_update_fraction
        )
        drawn = uniform_numbers(self.seed, stream(Purpose.CELL, index), step, cells, 0) < chance
        return np.where(chosen, drawn, x).astype(float)

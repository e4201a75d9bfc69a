"""Coincidences of input and output against brute force, closed forms and repeated draws."""

from __future__ import annotations

import numpy as np
import pytest

from cortexnet.analysis.signal_transmission import (
    Coincidences,
    answer_probability,
    coincidences,
    correlation,
    correlation_difference,
    delayed,
    excess_correlation,
    excess_probability,
)
from cortexnet.analysis.spikes import SpikeTrains

WINDOW_S = 0.003
CELLS, START_S, STOP_S = 60, 1.0, 51.0
LENGTH_S = STOP_S - START_S


def poisson(rate_hz: float, rng: np.random.Generator, cells: int = CELLS) -> SpikeTrains:
    number = rng.poisson(rate_hz * LENGTH_S * cells)
    return SpikeTrains(
        rng.integers(0, cells, number), rng.uniform(START_S, STOP_S, number), cells, START_S, STOP_S
    )


def answering(
    inputs: SpikeTrains, probability: float, background: SpikeTrains, rng: np.random.Generator
) -> SpikeTrains:
    """Outputs of cells that answer each input with some probability, and fire by themselves."""
    answers = rng.random(inputs.neuron.size) < probability
    late = rng.uniform(1e-4, WINDOW_S, answers.sum())
    return SpikeTrains(
        np.concatenate([inputs.neuron[answers], background.neuron]),
        np.concatenate([inputs.time_s[answers] + late, background.time_s]),
        inputs.size,
        START_S,
        STOP_S,
    )


def test_counts_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(0)
    step = 1e-4
    inputs, outputs = (
        SpikeTrains(rng.integers(0, 4, 300), rng.integers(0, 10_000, 300) * step, 4, 0.0, 1.0)
        for _ in range(2)
    )
    found = coincidences(inputs, outputs, WINDOW_S)
    grid = np.arange(0, 0.997, step / 10) + step / 20
    for cell in range(4):
        fired = outputs.time_s[outputs.neuron == cell]
        heard = inputs.time_s[(inputs.neuron == cell) & (inputs.time_s < 0.997)]

        def answered(times: np.ndarray, fired: np.ndarray = fired) -> np.ndarray:
            late = fired[None, :] - times[:, None]
            return np.any((late > step / 100) & (late < WINDOW_S + step / 100), axis=1)

        assert found.inputs[cell] == heard.size
        assert found.outputs[cell] == np.count_nonzero(fired < 0.997)
        assert found.answered[cell] == np.count_nonzero(answered(heard))
        assert found.by_chance[cell] == pytest.approx(heard.size * answered(grid).mean(), rel=2e-3)


def test_trains_are_delayed_and_repeated() -> None:
    trains = SpikeTrains([0, 1, 0, 2], [0.1, 0.2, 0.3, 0.4], 3, 0.0, 0.45)
    later = delayed(trains, [2, 0, 0], [0.1, 0.001, 0.2])
    spikes = sorted(zip(later.neuron.tolist(), later.time_s.round(6).tolist(), strict=True))
    assert spikes == [(1, 0.101), (1, 0.301), (2, 0.3)]  # those at 0.5 s are outside


def test_independent_trains_have_no_excess() -> None:
    """P = 1 - exp(-r w); 60 cells of 50 s, 4 standard errors: error probability 1e-4."""
    rng = np.random.default_rng(1)
    counts = coincidences(poisson(5.0, rng), poisson(20.0, rng), WINDOW_S)
    probability, excess = answer_probability(counts), excess_probability(counts)
    expected = 1 - np.exp(-20.0 * WINDOW_S)
    assert abs(probability.value - expected) < 4 * probability.standard_error
    assert abs(excess.value) < 4 * excess.standard_error
    assert probability.standard_error < 0.05 * expected


@pytest.mark.parametrize("answer", [0.1, 0.6])
def test_a_cell_that_answers_has_the_correlation_of_the_formula(answer: float) -> None:
    """P = 1 - (1 - p) exp(-r w), C.C. = P sqrt(r_in / r_out); 4 standard errors, error probability 1e-4."""
    rng = np.random.default_rng(2)
    rate_in, rate_alone = 2.0, 3.0
    inputs = poisson(rate_in, rng)
    counts = coincidences(inputs, answering(inputs, answer, poisson(rate_alone, rng), rng), WINDOW_S)
    probability = 1 - (1 - answer) * np.exp(-rate_alone * WINDOW_S)
    rate_out = rate_alone + answer * rate_in
    found = correlation(counts)
    assert abs(found.value - probability * np.sqrt(rate_in / rate_out)) < 4 * found.standard_error
    assert found.standard_error < 0.1 * found.value
    assert 0 < excess_correlation(counts).value < found.value


def test_identical_trains_correlate_wholly() -> None:
    rng = np.random.default_rng(3)
    inputs = poisson(1.0, rng)
    outputs = SpikeTrains(inputs.neuron, inputs.time_s + 0.001, CELLS, START_S, STOP_S)
    assert correlation(coincidences(inputs, outputs, WINDOW_S)).value == pytest.approx(1.0, abs=2e-3)


def test_the_jackknife_error_is_the_scatter_of_repetitions() -> None:
    """100 repetitions: their SD is known to 7 %, so that a factor of 1.35 is 5 SD away."""
    rng = np.random.default_rng(4)
    estimates = []
    for _ in range(100):
        inputs = poisson(1.0, rng, cells=30)
        counts = coincidences(inputs, answering(inputs, 0.3, poisson(2.0, rng, 30), rng), WINDOW_S)
        estimates.append(excess_correlation(counts))
    scatter = np.std([estimate.value for estimate in estimates], ddof=1)
    claimed = np.mean([estimate.standard_error for estimate in estimates])
    assert 1 / 1.35 < claimed / scatter < 1.35


def test_the_same_cells_are_compared_by_pairs() -> None:
    rng = np.random.default_rng(5)
    inputs = poisson(1.0, rng)
    often, seldom = (
        coincidences(inputs, answering(inputs, p, poisson(2.0, rng), rng), WINDOW_S) for p in (0.5, 0.3)
    )
    difference = correlation_difference(often, seldom)
    expected = excess_correlation(often).value - excess_correlation(seldom).value
    assert difference.value == pytest.approx(expected)
    assert difference.value > 4 * difference.standard_error > 0
    assert correlation_difference(often, often).value == 0


def test_what_is_not_defined_is_nan() -> None:
    silent = Coincidences(*(np.zeros(3) for _ in range(4)))
    assert np.isnan(correlation(silent).value)
    assert np.isnan(correlation(silent).standard_error)
    nobody = Coincidences(*(np.zeros(0) for _ in range(4)))
    assert np.isnan(answer_probability(nobody).value)
    empty = SpikeTrains([], [], 3, 1.0, 1.0)
    assert np.isnan(correlation(coincidences(empty, empty, WINDOW_S)).value)

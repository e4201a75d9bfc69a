"""Chains of cells and synapses against detailed balance, plain sums, and planted errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import expit

from benchmarks.exactness_draws import hidden_cells, observations
from cortexnet.analysis.gibbs import (
    HiddenCells,
    RedundantSynapses,
    binary_states,
    in_parallel,
    neural_sampling_law,
    one_at_a_time,
    stationary,
    total_variation,
)
from cortexnet.errors import ParameterError

CELLS = hidden_cells(0, 1.0, recurrent=True)
SYNAPSES = RedundantSynapses(observations(0, 10), 2, 0.5)


def flow(law: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """Probability that a stationary chain is in one state and then in the other."""
    return np.asarray(law[:, None] * transition)


def test_bits_number_the_states() -> None:
    assert binary_states(3)[6].tolist() == [0, 1, 1]


@pytest.mark.parametrize("system", [CELLS, SYNAPSES], ids=["cells", "synapses"])
def test_exact_redraws_of_one_cell_are_in_detailed_balance_with_the_target(
    system: HiddenCells | RedundantSynapses,
) -> None:
    """Without solving for the stationary law; the linear conditional and parallel redraws are not."""
    forward = flow(system.target(), one_at_a_time(system.log_odds("exact")))
    assert np.abs(forward - forward.T).max() < 1e-15
    for transition in (
        one_at_a_time(system.log_odds("linear")),
        in_parallel(system.log_odds("exact"), 0.5),
    ):
        wrong = flow(system.target(), transition)
        assert np.abs(wrong - wrong.T).max() > 1e-4


@pytest.mark.parametrize(
    "transition", [one_at_a_time(CELLS.log_odds("exact")), in_parallel(CELLS.log_odds("linear"), 0.3)]
)
def test_rows_are_laws_and_the_stationary_one_stays(transition: np.ndarray) -> None:
    law = stationary(transition)
    assert np.allclose(transition.sum(1), 1, atol=1e-14)
    assert np.abs(law @ transition - law).max() < 1e-15
    assert total_variation(np.linalg.matrix_power(transition, 4096)[0], law) < 1e-10


def test_small_probabilities_are_right() -> None:
    """Two states of 1 and 1e-200, of which a subtraction would leave nothing."""
    law = stationary(np.array([[1.0, 1e-200], [1.0, 0.0]]))
    assert law[1] == pytest.approx(1e-200, rel=1e-12)


def test_parallel_redraws_of_a_small_fraction_are_redraws_of_one_cell() -> None:
    """The part of first order in the fraction is that of n cells one at a time."""
    log_odds = CELLS.log_odds("exact")
    fraction = 1e-6
    first_order = (in_parallel(log_odds, fraction) - np.eye(16)) / fraction
    assert np.allclose(first_order, 4 * (one_at_a_time(log_odds) - np.eye(16)), atol=1e-5)


def test_neural_sampling_of_one_step_is_a_full_redraw() -> None:
    log_odds = CELLS.log_odds("exact")
    assert total_variation(neural_sampling_law(log_odds, 1), stationary(in_parallel(log_odds, 1.0))) < 1e-14


@pytest.mark.parametrize("tau", [2, 5])
def test_a_lone_cell_under_neural_sampling_has_its_own_law(tau: int) -> None:
    """Alone, it is on with probability sigma(u) whatever tau is."""
    assert neural_sampling_law(np.full((2, 1), 0.7), tau)[1] == pytest.approx(expit(0.7), abs=1e-14)


def log_product_by_hand(cells: HiddenCells, state: int) -> float:
    """Sum of the log conditionals of all hidden and output cells, in loops over cells."""
    hidden = [state >> i & 1 for i in range(4)]
    total = 0.0
    for j in range(4):
        u = sum(cells.input_to_hidden[i, j] * cells.inputs[i] for i in range(2))
        u += sum(cells.hidden_to_hidden[i, j] * hidden[i] for i in range(4))
        total -= math.log1p(math.exp(-u if hidden[j] else u))
    for j in range(2):
        u = sum(cells.hidden_to_output[i, j] * hidden[i] for i in range(4))
        total -= math.log1p(math.exp(-u if cells.outputs[j] else u))
    return total


def test_log_odds_and_target_are_those_of_the_product_of_conditionals() -> None:
    log_product = np.array([log_product_by_hand(CELLS, state) for state in range(16)])
    assert np.allclose(CELLS.target(), np.exp(log_product) / np.exp(log_product).sum(), atol=1e-15)
    for i in range(4):
        on, off = np.arange(16) | 1 << i, np.arange(16) & ~(1 << i)
        assert np.allclose(CELLS.log_odds("exact")[:, i], log_product[on] - log_product[off], atol=1e-13)


def test_linear_log_odds_are_the_first_order_in_the_weights() -> None:
    """Weights of 1e-4: the second order is a part in 1e4 of the feedback."""
    weak = hidden_cells(0, 1e-4, recurrent=True)
    exact, linear, off = (weak.log_odds(name) - weak.log_odds("off") for name in ("exact", "linear", "off"))
    assert np.abs(exact - linear).max() < 1e-3 * np.abs(exact - off).max()


def with_own_synapse(cells: HiddenCells) -> np.ndarray:
    """The planted error: drives of targets keep what the cell adds: twice where it is on."""
    weights = np.hstack((cells.hidden_to_hidden, cells.hidden_to_output))
    _, spikes, drive = cells._cells_that_receive()
    sign = (2 * spikes - 1)[:, None]
    gain = np.logaddexp(0, -sign * drive[:, None]) - np.logaddexp(0, -sign * (drive[:, None] + weights))
    return np.asarray(drive[:, :4] + gain.sum(axis=2))


def test_planted_errors_are_far_from_the_target() -> None:
    """A feedback of the wrong sign; drives that keep what the cell itself adds; a tail of the wrong input."""
    drive, exact = CELLS.log_odds("off"), CELLS.log_odds("exact")
    for planted in (2 * drive - exact, with_own_synapse(CELLS), exact[:, [1, 0, 2, 3]]):
        assert total_variation(stationary(one_at_a_time(planted)), CELLS.target()) > 0.01


def test_planted_errors_of_synapses_are_far_from_the_posterior() -> None:
    """Synapses that unlearn, and likelihood ratios at weights that keep the synapse's own part."""
    exact = SYNAPSES.log_odds("exact")
    with_own = np.stack(
        [
            SYNAPSES.observations.log_ratio(SYNAPSES.weights, k // 2, amplitude)
            for k, amplitude in enumerate(SYNAPSES.amplitudes)
        ],
        axis=1,
    )
    for planted in (-exact, with_own):
        assert total_variation(stationary(one_at_a_time(planted)), SYNAPSES.target()) > 0.01


def test_a_cell_that_projects_to_itself_is_refused() -> None:
    with pytest.raises(ParameterError, match="itself"):
        HiddenCells(np.ones((2, 1)), np.ones((1, 1)), np.ones((1, 1)), np.ones(2), np.ones(1))

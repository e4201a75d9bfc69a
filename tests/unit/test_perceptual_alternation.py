"""The Necker cube: its drawings, how they are viewed against an enumerated network, and what a run leaves."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import expit

from cortexnet.analysis.dwell_times.percepts import dwell_times
from cortexnet.analysis.dwell_times.phase_type import dwell_laws
from cortexnet.models.perceptual_alternation import Parameters
from cortexnet.models.perceptual_alternation.experiment.alternation import Trained, dwells_of
from cortexnet.models.perceptual_alternation.stimuli import LOWER_FRONT, UPPER_FRONT, Cube, training_set
from cortexnet.models.perceptual_alternation.viewing import view

CUBE = Cube(24, 1.2, 0.0)


def test_the_readings_are_each_others_half_turn_and_together_the_ambiguous_cube() -> None:
    lower, upper = CUBE.unambiguous(LOWER_FRONT), CUBE.unambiguous(UPPER_FRONT)
    assert np.maximum(lower, upper) == pytest.approx(CUBE.ambiguous())
    assert lower.sum() == pytest.approx(upper.sum(), rel=0.02)
    assert np.abs(CUBE.ambiguous() - lower).sum() > 10


def test_hidden_edges_are_three_and_as_bright_as_asked() -> None:
    faint = Cube(24, 1.2, 0.4)
    lower, ambiguous = faint.unambiguous(LOWER_FRONT), faint.ambiguous()
    missing = ambiguous - CUBE.unambiguous(LOWER_FRONT)
    row, column = np.unravel_index(np.argmax(missing), missing.shape)
    assert lower[row, column] == pytest.approx(0.4 * ambiguous[row, column], abs=0.05)
    # Hidden is the lower left corner of the upper square, with its edges up, right and down left.
    rows, columns = np.nonzero(missing > 0.5)
    assert rows.min() < 12 < rows.max()
    assert columns.max() > 12


def test_lines_are_anti_aliased_and_move_with_the_shift() -> None:
    moved = CUBE.ambiguous((1.0, 0.0))
    assert moved[:, 1:] == pytest.approx(CUBE.ambiguous()[:, :-1])
    assert len(np.unique(CUBE.ambiguous((0.3, 0.2)).round(3))) > 20
    assert CUBE.ambiguous((0.5, 0.0)).sum() == pytest.approx(CUBE.ambiguous().sum(), rel=0.03)


def test_training_set_is_balanced_noisy_and_repeats() -> None:
    images, labels = training_set(CUBE, 40, jitter=1.0, noise_sd=0.1, seed=3)
    assert np.bincount(labels).tolist() == [20, 20]
    assert (images.min(), images.max()) == (0, 1)
    again, _ = training_set(CUBE, 40, jitter=1.0, noise_sd=0.1, seed=3)
    assert np.array_equal(images, again)
    assert not np.array_equal(images[0], images[2])


def small_weights(seed: int) -> dict[str, np.ndarray]:
    """Strong random weights of two inputs, two hidden cells and two outputs."""
    generator = np.random.default_rng(seed)
    recurrent = generator.normal(0, 1.5, (2, 2))
    np.fill_diagonal(recurrent, 0)
    return {
        "input_to_hidden": generator.normal(0, 1, (2, 2)),
        "hidden_to_hidden": recurrent,
        "hidden_to_output": generator.normal(0, 2, (2, 2)),
        "bias_to_output": generator.normal(0, 1, (1, 2)),
    }


def enumerated(
    parameters: Parameters, weights: dict[str, np.ndarray], inputs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Transition matrix of the cells with r_b = 1 and no adaptation, and the readout after each state."""
    states = np.array(list(product((0, 1), repeat=4)), dtype=float)
    fraction = parameters.neuron_update_fraction
    out, bias = weights["hidden_to_output"], weights["bias_to_output"][0]
    matrix = np.zeros((16, 16))
    for row, state in enumerate(states):
        hidden, outputs = state[:2], state[2:]
        drive = inputs @ weights["input_to_hidden"] + hidden @ weights["hidden_to_hidden"]
        feedback = out @ (outputs - expit(hidden @ out + bias)) + weights["hidden_to_hidden"] @ (
            hidden - expit(drive)
        )
        p_hidden = (1 - fraction) * hidden + fraction * expit(drive + feedback)
        for column, new in enumerate(states):
            p_output = (1 - fraction) * outputs + fraction * expit(new[:2] @ out + bias)
            p = np.concatenate([p_hidden, p_output])
            matrix[row, column] = np.prod(np.where(new == 1, p, 1 - p))
    readout = expit(states[:, :2] @ out + bias)
    return matrix, readout[:, 0] - readout[:, 1]


def test_viewing_has_the_dwell_times_of_the_enumerated_chain() -> None:
    """Seed 1, 200 viewers for 3000 bins; mean dwells within 4.5 standard errors (alpha below 1e-4 for both).

    Planted error: without the feedback of the outputs the chain is another one.
    """
    parameters = Parameters(
        n_viewers=200, viewing_bins=3000, settling_bins=100, adaptation_strength=0, readout_rate=1
    )
    weights, inputs = small_weights(4), np.array([1.0, 1.0])
    matrix, readout = enumerated(parameters, weights, inputs)
    low, high = np.sort(np.unique(readout))[[0, -1]] + np.array([0.01, -0.01])
    laws = dwell_laws(matrix, readout, low=low, high=high)

    def z_scores(given: Parameters) -> list[float]:
        dwells = dwell_times(view(given, weights, inputs, seed=1), low=low, high=high)
        whole = dwells[dwells["began"] & (dwells["start"] < 2000)]  # so long before the end hardly one is cut
        return [
            abs(group["duration"].mean() - laws[str(percept)].mean) / group["duration"].sem()
            for percept, group in whole.groupby("percept")
        ]

    assert max(z_scores(parameters)) < 4.5
    assert max(z_scores(parameters.replace(feedback_strength=0))) > 10


def test_adaptation_lowers_the_drive_of_cells_that_spike() -> None:
    """Cells with a drive of 10 always spike; adaptation of strength 20 brings them to one half."""
    weights = {name: np.zeros_like(values) for name, values in small_weights(1).items()}
    weights["input_to_hidden"] = np.full((2, 2), 5.0)
    weights["hidden_to_output"] = np.array([[1.0, 0.0], [1.0, 0.0]])
    steady = Parameters(
        n_viewers=50, viewing_bins=1000, settling_bins=300, adaptation_strength=0, readout_rate=1
    )
    inputs = np.ones(2)
    without = view(steady, weights, inputs, seed=1).mean()
    adapted = view(steady.replace(adaptation_strength=20.0), weights, inputs, seed=1).mean()
    assert without == pytest.approx(expit(2) - 0.5, abs=1e-3)
    # Mean activity m solves m = sigma(10 - 20 m): 0.5.
    assert adapted == pytest.approx((expit(0) + 2 * expit(1) + expit(2)) / 4 - 0.5, abs=0.03)


@pytest.mark.slow
def test_alternation_emerges_with_learning() -> None:
    """Seed 1: it hardly alternates before learning, often afterwards, when it tells drawings apart."""
    parameters = Parameters(viewing_bins=2000)
    trained = Trained(parameters, seed=1)
    before = dwells_of(parameters, trained.view())
    trained.learn(parameters.learning_sweeps)
    after = dwells_of(parameters, trained.view())
    assert before["began"].sum() < 10
    assert after["began"].sum() > 300
    assert trained.accuracy() > 0.95

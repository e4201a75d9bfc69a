"""The Brian2 network samples what its transition matrix says, and so, nearly, the target of its equations.

Cells at fixed weights (two inputs, four hidden cells, two outputs) and synapses given clamped cells (two
inputs and a bias to one output, K = 2). Every test: alpha = 1e-4 a p value, fixed seeds; total variations
have the sampling error of the chain itself, whose autocorrelation follows from the matrix.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from benchmarks.exactness_draws import hidden_cells, observations
from cortexnet.analysis.gibbs import (
    Observations,
    RedundantSynapses,
    SynapseCounts,
    in_parallel,
    stationary,
    total_variation,
)
from tests.dual_sampling_targets import (
    hidden_states,
    law_p_value,
    rounded,
    sampling_error,
    synapse_states,
    transition_p_value,
)

ALPHA = 1e-4
CELLS = rounded(hidden_cells(0, 1.0, recurrent=True))
SEEN = observations(0, 10)
PER_CONNECTION, AMPLITUDE = 2, 0.5
#: Output cells that are never on are copies of one chain; the first two are the labels.
COPIES = slice(2, None)
NEVER_ON = Observations(SEEN.inputs, np.zeros(10))
LABELLED = {
    "label 0": (slice(0, 1), 1 - SEEN.outputs),
    "label 1": (slice(1, 2), SEEN.outputs),
    "never on": (COPIES, np.zeros(10)),
}
CONDITIONALS: dict[str, Any] = {"explicit": "exact", "collapsed": "linear"}


# -- cells --------------------------------------------------------------------------------------------------


def p_of_transitions(states: np.ndarray, transition: np.ndarray) -> float:
    """Return the p value of the steps within rows, states (rows, steps)."""
    return transition_p_value(states[:, :-1].ravel(), states[:, 1:].ravel(), transition)


@pytest.mark.parametrize("conditional", ["exact", "linear"])
def test_hidden_cells_step_as_the_matrix_says(conditional: Any) -> None:
    """NumPy runtime, 450 bins, seed 3; no feedback, or that of the other sign, is seen at once."""
    states = hidden_states(CELLS, conditional, 0.5, 500, seed=3, device="runtime")
    drive, log_odds = CELLS.log_odds("off"), CELLS.log_odds(conditional)
    assert p_of_transitions(states, in_parallel(log_odds, 0.5)) > ALPHA
    for planted in (drive, 2 * drive - log_odds):
        assert p_of_transitions(states, in_parallel(planted, 0.5)) < ALPHA


@pytest.mark.slow
@pytest.mark.standalone
def test_hidden_cells_sample_the_target_when_few_are_redrawn_at_once() -> None:
    """C++, 490000 bins, seed 4: to the target at most the bias and the sampling error (99.9 %)."""
    states = hidden_states(CELLS, "exact", 0.1, 500_000, seed=4, device="cpp_standalone")
    shares = np.bincount(states.ravel(), minlength=16) / states.size
    transition = in_parallel(CELLS.log_odds("exact"), 0.1)
    law = stationary(transition)
    assert p_of_transitions(states, transition) > ALPHA
    assert law_p_value(shares, states.size, law, transition) > ALPHA
    bias, error = total_variation(law, CELLS.target()), sampling_error(transition, states.size, 0.999)
    assert total_variation(shares, law) < error < 0.02
    assert total_variation(shares, CELLS.target()) < bias + error
    linear = in_parallel(CELLS.log_odds("linear"), 0.1)
    assert law_p_value(shares, states.size, stationary(linear), transition) < ALPHA


@pytest.mark.slow
@pytest.mark.standalone
def test_a_full_synchronous_redraw_is_rejected() -> None:
    """C++, 490000 bins, seed 5: the law is that of the matrix, and not the target."""
    states = hidden_states(CELLS, "exact", 1.0, 500_000, seed=5, device="cpp_standalone")
    shares = np.bincount(states.ravel(), minlength=16) / states.size
    transition = in_parallel(CELLS.log_odds("exact"), 1.0)
    assert p_of_transitions(states, transition) > ALPHA
    assert law_p_value(shares, states.size, stationary(transition), transition) > ALPHA
    assert law_p_value(shares, states.size, CELLS.target(), transition) < ALPHA
    assert total_variation(shares, CELLS.target()) > 0.15


# -- synapses -----------------------------------------------------------------------------------------------


def enumerated(representation: str, observed: Observations) -> tuple[np.ndarray, Any]:
    """Return the target, and the transition matrix as a function of the update fraction."""
    given = (observed, PER_CONNECTION, AMPLITUDE)
    conditional = CONDITIONALS[representation]
    if representation == "explicit":
        synapses = RedundantSynapses(*given)
        return synapses.target(), lambda fraction: in_parallel(synapses.log_odds(conditional), fraction)
    counts = SynapseCounts(*given)
    return counts.target(), lambda fraction: counts.in_parallel(conditional, fraction)


def numbers(states: dict[str, np.ndarray]) -> np.ndarray:
    """Return the number of the state of each output cell's synapses, (cells, updates).

    With two synapses a connection, states of synapses and of counts are numbered alike: +a, then -a.
    """
    bits = states["s"] if "s" in states else np.concatenate((states["n_plus"], states["n_minus"]), axis=3)
    return np.asarray(bits.reshape(*bits.shape[:2], 6) @ (1 << np.arange(6))).T


@cache
def sampled(
    representation: str, fraction: float, n_outputs: int, updates: int, seed: int, device: str
) -> Any:
    constants = {
        "representation": representation,
        "synapse_conditional": CONDITIONALS[representation],
        "synapse_update_fraction": fraction,
        "synapses_per_connection": PER_CONNECTION,
        "amplitude": AMPLITUDE,
    }
    return numbers(synapse_states(SEEN, n_outputs, updates, seed=seed, device=device, **constants))


@pytest.mark.parametrize("representation", ["explicit", "collapsed"])
def test_synapses_step_as_the_matrix_says(representation: str) -> None:
    """NumPy runtime, 12 updates of 298 copies, seed 6; other data, or another fraction, are seen at once."""
    states = sampled(representation, 0.5, 300, 12, 6, "runtime")[COPIES]
    _, transition = enumerated(representation, NEVER_ON)
    assert p_of_transitions(states, transition(0.5)) > ALPHA
    assert p_of_transitions(states, transition(0.4)) < ALPHA
    _, of_other_data = enumerated(representation, Observations(SEEN.inputs, np.ones(10)))
    assert p_of_transitions(states, of_other_data(0.5)) < ALPHA


def sampled_by_program(fraction: float, updates: int, seed: int) -> Any:
    """Return what 40 output cells' explicit synapses do in C++."""
    return sampled("explicit", fraction, 40, updates, seed, "cpp_standalone")


@pytest.mark.slow
@pytest.mark.standalone
@pytest.mark.parametrize("cells", LABELLED)
def test_synapses_sample_the_posterior_when_few_are_redrawn_at_once(cells: str) -> None:
    """4000 updates, seed 7: total variation to the posterior at most bias and sampling error (99.9 %)."""
    which, outputs = LABELLED[cells]
    states = sampled_by_program(0.1, 4000, 7)[which, 200:]
    target, matrix = enumerated("explicit", Observations(SEEN.inputs, outputs))
    transition = matrix(0.1)
    shares = np.bincount(states.ravel(), minlength=64) / states.size
    law = stationary(transition)
    assert p_of_transitions(states, transition) > ALPHA
    assert law_p_value(shares, states.size, law, transition) > ALPHA
    error = sampling_error(transition, states.size, 0.999)
    assert total_variation(shares, target) < total_variation(law, target) + error


@pytest.mark.slow
@pytest.mark.standalone
@pytest.mark.parametrize("cells", LABELLED)
def test_redrawing_all_synapses_at_once_is_rejected(cells: str) -> None:
    """4000 updates, seed 8, the trace forgetting at once: the law of the matrix, and not the posterior."""
    which, outputs = LABELLED[cells]
    states = sampled_by_program(1.0, 4000, 8)[which, 200:]
    target, matrix = enumerated("explicit", Observations(SEEN.inputs, outputs))
    transition = matrix(1.0)
    shares = np.bincount(states.ravel(), minlength=64) / states.size
    assert p_of_transitions(states, transition) > ALPHA
    assert law_p_value(shares, states.size, stationary(transition), transition) > ALPHA
    assert law_p_value(shares, states.size, target, transition) < ALPHA
    assert total_variation(shares, target) > 0.08


def final_weights(representation: str, amplitude: float, seed: int) -> np.ndarray:
    """Synapses that are on with +a less those with -a, K = 6, after 12 updates of 298 copies: (copies, 3)."""
    states = synapse_states(
        SEEN,
        300,
        12,
        seed=seed,
        device="runtime",
        representation=representation,
        synapse_update_fraction=0.2,
        synapses_per_connection=6,
        amplitude=amplitude,
    )
    last = {name: values[-1, COPIES] for name, values in states.items()}
    if representation == "collapsed":
        return np.asarray((last["n_plus"] - last["n_minus"])[..., 0])
    return np.asarray(last["s"][..., :3].sum(axis=2) - last["s"][..., 3:].sum(axis=2))


def same_law_p_value(first: np.ndarray, second: np.ndarray) -> float:
    """Two-sample chi-square of the weights of each connection, the rarest put together; Bonferroni."""
    p_values = []
    for a, b in zip(first.T, second.T, strict=True):
        table = np.array([[(x == value).sum() for value in range(-3, 4)] for x in (a, b)])
        rare = table.sum(axis=0) < 10
        table = np.column_stack((table[:, ~rare], table[:, rare].sum(axis=1)))
        p_values.append(stats.chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue)
    return min(1.0, len(p_values) * min(p_values))


def test_explicit_and_collapsed_synapses_have_the_same_law_after_a_run() -> None:
    """NumPy runtime, seeds 9 and 10; synapses of another amplitude are seen with seed 11."""
    explicit = final_weights("explicit", 0.3, 9)
    assert same_law_p_value(explicit, final_weights("collapsed", 0.3, 10)) > ALPHA
    assert same_law_p_value(explicit, final_weights("collapsed", 0.1, 11)) < ALPHA

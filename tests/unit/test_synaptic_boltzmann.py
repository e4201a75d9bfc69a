"""Parameters and presets, learning by contrastive divergence, and roles of parallel synapses."""

from __future__ import annotations

import numpy as np
import pytest
from brian2 import ms, mV, second

from cortexnet.analysis.boltzmann.contrastive import (
    Learning,
    bars_and_stripes,
    learned,
    mean_log_likelihood,
    untrained_machine,
)
from cortexnet.analysis.boltzmann.coupling import effective_coupling
from cortexnet.analysis.boltzmann.joint_machine import JointMachine
from cortexnet.analysis.boltzmann.learning_flow import conserved
from cortexnet.analysis.boltzmann.roles import pruned, role_table
from cortexnet.errors import ParameterError
from cortexnet.models.synaptic_boltzmann import Parameters, presets
from cortexnet.models.synaptic_boltzmann.experiment import EXPERIMENTS
from cortexnet.models.synaptic_boltzmann.machine import joint_machine
from cortexnet.models.synaptic_boltzmann.network.sampling_machine import PRUNED_SHARES, poisson_epsps_mv

LOG_ODDS = 1.0


def bars(n_parallel: int = 3) -> tuple[np.ndarray, JointMachine]:
    data = bars_and_stripes(3)
    return data, untrained_machine(data, 8, n_parallel, LOG_ODDS, 0.5, np.random.default_rng(1))


def test_the_likelihood_is_that_of_the_enumerated_law() -> None:
    data, machine = bars()
    of_cells = machine.cell_probabilities().reshape(2**8, 2**9).sum(axis=0)  # hidden cells are the high bits
    numbers = (data @ (1 << np.arange(9))).astype(int)
    assert mean_log_likelihood(machine, data) == pytest.approx(np.log(of_cells[numbers]).mean(), abs=1e-12)


def test_bars_and_stripes_are_learned() -> None:
    """14 images of 9 pixels: the log-likelihood per image goes from chance to near log(1/14) = -2.64."""
    data, machine = bars()
    assert len(data) == 14
    after = learned(machine, data, Learning(1500, 0.2, 14, 5), np.random.default_rng(2))
    assert mean_log_likelihood(machine, data) < -6
    assert mean_log_likelihood(after, data) > -3.6


def test_parallel_synapses_keep_their_conserved_differences_while_they_learn() -> None:
    data, machine = bars()
    after = learned(machine, data, Learning(400, 0.05, 14, 1), np.random.default_rng(2))
    before, now = (np.diff(conserved(m.weights, LOG_ODDS), axis=-1) for m in (machine, after))
    moved = np.abs(conserved(after.weights, LOG_ODDS) - conserved(machine.weights, LOG_ODDS)).max()
    assert moved > 0.5
    assert np.abs(now - before).max() < 0.03 * moved  # the rest is of the order of the step


def test_pruning_removes_the_least_and_roles_are_shares() -> None:
    _, machine = bars()
    table = role_table(machine)
    assert len(table) == machine.weights.size
    of_connection = table.groupby(["visible", "hidden"])
    assert of_connection["contribution"].sum().to_numpy() == pytest.approx(machine.couplings.ravel())
    assert table["effective_synapses"].between(1, 3).all()
    sizes = table.pivot(index=["visible", "hidden"], columns="rank", values="contribution").abs().to_numpy()
    assert (np.diff(sizes, axis=1) <= 0).all()
    half = pruned(machine, 0.5)
    parts = np.abs(effective_coupling(machine.weights, machine.log_odds))
    gone = np.isneginf(half.log_odds)
    assert gone.sum() == parts.size // 2
    assert parts[gone].max() <= parts[~gone].min()
    assert half.couplings == pytest.approx(
        np.where(gone, 0, effective_coupling(machine.weights, machine.log_odds)).sum(axis=-1)
    )


def test_equal_synapses_have_equal_shares_and_absent_ones_none() -> None:
    equal = JointMachine(np.ones((1, 1, 4)), np.zeros((1, 1, 4)), np.zeros(1), np.zeros(1))
    assert role_table(equal)["effective_synapses"].iloc[0] == pytest.approx(4)
    assert role_table(pruned(equal, 0.5))["effective_synapses"].iloc[0] == pytest.approx(2)
    assert role_table(pruned(equal, 1.0))["effective_synapses"].iloc[0] == 0


def test_removed_synapses_leave_the_sum() -> None:
    epsps = poisson_epsps_mv(Parameters(), seed=1)
    assert epsps.sum(axis=1) == pytest.approx(epsps[0].sum())
    assert (epsps > 0).sum(axis=1) == pytest.approx([round(200 * (1 - share)) for share in PRUNED_SHARES])
    assert (poisson_epsps_mv(Parameters(n_poisson_inputs=1), seed=1) > 0).all()


def test_machines_are_the_same_for_the_same_seed_only() -> None:
    first, again, other = (joint_machine(Parameters(), seed) for seed in (1, 1, 2))
    assert np.array_equal(first.weights, again.weights)
    assert not np.isclose(first.weights, other.weights).any()
    assert np.unique(first.weights).size == first.weights.size


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"synapses_per_pair": 3}, "synapses_per_pair"),
        ({"bias_range": 20 * mV}, "bias_range"),
        ({"leak_potential": -40 * mV}, "leak_potential"),
        ({"feature_strength": 0.05}, "relative_load"),
        ({"n_poisson_inputs": 2000, "n_copies": 1000}, "n_copies"),
        ({"volley_interval": 20 * ms}, "volley_interval"),
    ],
)
def test_parameters_that_do_not_fit_together_are_refused(values: dict[str, object], named: str) -> None:
    with pytest.raises(ParameterError, match=rf"^{named} = .*must be"):
        Parameters(**values)


def test_every_preset_is_a_valid_set_and_others_are_refused() -> None:
    for name in presets.PRESETS:
        assert isinstance(presets.preset(name), Parameters)
    assert presets.preset("below_threshold").n_data == 50
    with pytest.raises(ParameterError, match="did you mean equal_epsps"):
        presets.preset("equal_epsp")


def test_there_are_three_experiments_and_the_joint_machine_is_the_default() -> None:
    assert [experiment.name for experiment in EXPERIMENTS] == [
        "joint_machine",
        "synaptic_posterior",
        "sampling_machine",
    ]


def test_runs_too_short_to_observe_anything_are_refused() -> None:
    too_short = {"sampling_machine": "must hold a volley", "joint_machine": "must hold a time bin"}
    for experiment in EXPERIMENTS:
        if experiment.name in too_short:
            with pytest.raises(ParameterError, match=rf"^duration = .*{too_short[experiment.name]}"):
                experiment.run(
                    Parameters(time_bin=20 * ms),
                    duration=0.02 * second,
                    warmup=0.015 * second,
                    seed=1,
                    device="runtime",
                    progress=False,
                )

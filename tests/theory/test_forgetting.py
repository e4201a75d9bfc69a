"""Forgetting: one connection against Monte Carlo and a sampled network, the mean field, the end state."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from cortexnet.models.dual_sampling.data import load
from cortexnet.models.forgetting import Parameters
from cortexnet.models.forgetting.experiment.course import Subject, measured_sweeps
from cortexnet.models.forgetting.half_times import half_times
from cortexnet.models.forgetting.theory import (
    forgetting_time,
    forgetting_time_of_few_data,
    forgotten_weight_sd,
    free_running_chain,
    mean_field_half_times,
    mean_weight,
)


@pytest.mark.parametrize(
    ("n_synapses", "amplitude", "n_data", "sweeps"),
    [
        (20, 0.6, 1, 0.74),
        (20, 0.6, 10, 3.98),
        (20, 0.6, 100, 38.8),
        (20, 0.3, 1, 0.42),
        (20, 0.3, 10, 1.48),
        (20, 0.3, 100, 10.8),
        (20, 0.3, 1000, 311),
        (50, 0.3, 1, 0.60),
        (50, 0.3, 10, 2.81),
        (50, 0.3, 100, 23.9),
        (50, 0.3, 1000, 642),
    ],
)
def test_one_connection_forgets_by_its_second_eigenvalue(
    n_synapses: int, amplitude: float, n_data: int, sweeps: float
) -> None:
    assert forgetting_time(n_synapses, amplitude, n_data) == pytest.approx(sweeps, rel=7e-3)


def test_few_data_law() -> None:
    for n_synapses, amplitude, n_data in ((20, 0.3, 10), (20, 0.3, 100), (20, 0.6, 100), (200, 0.1, 100)):
        exact = forgetting_time(n_synapses, amplitude, n_data)
        assert forgetting_time_of_few_data(n_synapses, amplitude, n_data) == pytest.approx(exact, rel=0.2)
    assert forgetting_time(20, 0.6, 1000) > 1000 * forgetting_time_of_few_data(20, 0.6, 1000)  # frozen


def test_the_chain_leaves_the_prior_as_it_is_and_decays_as_simulated() -> None:
    """K = 4, a = 1, D = 5; Monte Carlo of synapses one by one: seed 1, 20 000 chains, 4 standard errors."""
    chain = free_running_chain(4, 1.0, 5)
    prior = np.array([1, 4, 6, 4, 1]) / 16
    assert chain.sum(axis=1) == pytest.approx(1)
    assert prior @ chain == pytest.approx(prior)
    generator, n = np.random.default_rng(1), 20_000
    on = np.full(n, 4)
    copies = generator.binomial(5, expit(on - 2.0))
    states = np.array([[(k >> bit) & 1 for bit in range(4)] for k in range(16)]).sum(axis=1)
    log_posterior = np.array(
        [[c * np.log(expit(m - 2.0)) + (5 - c) * np.log(expit(2.0 - m)) for m in states] for c in range(6)]
    )
    posterior = np.exp(log_posterior) / np.exp(log_posterior).sum(axis=1, keepdims=True)
    drawn = np.array([generator.choice(states, p=posterior[c]) for c in copies])
    for m in range(5):
        share, expected = np.mean(drawn == m), chain[4, m]
        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize(
    ("trace_rate", "n_data", "acquisition", "forgetting"),
    [
        (0.01, 10, 21, 73),
        (0.01, 100, 5, 85),
        (0.01, 1000, 1, 133),
        (0.1, 10, 2, 7),
        (0.1, 100, 1, 9),
        (0.1, 1000, 1, 13),
    ],
)
def test_mean_field_half_times(trace_rate: float, n_data: int, acquisition: int, forgetting: int) -> None:
    times = mean_field_half_times(20, 0.5, trace_rate, n_data)
    assert (times.acquisition, times.forgetting) == (acquisition, forgetting)


def test_mean_weight_is_that_of_drawn_synapses() -> None:
    """K = 40 of amplitude +-0.3 half each, seed 1, 4000 draws, 4 standard errors; at q = 0 the prior."""
    generator = np.random.default_rng(1)
    signed = 0.3 * np.repeat([1, -1], 20)
    for trace in (0.0, 1.5):
        weights = (generator.random((4000, 40)) < expit(signed * trace)) @ signed
        expected = float(mean_weight(trace, 40, 0.3))
        assert abs(weights.mean() - expected) < 4 * weights.std() / np.sqrt(4000)
        if trace == 0:
            assert weights.std() == pytest.approx(forgotten_weight_sd(40, 0.3), rel=0.05)


def test_half_times_of_known_courses() -> None:
    sweep = np.arange(0, 401)
    course = pd.DataFrame(
        {
            "phase": np.repeat(["learning", "forgetting"], 401),
            "sweep": np.tile(sweep, 2),
            "accuracy": np.concatenate(
                [0.1 + 0.8 * (1 - 2.0 ** (-sweep / 20)), 0.1 + 0.8 * 2.0 ** (-sweep / 90)]
            ),
        }
    )
    times = half_times(course)
    assert times["learned_accuracy"] == pytest.approx(0.9, abs=1e-3)
    assert times["acquisition_sweeps"] == pytest.approx(20, abs=0.1)
    assert times["forgetting_sweeps"] == pytest.approx(90, abs=0.1)
    never = course[(course["phase"] == "learning") | (course["sweep"] < 50)]
    assert np.isnan(half_times(never)["forgetting_sweeps"])


def test_measured_sweeps_begin_and_end_where_they_should() -> None:
    for n in (1, 2, 7, 500):
        measured = list(measured_sweeps(n))
        assert measured == sorted(set(measured))
        assert (measured[0], measured[-1]) == (1, n)


@pytest.mark.slow
def test_a_small_network_learns_forgets_and_returns_to_the_prior() -> None:
    """Seed 1, 300 digits; with the outputs released the weights end at SD sqrt(K) a/2 within 5 %."""
    parameters = Parameters(
        n_data=300, n_hidden=20, learning_sweeps=300, forgetting_sweeps=600, synapse_update_fraction=0.01
    )
    subject = Subject(parameters, load("digits", seed=1), 1)
    prior = forgotten_weight_sd(100, 0.1)
    assert subject.weight_sd() == pytest.approx(prior, rel=0.03)
    learned, forgotten = subject.learn(), subject.forget("teacher")
    assert learned["accuracy"].iloc[-5:].mean() > 0.6
    assert learned["weight_sd"].iloc[-1] > 1.1 * prior
    assert forgotten["accuracy"].iloc[-5:].mean() < 0.3
    assert forgotten["weight_sd"].iloc[-1] == pytest.approx(prior, rel=0.05)
    assert len(subject.cells) == 900

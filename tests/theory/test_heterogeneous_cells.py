"""Single cells of the heterogeneous theory, against cells that are simulated otherwise and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from brian2 import ms, mV

from cortexnet.analysis.meanfield.heterogeneous.common_activity import independent_activity
from cortexnet.analysis.meanfield.heterogeneous.quenched_cells import QuenchedCells, Sample
from cortexnet.analysis.meanfield.heterogeneous.spike_library import SpikeLibrary, relative_variance
from cortexnet.models.spontaneous_activity import Parameters
from tests.theory import poisson_cell

RATES = (1.7, 14.3)
SECONDS = 4.0


def poisson_library(rate: float, cells: int, period: float, seed: int) -> SpikeLibrary:
    """Trains of equal rates."""
    generator = np.random.default_rng(seed)
    counts = generator.poisson(rate * period, cells)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    return SpikeLibrary(period * generator.random(offsets[-1]), offsets, period)


def sample_of(parameters: Parameters, cell_type: str, *, cells: int, seed: int) -> Sample:
    """Cells with independent Poisson input of `RATES`."""
    si = parameters.as_si()
    generator = np.random.default_rng(seed)
    library = poisson_library(RATES[0], 3000, SECONDS + 1, seed)
    length = round((SECONDS + 0.2) / si["time_step"])
    stretches = [independent_activity(si, library, np.array(RATES), length, generator) for _ in range(2)]
    return QuenchedCells(si, cell_type).simulate(stretches, RATES[1], 0.0, cells, generator)


@pytest.mark.slow
@pytest.mark.parametrize("cell_type", ["excitatory", "inhibitory"])
def test_cells_fire_as_simulated_otherwise(cell_type: str) -> None:
    """1024 against 512 cells of 4 s with quenched input, seeds 1 and 2.

    Rates within 4 standard errors (false alarm 6e-5) and 1 % for a step of the integration that differs.
    """
    sample = sample_of(Parameters(), cell_type, cells=1024, seed=1)
    other = poisson_cell.quenched_cells(
        Parameters().as_si(), cell_type, RATES, cells=512, seconds=SECONDS, seed=2
    )
    ours = sample.counts / SECONDS
    error = np.hypot(ours.std() / np.sqrt(ours.size), other.rates.std() / np.sqrt(other.rates.size))
    assert ours.mean() == pytest.approx(other.rates.mean(), abs=4 * error + 0.01 * other.rates.mean())
    assert 1e-3 * sample.potentials.mean() == pytest.approx(other.mean, abs=0.15e-3)
    assert 1e-3 * sample.potentials.std() == pytest.approx(other.sd, rel=0.03)


def test_a_wrong_threshold_is_seen() -> None:
    """Planted error: the comparison above would find a threshold that is 1 mV off."""
    right = sample_of(Parameters(), "inhibitory", cells=128, seed=1)
    wrong = sample_of(Parameters(threshold_potential=-49 * mV), "inhibitory", cells=128, seed=1)
    assert wrong.counts.mean() < 0.8 * right.counts.mean()


def test_input_is_what_is_expected_on_average() -> None:
    """Covariates of 512 cells: mean 0 within 4.5 standard errors of each of three: false alarm 2e-5."""
    sample = sample_of(Parameters(), "excitatory", cells=512, seed=3)
    mean, error = sample.covariates.mean(0), sample.covariates.std(0) / np.sqrt(sample.cells)
    assert sample.covariates.shape == (512, 3)
    assert (np.abs(mean) < 4.5 * error).all()
    # In-degree and weights scatter: K <w^2>/<w>^2, here of released spikes of equal trains.
    assert 0.03 < sample.covariates[:, 0].std() < 0.12


def test_control_variates_take_out_scatter_and_nothing_else() -> None:
    """The adjusted rate lies within the raw one's error, and its own error is half of it at most."""
    sample = sample_of(Parameters(), "excitatory", cells=512, seed=4)
    raw = sample.counts / sample.duration
    raw_error = raw.std() / np.sqrt(raw.size)
    rate, error = sample.rate
    assert abs(rate - raw.mean()) < 4 * raw_error
    assert error < 0.75 * raw_error


def test_no_spike_is_seen_in_the_refractory_period() -> None:
    """Intervals of one cell are never shorter than it, and spikes lie in the window."""
    sample = sample_of(Parameters(refractory_period=3 * ms), "inhibitory", cells=32, seed=5)
    order = np.lexsort((sample.spike_steps, sample.spike_cells))
    steps, cells = sample.spike_steps[order], sample.spike_cells[order]
    intervals = np.diff(steps)[np.diff(cells) == 0]
    assert intervals.size > 500
    assert intervals.min() >= 30
    assert steps.min() >= 0
    assert steps.max() < round(SECONDS / sample.time_step)


def test_choosing_uses_every_train_equally_often() -> None:
    """So the mean rate of a population is that of the library."""
    library = poisson_library(2.0, 100, 5.0, 6)
    chosen = library.choose(250, np.random.default_rng(7))
    assert set(np.bincount(chosen, minlength=100)) == {2, 3}


def test_variance_of_rates_is_told_from_that_of_counts() -> None:
    """100,000 lognormal rates of known relative variance, Poisson counts of mean 20; seed 8: within 3 %."""
    generator = np.random.default_rng(8)
    rates = 20 * generator.lognormal(-0.125, 0.5, 100_000)
    assert relative_variance(generator.poisson(rates)) == pytest.approx(np.expm1(0.25), rel=0.03)
    assert relative_variance(np.zeros(10, dtype=np.int64)) == 0.0

"""What is measured of a network that was watched: claims, each with a value, its error and a criterion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.sampling_runs import Watched
from cortexnet.analysis.sampling.accuracy import accuracy_table
from cortexnet.analysis.sampling.calibration import calibration_scores, class_probability
from cortexnet.analysis.sampling.displacement import confinement
from cortexnet.analysis.sampling.effective_sample_size import effective_sample_sizes
from cortexnet.analysis.sampling.power_law import PowerLaw, fit_power_law
from cortexnet.analysis.sampling.receptive_fields import receptive_fields, spatial_structure
from cortexnet.analysis.sampling.volatility import change_with_lag, constancy
from cortexnet.analysis.sampling.weight_statistics import weight_statistics

Presentations: TypeAlias = tuple[NDArray[np.float64], ...]
#: Ranks over which exponents are fitted: without the first, which is the mean response, and the last half.
RANKS = (2, 25)


@dataclass(frozen=True)
class Measure:
    """One number: what it is, its error within the run, if there is one, and whether the claim holds."""

    claim: str
    quantity: str
    value: float
    error: float
    criterion: str = ""
    holds: bool | None = None


def measures(watched: Watched, rng: np.random.Generator) -> Iterator[Measure]:
    """Measure all claims about one network."""
    yield from _readouts(watched)
    yield from _calibration(watched, rng)
    yield from _volatility(watched, rng)
    yield from _independence(watched)
    yield from _receptive_fields(watched, rng)
    yield from _weights(watched, rng)
    yield from _eigenspectra(watched, rng)


def fields_and_seen(
    watched: Watched, weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Receptive fields of the weights, and the pixels that are ever bright."""
    shape = watched.data.shape
    assert shape is not None
    return receptive_fields(weights, shape), watched.seen[: shape[0] * shape[1]].reshape(shape)


def _readouts(watched: Watched) -> Iterator[Measure]:
    table = accuracy_table(
        watched.data.test_labels, watched.probability, watched.spike_count, watched.one_sample
    )
    for row in table.to_dict("records"):
        error = (row["high"] - row["low"]) / (2 * 1.96)
        yield Measure("accuracy", f"test, {row['readout']}", row["accuracy"], error)
    average = table.set_index("readout")["accuracy"]["posterior_average"]
    train = accuracy_table(
        watched.train_labels, watched.train_probability, watched.train_probability
    ).set_index("readout")
    gap = train["accuracy"]["posterior_average"] - average
    yield Measure("no overfitting", "train - test", gap, np.nan, "|train - test| < 0.05", abs(gap) < 0.05)


def _calibration(watched: Watched, rng: np.random.Generator) -> Iterator[Measure]:
    scores = calibration_scores(class_probability(watched.probability), watched.data.test_labels, rng=rng)
    yield Measure("calibration", "log loss", scores.log_loss, scores.log_loss_error)
    yield Measure("calibration", "Brier score", scores.brier, scores.brier_error)
    yield Measure("calibration", "overconfidence", scores.overconfidence, np.nan)
    yield Measure(
        "calibration",
        "expected calibration error",
        scores.expected_calibration_error,
        np.nan,
        f"below {scores.error_if_calibrated_95:.3f}, the 95 % quantile if calibrated",
        scores.calibrated,
    )


def _volatility(watched: Watched, rng: np.random.Generator) -> Iterator[Measure]:
    accuracies = (watched.probability.argmax(axis=2) == watched.data.test_labels).mean(axis=1)
    steady = constancy(accuracies)
    yield Measure(
        "volatility at constant accuracy",
        "trend of the accuracy",
        steady.trend.value,
        steady.trend.standard_error,
        "95 % interval within +-0.02",
        steady.constant,
    )
    for name, states in states_of(watched).items():
        last = change_with_lag(states, watched.interval).iloc[-1]
        yield Measure(
            "volatility at constant accuracy",
            f"correlation after {last['lag']:.0f} epochs: {name}",
            last["correlation"],
            np.nan,
            "below 0.9",
            bool(last["correlation"] < 0.9),
        )
        change = last["relative_change"]
        yield Measure(
            "volatility at constant accuracy", f"change by SD over elements: {name}", change, np.nan
        )
    first, second = watched.repeated.reshape(2, -1)
    yield Measure(
        "volatility at constant accuracy",
        "correlation of two presentations, same synapses: hidden spikes",
        float(np.corrcoef(first, second)[0, 1]),
        np.nan,
    )
    found = confinement(states_of(watched)["weights"], watched.interval, rng=rng)
    yield Measure(
        "confined diffusion",
        "displacement by that of free diffusion",
        found.share_of_free,
        found.share_of_free_error,
        "below 0.5 by two errors",
        found.confined,
    )
    yield Measure("confined diffusion", "relaxation time (epochs)", found.time, np.nan)


def states_of(watched: Watched) -> dict[str, NDArray[np.float64]]:
    """States that may change, shape (states, elements): weights of inputs that fire, hidden spikes."""
    weights = watched.weights["input_to_hidden"][:, :-1][:, watched.seen]
    n_states = len(weights)
    return {"weights": weights.reshape(n_states, -1), "hidden spikes": watched.hidden.reshape(n_states, -1)}


def sample_sizes(watched: Watched) -> dict[str, NDArray[np.float64]]:
    """Traces whose independence is asked for: weights, and the probability of the label of each datum."""
    labels = watched.data.test_labels
    return {
        "weights": states_of(watched)["weights"],
        "answers": watched.probability[:, np.arange(labels.size), labels],
    }


def _independence(watched: Watched) -> Iterator[Measure]:
    for name, traces in sample_sizes(watched).items():
        table = effective_sample_sizes(traces)
        time = watched.interval * table["autocorrelation_time"].median()
        yield Measure("independence of samples", f"autocorrelation time (epochs): {name}", time, np.nan)
        size = table["effective_sample_size"].median()
        yield Measure("independence of samples", f"effective samples of {len(traces)}: {name}", size, np.nan)
        share = table["reliable"].mean()
        yield Measure("independence of samples", f"traces of 50 such times: {name}", share, np.nan)


def _receptive_fields(watched: Watched, rng: np.random.Generator) -> Iterator[Measure]:
    for when, weights in {
        "before learning": watched.first_weights["input_to_hidden"],
        "at one moment": watched.weights["input_to_hidden"][-1],
        "mean over states": watched.weights["input_to_hidden"].mean(axis=0),
    }.items():
        fields, seen = fields_and_seen(watched, weights)
        table = spatial_structure(fields, seen=seen, rng=rng)
        share, n = table["structured"].mean(), len(table)
        error = np.sqrt(share * (1 - share) / n)
        if when == "before learning":
            yield Measure("receptive fields", f"structured cells, {when}", share, error)
        else:
            yield Measure(
                "receptive fields", f"structured cells, {when}", share, error, "above 0.5", bool(share > 0.5)
            )
        index = table["moran_i"]
        yield Measure("receptive fields", f"Moran's I, {when}", index.mean(), index.std() / np.sqrt(n))


def weight_samples(watched: Watched) -> dict[str, tuple[NDArray[np.float64], float]]:
    """Weights whose distribution is asked for, with their spacing; of inputs that fire alone."""
    spacing = watched.parameters.amplitude
    incoming = watched.weights["input_to_hidden"][:, :-1][:, watched.seen]
    outgoing = watched.weights["hidden_to_output"]
    samples = {
        "input to hidden": (incoming[-1], spacing),
        "input to hidden, mean over states": (incoming.mean(axis=0), spacing / len(incoming)),
        "hidden to output": (outgoing[-1], spacing),
    }
    if watched.parameters.is_recurrent:
        among = watched.weights["hidden_to_hidden"][-1]
        among = among[~np.eye(len(among), dtype=bool)]
        samples["hidden to hidden"] = (among, watched.parameters.amplitude_recurrent)
    return samples


def _weights(watched: Watched, rng: np.random.Generator) -> Iterator[Measure]:
    for name, (weights, spacing) in weight_samples(watched).items():
        found = weight_statistics(weights, spacing, rng=rng)
        tail = ("a heavy-tailed fit better by 10 in AIC", found.heavy_tail)
        log = ("the lognormal fit best, and heavy-tailed", found.lognormal)
        yield Measure(
            "heavy-tailed weights",
            f"excess kurtosis: {name}",
            found.excess_kurtosis,
            found.excess_kurtosis_error,
            *tail,
        )
        yield Measure("heavy-tailed weights", f"tail index: {name}", found.tail_index, found.tail_index_error)
        yield Measure(
            "lognormal weights", f"AIC above the best fit: {name}", found.delta_aic_lognormal, np.nan, *log
        )
        half = found.delta_aic_half_normal
        yield Measure("lognormal weights", f"AIC of the normal above the best fit: {name}", half, np.nan)


def power_laws(watched: Watched, rng: np.random.Generator) -> dict[str, tuple[Presentations, PowerLaw]]:
    """Presentations whose eigenspectrum is asked for, and their power law."""
    presentations = {
        "hidden, cross-validated": tuple(watched.repeated),
        "hidden, one presentation": (watched.repeated[0],),
        "before learning, cross-validated": tuple(watched.first_repeated),
        "pixels": (watched.data.test_images.astype(np.float64),),
    }
    return {
        name: (parts, fit_power_law(*parts, ranks=RANKS, rng=rng)) for name, parts in presentations.items()
    }


def _eigenspectra(watched: Watched, rng: np.random.Generator) -> Iterator[Measure]:
    for name, (_, law) in power_laws(watched, rng).items():
        value, error = law.exponent, law.standard_error
        if name == "hidden, cross-validated":
            criterion = "1 within two errors, and better than an exponential"
            yield Measure("power law of exponent 1", name, value, error, criterion, law.agrees_with(1.0))
        else:
            yield Measure("power law of exponent 1", name, value, error)

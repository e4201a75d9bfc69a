"""Figures of `benchmarks.sampling_claims`: learning, volatility, and what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.sampling_measures import fields_and_seen, power_laws, sample_sizes, states_of, weight_samples
from benchmarks.sampling_runs import Watched
from cortexnet.analysis.figure_style import CENTIMETRE, letter_panels
from cortexnet.analysis.sampling.accuracy import accuracy_of_pools, accuracy_table
from cortexnet.analysis.sampling.calibration import (
    calibration_scores,
    class_probability,
    confidence_and_hit,
    reliability_curve,
)
from cortexnet.analysis.sampling.displacement import confinement, mean_squared_displacement
from cortexnet.analysis.sampling.effective_sample_size import effective_sample_sizes
from cortexnet.analysis.sampling.eigenspectrum import eigenspectrum
from cortexnet.analysis.sampling.figures.eigenspectrum import draw_eigenspectra
from cortexnet.analysis.sampling.figures.learning import (
    draw_accuracy_of_pools,
    draw_learning_curve,
    draw_reliability,
)
from cortexnet.analysis.sampling.figures.timing import draw_coincidences, draw_lags
from cortexnet.analysis.sampling.figures.volatility import (
    draw_correlations,
    draw_displacement,
    draw_sample_sizes,
    draw_traces,
)
from cortexnet.analysis.sampling.figures.weights import draw_magnitudes, draw_receptive_fields
from cortexnet.analysis.sampling.magnitude_fits import fit_magnitudes
from cortexnet.analysis.sampling.receptive_fields import spatial_structure
from cortexnet.analysis.sampling.volatility import change_with_lag

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 18.0
#: Tests that the posterior average pools while the network learns: the last so many.
POOLED = 5


def learning_figure(watched: Watched, rng: np.random.Generator) -> Figure:
    """Show how accuracy rises with learning and with averaging, and whether confidence can be relied on."""
    figure = _page(7.0)
    panels = figure.subplots(1, 3)
    labels = watched.data.test_labels
    draw_learning_curve(panels[0], _learning_curve(watched), chance=1 / len(watched.data.classes))
    draw_accuracy_of_pools(panels[1], accuracy_of_pools(labels, watched.probability))
    predicted = class_probability(watched.probability)
    curve = reliability_curve(*confidence_and_hit(predicted, labels))
    draw_reliability(panels[2], curve, calibration_scores(predicted, labels, rng=rng))
    letter_panels(panels)
    return figure


def volatility_figure(watched: Watched, rng: np.random.Generator) -> Figure:
    """Show what goes on changing while the accuracy stays."""
    figure = _page(13.0)
    panels = figure.subplots(2, 2).ravel()
    states, interval = states_of(watched), watched.interval
    epochs = interval * np.arange(len(watched.probability))
    accuracy = (watched.probability.argmax(axis=2) == watched.data.test_labels).mean(axis=1)
    draw_traces(panels[0], epochs, states["weights"], accuracy)
    changes = {name: change_with_lag(values, interval) for name, values in states.items()}
    draw_correlations(panels[1], changes)
    displacement = mean_squared_displacement(states["weights"], interval)
    draw_displacement(panels[2], displacement, confinement(states["weights"], interval, rng=rng))
    sizes = {name: effective_sample_sizes(traces) for name, traces in sample_sizes(watched).items()}
    draw_sample_sizes(panels[3], sizes)
    panels[3].set_xlabel(f"Autocorrelation time (samples, one in {interval} epochs)")
    letter_panels(panels)
    return figure


def representation_figure(
    watched: Watched, by_case: pd.DataFrame, against_lag: pd.DataFrame, rng: np.random.Generator
) -> Figure:
    """Show receptive fields, the tail of the weights, eigenspectra, and the sign of spike timing."""
    figure = _page(19.0)
    panels = figure.subplots(3, 2, width_ratios=(1.15, 1)).ravel()
    averaged = watched.weights["input_to_hidden"].mean(axis=0)
    fields, seen = fields_and_seen(watched, averaged)
    draw_receptive_fields(panels[0], fields, spatial_structure(fields, seen=seen, rng=rng))
    weights, spacing = weight_samples(watched)["input to hidden"]
    draw_magnitudes(panels[1], weights, spacing, fit_magnitudes(weights, spacing))
    laws = power_laws(watched, rng)
    draw_eigenspectra(panels[2], {name: (eigenspectrum(*parts), law) for name, (parts, law) in laws.items()})
    weights, spacing = weight_samples(watched)["hidden to output"]
    draw_magnitudes(panels[3], weights, spacing, fit_magnitudes(weights, spacing))
    panels[1].set_title("Weights from input to hidden cells")
    panels[3].set_title("Weights from hidden cells to outputs")
    draw_coincidences(panels[4], by_case)
    draw_lags(panels[5], against_lag)
    letter_panels(panels)
    return figure


def _learning_curve(watched: Watched) -> pd.DataFrame:
    tables = []
    for last in range(len(watched.course)):
        shown = watched.course[max(0, last + 1 - POOLED) : last + 1]
        sets = {
            "test": (watched.data.test_labels, np.array([test for _, test, _ in shown])),
            "train": (watched.data.labels, np.array([train for _, _, train in shown])),
        }
        for data, (labels, probability) in sets.items():
            table = accuracy_table(labels, probability, probability, probability[-1:])
            kept = table[table["readout"].isin(("single_sample", "posterior_average"))]
            tables.append(kept.assign(data=data, epoch=watched.course[last][0]))
    return pd.concat(tables, ignore_index=True)


def _page(height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH * CENTIMETRE, height * CENTIMETRE), layout="constrained")

"""What the panels on sampling networks show, on made-up data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from cortexnet.analysis.figure_style import publication_style
from cortexnet.analysis.sampling.calibration import calibration_scores, confidence_and_hit, reliability_curve
from cortexnet.analysis.sampling.displacement import confinement, mean_squared_displacement
from cortexnet.analysis.sampling.effective_sample_size import effective_sample_sizes
from cortexnet.analysis.sampling.eigenspectrum import eigenspectrum
from cortexnet.analysis.sampling.figures.colours import DOWN, UP
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
from cortexnet.analysis.sampling.power_law import fit_power_law
from cortexnet.analysis.sampling.receptive_fields import spatial_structure
from cortexnet.analysis.sampling.volatility import change_with_lag

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def ax() -> Iterator[Axes]:
    """One panel, which must come out without a warning."""
    with publication_style():
        figure = Figure(figsize=(3.5, 2.6), layout="constrained")
        yield figure.subplots()
        figure.canvas.draw()


def legend_of(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


def line(ax: Axes, label: str) -> tuple[np.ndarray, np.ndarray]:
    (found,) = (line for line in ax.lines if line.get_label() == label)
    return np.asarray(found.get_xdata(), float), np.asarray(found.get_ydata(), float)


def walk(steps: int = 40, n: int = 50) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(steps, n)).cumsum(axis=0)


def test_a_learning_curve_names_each_readout_once(ax: Axes) -> None:
    row = {"accuracy": [0.1, 0.9], "low": [0.0, 0.8], "high": [0.2, 1.0], "epoch": [0, 1]}
    kinds = [(r, d) for r in ("posterior_average", "single_sample") for d in ("test", "train")]
    curve = pd.concat([pd.DataFrame(row | {"readout": r, "data": d}) for r, d in kinds])
    draw_learning_curve(ax, curve, chance=0.1)
    assert legend_of(ax) == ["Posterior average", "Single sample"]
    assert ax.get_xlabel() == "Epochs (dashed: training data)"
    assert len(ax.collections) == 2  # a band for each readout of the test data


def test_pools_are_drawn_at_powers_of_two(ax: Axes) -> None:
    pools = pd.DataFrame(
        {"n_pooled": [1, 2, 4], "accuracy": [0.5, 0.6, 0.7], "sd_over_pools": [0.1, 0.1, np.nan]}
    )
    draw_accuracy_of_pools(ax, pools)
    assert ax.get_xscale() == "log"
    assert line(ax, ax.lines[0].get_label())[1].tolist() == [0.5, 0.6, 0.7]


def test_a_reliability_diagram_says_the_calibration_error(ax: Axes) -> None:
    p, labels = np.tile([0.7, 0.3], (100, 1)), np.repeat([0, 1], [60, 40])
    curve = reliability_curve(*confidence_and_hit(p, labels))
    draw_reliability(ax, curve, calibration_scores(p, labels, rng=np.random.default_rng(0)))
    assert "calibration error 0.100" in ax.texts[0].get_text()


def test_traces_are_below_the_accuracy(ax: Axes) -> None:
    draw_traces(ax, 10 * np.arange(40), walk(), np.full(40, 0.9))
    assert len(ax.lines) == 12
    (accuracy,) = ax.figure.axes[1].lines
    assert np.asarray(accuracy.get_xdata()).max() == 390


def test_correlations_have_a_line_for_each_kind_of_state(ax: Axes) -> None:
    draw_correlations(ax, {"weights": change_with_lag(walk(), 5), "spikes": change_with_lag(walk(), 5)})
    assert legend_of(ax) == ["weights", "spikes"]
    assert line(ax, "weights")[0].max() == 100


def test_free_diffusion_begins_where_the_weights_do(ax: Axes) -> None:
    displacement = mean_squared_displacement(walk(), 30)
    draw_displacement(ax, displacement, confinement(walk(), 30, rng=np.random.default_rng(0)))
    lag, free = line(ax, "free diffusion")
    assert free[0] == pytest.approx(displacement["displacement"].iloc[0])
    assert free[-1] / free[0] == pytest.approx(lag[-1] / lag[0])


def test_sample_sizes_name_the_median(ax: Axes) -> None:
    draw_sample_sizes(ax, {"noise": effective_sample_sizes(np.random.default_rng(2).normal(size=(400, 40)))})
    assert legend_of(ax)[0].startswith("noise: median 1")


def test_the_most_structured_fields_come_first(ax: Axes) -> None:
    """Smooth ones among noise; the page has 8 columns and a gap of one pixel."""
    rng = np.random.default_rng(3)
    fields = rng.normal(size=(9, 6, 6))
    fields[5] = np.arange(6.0)
    draw_receptive_fields(ax, fields, spatial_structure(fields, rng=rng, permutations=99))
    page = np.asarray(ax.images[0].get_array())
    assert page.shape == (2 * 7 - 1, 8 * 7 - 1)
    assert page[:6, :6] == pytest.approx(fields[5])
    assert "of 9 structured" in ax.get_title(loc="left")


def test_tails_are_drawn_with_their_fits(ax: Axes) -> None:
    weights = 0.1 * np.rint(10 * np.random.default_rng(4).normal(size=500))
    draw_magnitudes(ax, weights, 0.1, fit_magnitudes(weights, 0.1))
    assert legend_of(ax)[0] == "normal (ΔAIC 0)"
    x, above = line(ax, "weights")
    assert above[0] == pytest.approx(np.mean(np.abs(weights) > 0.05))
    assert x[0] == pytest.approx(0.05)


def test_eigenspectra_are_named_by_their_exponents(ax: Axes) -> None:
    responses = np.random.default_rng(5).normal(size=(300, 20)) * np.arange(1, 21) ** -0.5
    law = fit_power_law(responses, ranks=(2, 10), rng=np.random.default_rng(0), resamples=10)
    draw_eigenspectra(ax, {"cells": (eigenspectrum(responses), law)})
    assert legend_of(ax) == [f"cells: {law.exponent:.2f} ± {law.standard_error:.2f}"]


def test_up_and_down_have_their_colours(ax: Axes) -> None:
    cases = ["pre_then_post", "pre_without_post", "post_without_pre", "neither"]
    changes = pd.DataFrame({"case": cases, "mean_change": [1, -1, 0.1, np.nan], "standard_error": 0.1})
    draw_coincidences(ax, changes.fillna(0.0))
    colours = [bar.get_facecolor() for bar in ax.patches]
    assert colours[:2] == [to_rgba(UP), to_rgba(DOWN)]


def test_lags_are_drawn_with_two_errors(ax: Axes) -> None:
    draw_lags(ax, pd.DataFrame({"lag": [-1, 0, 1], "mean_change": [0, 1, 0.5], "standard_error": 0.1}))
    segments = ax.collections[0].get_segments()
    assert segments[1][:, 1] == pytest.approx([0.8, 1.2])

"""Figures of a training and of a test: accuracy, receptive fields, examples with answers, reliability."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.figure_style import (
    CENTIMETRE,
    NEUTRAL,
    letter_panels,
    publication_style,
    say_instead,
)
from cortexnet.analysis.sampling.accuracy import credit
from cortexnet.analysis.sampling.calibration import class_probability, confidence_and_hit, reliability_curve
from cortexnet.analysis.sampling.receptive_fields import receptive_fields
from cortexnet.models.dual_sampling.data import Dataset

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cortexnet.models.dual_sampling.experiment.answers import Evidence

#: Cells and data in the figure.
FIELDS = (4, 7)
EXAMPLES = 8
TEST, TRAINING = "#D55E00", "#0072B2"


def draw_learning(
    curve: pd.DataFrame, answers: Evidence, dataset: Dataset, weights: NDArray[np.float64], path: Path
) -> None:
    """Draw a training.

    Parameters
    ----------
    curve : DataFrame
        Accuracies: epoch, data, readout, accuracy.
    answers : Evidence
        To the test set, pooled.
    dataset : Dataset
        What was learnt.
    weights : ndarray, shape (inputs, hidden)
        From input to hidden cells.
    path : Path
        The file to write; its suffix says in which format.
    """
    _draw(lambda axes: _learning_curve(axes, curve, len(dataset.classes)), answers, dataset, weights, path)


def draw_recall(
    pools: pd.DataFrame, answers: Evidence, dataset: Dataset, weights: NDArray[np.float64], path: Path
) -> None:
    """Draw a test without training: as `draw_learning`, but for accuracies against pooled samples.

    Parameters
    ----------
    pools : DataFrame
        Of `cortexnet.analysis.sampling.accuracy.accuracy_of_pools`.
    answers, dataset, weights, path
        As in `draw_learning`.
    """
    _draw(lambda axes: _accuracy_of_pools(axes, pools), answers, dataset, weights, path)


def _draw(
    first: Callable[[Axes], None],
    answers: Evidence,
    dataset: Dataset,
    weights: NDArray[np.float64],
    path: Path,
) -> None:
    from matplotlib.figure import Figure

    with publication_style():
        figure = Figure(figsize=(18 * CENTIMETRE, 13 * CENTIMETRE), layout="constrained")
        panels = figure.subplots(2, 2).ravel()
        first(panels[0])
        _receptive_fields(panels[1], weights, dataset)
        _examples(panels[2], answers, dataset)
        _reliability(panels[3], answers, dataset)
        letter_panels(panels)
        figure.savefig(path)


def _learning_curve(axes: Axes, curve: pd.DataFrame, n_classes: int) -> None:
    lines = {
        ("test", "posterior_average"): ("test set, average", TEST, "-"),
        ("training", "posterior_average"): ("training data, average", TRAINING, "-"),
        ("test", "single_sample"): ("test set, one sample", TEST, (0, (1, 1))),
    }
    for (data, readout), (label, colour, style) in lines.items():
        of_line = curve[(curve["data"] == data) & (curve["readout"] == readout)]
        marker = "o" if len(of_line) == 1 else None
        axes.plot(
            of_line["epoch"], of_line["accuracy"], color=colour, ls=style, label=label, marker=marker, ms=3
        )
    axes.axhline(1 / n_classes, color=NEUTRAL, lw=0.7)
    axes.annotate("chance", (1, 1 / n_classes), (0, 2), textcoords="offset points", color=NEUTRAL)
    axes.set(xlabel="Epoch", ylabel="Accuracy", title="Learning", ylim=(0, 1.02))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.15))


def _accuracy_of_pools(axes: Axes, pools: pd.DataFrame) -> None:
    axes.errorbar(
        pools["n_pooled"], pools["accuracy"], pools["sd_over_pools"].fillna(0), color=TEST, marker="o", ms=3
    )
    axes.set_xscale("log", base=2)
    axes.set(xlabel="Tests pooled", ylabel="Accuracy", title="Average over samples", ylim=(None, 1.02))


def _receptive_fields(axes: Axes, weights: NDArray[np.float64], dataset: Dataset) -> None:
    """Draw the strongest fields side by side: red excites, blue inhibits."""
    axes.set_title("Receptive fields of hidden cells")
    if dataset.shape is None:
        say_instead(axes, "the data have no shape")
        return
    fields = receptive_fields(weights, dataset.shape)
    strongest = np.argsort(-fields.std(axis=(1, 2)))[: FIELDS[0] * FIELDS[1]]
    tiles = _tiled(fields[strongest], FIELDS[1])
    largest = np.nanmax(np.abs(tiles)) or 1.0
    image = axes.imshow(tiles, cmap="RdBu_r", vmin=-largest, vmax=largest, interpolation="nearest")
    axes.set_axis_off()
    axes.figure.colorbar(image, ax=axes, label="Weight", shrink=0.8)


def _tiled(images: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """Arrange images in rows, with a gap of one pixel."""
    n_images, height, width = images.shape
    columns = min(columns, n_images)
    rows = -(-n_images // columns)
    tiles = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for k, image in enumerate(images):
        top, left = (k // columns) * (height + 1), (k % columns) * (width + 1)
        tiles[top : top + height, left : left + width] = image
    return tiles


def _examples(axes: Axes, answers: Evidence, dataset: Dataset) -> None:
    """Draw some test images above what the network says of them: the first right ones and the first wrong."""
    axes.set_title("Test images, and the probabilities of their classes")
    probability = class_probability(answers.probability)
    chosen = _right_and_wrong(probability, dataset.test_labels)
    axes.imshow(probability[chosen].T, cmap="Greys", vmin=0, vmax=1, aspect="auto", origin="lower")
    axes.plot(np.arange(len(chosen)), dataset.test_labels[chosen], "s", mfc="none", mec=TEST, ms=7, mew=1)
    if len(dataset.classes) <= 20:
        axes.set_yticks(np.arange(len(dataset.classes)), [str(label) for label in dataset.classes])
    axes.set(xlabel="Squares: the right class; on the right, the first mistakes", ylabel="Class", xticks=[])
    if dataset.shape is not None:
        for column, datum in enumerate(chosen):
            inset = axes.inset_axes(((column + 0.1) / len(chosen), 1.0, 0.8 / len(chosen), 0.22))
            inset.imshow(dataset.test_images[datum].reshape(dataset.shape), cmap="Greys", vmin=0, vmax=1)
            inset.set_axis_off()


def _right_and_wrong(probability: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first data of different classes that are told rightly, and the first that are not."""
    is_right = credit(probability, labels) == 1
    wrong = np.flatnonzero(~is_right)[: EXAMPLES // 4]
    right = np.flatnonzero(is_right)
    _, first = np.unique(labels[right], return_index=True)
    return np.concatenate([right[first][: EXAMPLES - len(wrong)], wrong])


def _reliability(axes: Axes, answers: Evidence, dataset: Dataset) -> None:
    confidence, hit = confidence_and_hit(class_probability(answers.probability), dataset.test_labels)
    curve = reliability_curve(confidence, hit)
    bars = np.maximum([curve["observed"] - curve["low"], curve["high"] - curve["observed"]], 0)
    axes.plot([0, 1], [0, 1], color=NEUTRAL, lw=0.7)
    axes.errorbar(curve["predicted"], curve["observed"], bars, color=TEST, marker="o", ms=3, elinewidth=0.8)
    axes.set(
        xlabel="Probability of the class that is named",
        ylabel="Share that is right",
        title="Reliability, with intervals of 95 %",
        xlim=(0, 1.02),
        ylim=(0, 1.02),
    )

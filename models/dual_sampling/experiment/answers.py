"""What the output cells answered to the test set and to training data, epoch after epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cortexnet.analysis.sampling.accuracy import accuracy_table, credit
from cortexnet.models.dual_sampling.data import Dataset

#: The share of the epochs so far, the last ones, whose answers are pooled: before, the network still learns.
POOLED = 1 / 3


class Evidence(NamedTuple):
    """Answers to the same data, shown again and again.

    Attributes
    ----------
    probability, one_sample : ndarray of float32, shape (showings, data, classes)
        Firing probability of the output cells: mean over the bins, and in the last bin alone.
    spike_count : ndarray of int32, shape (showings, data, classes)
        Their spikes.
    """

    probability: NDArray[Any]
    one_sample: NDArray[Any]
    spike_count: NDArray[Any]

    @classmethod
    def joined(cls, parts: Sequence[Evidence]) -> Evidence:
        """Return all showings, one part after another."""
        return cls(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def part(self, showings: slice) -> Evidence:
        """Return some showings."""
        return Evidence(*(array[showings] for array in self))

    def accuracies(self, labels: NDArray[np.int64]) -> pd.DataFrame:
        """Return the accuracy of every readout, all showings pooled; see `accuracy_table`."""
        return accuracy_table(labels, self.probability, self.spike_count, self.one_sample)


class Answers(NamedTuple):
    """Answers of a network.

    Attributes
    ----------
    test, training : Evidence
        To the test set, and to a part of the training data.
    """

    test: Evidence
    training: Evidence

    @classmethod
    def joined(cls, parts: Sequence[Answers]) -> Answers:
        """Return all showings, one part after another."""
        return cls(*(Evidence.joined(evidence) for evidence in zip(*parts, strict=True)))

    @property
    def n_showings(self) -> int:
        """Number of showings."""
        return len(self.test.probability)

    def part(self, showings: slice) -> Answers:
        """Return some showings."""
        return Answers(*(evidence.part(showings) for evidence in self))

    def pooled(self) -> Answers:
        """Return those of the last third of the epochs."""
        return self.part(slice(self.n_showings - n_pooled(self.n_showings), None))

    def learning_curve(self, dataset: Dataset, shown: NDArray[np.int64]) -> pd.DataFrame:
        """Return accuracies after every epoch, answers of the last third of the epochs until then pooled.

        Parameters
        ----------
        dataset, shown
            As in `accuracies`.

        Returns
        -------
        DataFrame
            Columns epoch (from 1), data, readout, accuracy, n_pooled (epochs).
        """
        tables = {
            "test": _learning_curve(self.test, dataset.test_labels),
            "training": _learning_curve(self.training, dataset.labels[shown]),
        }
        both = pd.concat([table.assign(data=name) for name, table in tables.items()], ignore_index=True)
        return both[["epoch", "data", "readout", "accuracy", "n_pooled"]]

    def accuracies(self, dataset: Dataset, shown: NDArray[np.int64]) -> pd.DataFrame:
        """Return accuracies, a row for each readout of ``test`` and ``training`` data.

        Parameters
        ----------
        dataset : Dataset
            With the right classes.
        shown : ndarray of int
            Which training data were shown.
        """
        tables = {
            "test": self.test.accuracies(dataset.test_labels),
            "training": self.training.accuracies(dataset.labels[shown]),
        }
        return pd.concat([table.assign(data=name) for name, table in tables.items()], ignore_index=True)


def n_pooled(epochs: int) -> int:
    """Return of how many epochs the answers are pooled after `epochs` of them."""
    return max(1, round(POOLED * epochs))


def _learning_curve(evidence: Evidence, labels: NDArray[np.int64]) -> pd.DataFrame:
    epochs = np.arange(1, len(evidence.probability) + 1)
    pooled = np.array([n_pooled(int(epoch)) for epoch in epochs])

    def sums(array: NDArray[Any]) -> NDArray[np.float64]:
        """Sum over the epochs that are pooled after each."""
        until = np.concatenate([np.zeros((1, *array.shape[1:])), np.cumsum(array, axis=0, dtype=np.float64)])
        return np.asarray(until[epochs] - until[epochs - pooled])

    accuracies = {
        "single_sample": sums(credit(evidence.one_sample, labels).mean(axis=1)) / pooled,
        "synapse_sample": sums(credit(evidence.probability, labels).mean(axis=1)) / pooled,
        "posterior_average": credit(sums(evidence.probability), labels).mean(axis=1),
        "spike_counts": credit(sums(evidence.spike_count), labels).mean(axis=1),
    }
    wide = pd.DataFrame({"epoch": epochs, "n_pooled": pooled, **accuracies})
    return wide.melt(["epoch", "n_pooled"], var_name="readout", value_name="accuracy")


def summary_numbers(accuracies: pd.DataFrame) -> dict[str, float]:
    """Return the main numbers of a table of `Answers.accuracies`, by their names in a summary."""
    value = accuracies.set_index(["data", "readout"])["accuracy"]
    return {
        "accuracy_test_posterior_average": value["test", "posterior_average"],
        "accuracy_test_single_sample": value["test", "single_sample"],
        "accuracy_test_synapse_sample": value["test", "synapse_sample"],
        "accuracy_test_spike_counts": value["test", "spike_counts"],
        "accuracy_train_posterior_average": value["training", "posterior_average"],
    }

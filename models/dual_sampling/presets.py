"""Named parameter sets, and how what suits the data follows from how many they are.

A preset says how the network is made; `for_data` adds what depends on the data. The mean step that one datum
makes a weight take along the gradient of its log-likelihood is eta = f s2 gain D / M, with the prior variance
s2 = K a**2/4 of a weight, D data of which M are shown between two synaptic updates, and the fraction f of
synapses that an update redraws. With n input cells that fire, steps are stable up to eta n/4 of about 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cortexnet.models.named_sets import Preset, find

if TYPE_CHECKING:
    from cortexnet.models.dual_sampling.data import Dataset
    from cortexnet.models.dual_sampling.parameters import Parameters


@dataclass(frozen=True)
class LearningPreset(Preset):
    """A preset of a network that learns.

    Attributes
    ----------
    learning_step : float
        Mean step a datum, eta.
    """

    learning_step: float = 0.03


PRESETS: Mapping[str, LearningPreset] = {
    "default": LearningPreset("feedforward, in thermometer coding: learns images of any kind"),
    "many_data": LearningPreset(
        "for tens of thousands of images: more hidden cells, finer synapses, a lower temperature",
        {
            "n_hidden": "300",
            "synapses_per_connection": "25600",
            "amplitude": "0.0025",
            "amplitude_recurrent": "0.00075",
            "gain": "100",
            "coding": "binary",
        },
        learning_step=0.05,
    ),
    "stochastic": LearningPreset(
        "every pixel spikes with the probability of its brightness", {"coding": "stochastic"}
    ),
    "recurrent": LearningPreset(
        "hidden cells connected with each other",
        {"hidden_connections": "all", "neuron_update_fraction": "0.5", "bins_per_datum": "6"},
    ),
    "printed_rule": LearningPreset(
        "gain 1, the rule as printed: the posterior itself, without a lower temperature",
        {"gain": "1"},
    ),
    "grey": LearningPreset("graded input events instead of spikes", {"coding": "grey"}),
}

#: Data of the digits that come with the package: what a preset suits where no data are given.
USUAL_DATA = 1297
#: Traces average over about one passage through the data, at most over so many; and synapses are redrawn
#: about a hundred times in a passage.
LONGEST_TRACE, TRACE_SHARE = 10_000, 0.77
MOST_DATA_PER_UPDATE, UPDATES_PER_PASSAGE = 200, 128
#: Presentations that learning takes at least, and passages through the data.
PRESENTATIONS, FEWEST_EPOCHS = 52_000, 20
#: From here on, data are many.
MANY_DATA = 10_000


def preset(name: str, n_training: int = USUAL_DATA) -> Parameters:
    """Return the parameters of a preset.

    Parameters
    ----------
    name : str
        One of `PRESETS`.
    n_training : int
        Number of training data that they are to suit.

    Raises
    ------
    ParameterError
        If there is no preset of this name.
    """
    chosen = find(name, PRESETS)
    from cortexnet.models.dual_sampling.parameters import Parameters

    parameters = Parameters.from_text(chosen.changes)
    data_per_update = min(max(n_training // UPDATES_PER_PASSAGE, 1), MOST_DATA_PER_UPDATE)
    trace_data = min(max(TRACE_SHARE * n_training, 1), LONGEST_TRACE)
    return parameters.replace(
        data_per_update=data_per_update,
        trace_rate=min(1.0, data_per_update / trace_data),
        synapse_update_fraction=_update_fraction(
            parameters, chosen.learning_step, n_training / data_per_update
        ),
    )


def for_data(dataset: Dataset, name: str | None = None) -> Parameters:
    """Return the parameters of a preset that suit some data; without a name, by the number of the data."""
    n_training = len(dataset.labels)
    if name is None:
        name = "many_data" if n_training >= MANY_DATA else next(iter(PRESETS))
    return preset(name, n_training)


def epochs(n_training: int) -> int:
    """Return how many passages through the training data learning takes."""
    return max(-(-PRESENTATIONS // n_training), FEWEST_EPOCHS)


def _update_fraction(parameters: Parameters, learning_step: float, updates: float) -> float:
    """Return f = eta M/(s2 gain D), at most 1; `updates` is D/M."""
    prior_variance = parameters.synapses_per_connection * parameters.amplitude**2 / 4
    return min(1.0, learning_step / (prior_variance * parameters.gain * updates))

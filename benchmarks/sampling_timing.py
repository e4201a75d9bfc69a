"""How weights change with the spikes of single presentations: a network that redraws synapses after each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.sampling_measures import Measure
from benchmarks.sampling_runs import COMMON
from cortexnet.analysis.sampling.timing import change_against_lag, change_by_coincidence
from cortexnet.models.dual_sampling import Parameters, Reference
from cortexnet.models.dual_sampling.coding import firing_probabilities
from cortexnet.models.dual_sampling.data import load

#: Presentations, and the share of synapses that one redraws. The gain is low, because one datum then stands
#: for all: at gain 1 it would drive synapses to their bounds, and cells would fire always or never.
PRESENTATIONS, FRACTION, GAIN = 600, 0.01, 0.01
LAGS = range(-5, 6)


def spike_timing(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Change of the weights from inputs to hidden cells: by coincidence, and against the lag of the spikes.

    Digits come one at a time, with their labels. An input cell fires first, a hidden cell after it, in the
    same presentation; the change is what redrawing the synapses made of the weight.
    """
    changed = {"data_per_update": 1, "gain": GAIN, "synapse_update_fraction": FRACTION}
    parameters, data = Parameters(**COMMON | changed), load(seed=seed)
    inputs = firing_probabilities(data.images, parameters.coding)
    pre, post, change = [], [], []
    reference = Reference(parameters, inputs, data.labels, len(data.classes), seed)
    for _ in range(PRESENTATIONS):
        before, cells = reference.weights["input_to_hidden"].copy(), reference.hidden.copy()
        reference.sweep()
        shown = np.flatnonzero((cells != reference.hidden).any(axis=1))
        if not shown.size:  # no hidden cell changed, so that it cannot be told which datum it was
            continue
        pre.append(reference.inputs[shown[0], :-1])
        post.append(reference.hidden[shown[0]])
        change.append((reference.weights["input_to_hidden"] - before)[:-1])
    spikes = np.array(pre), np.array(post), np.array(change)
    return change_by_coincidence(*spikes), change_against_lag(*spikes, LAGS)


def timing_measures(by_case: pd.DataFrame, against_lag: pd.DataFrame) -> Iterator[Measure]:
    """Measure whether a synapse rises where post follows pre, falls where it does not, and else stays."""
    cases = by_case.set_index("case")
    for case, sign in (("pre_then_post", 1), ("pre_without_post", -1)):
        change, error, p_value = cases.loc[case, ["mean_change", "standard_error", "p_value"]]
        criterion = f"{'above' if sign > 0 else 'below'} 0 by 3 errors, sign test p < 0.001"
        holds = bool(sign * change > 3 * error and p_value < 0.001)
        yield Measure("sign of spike timing", f"change: {case}", change, error, criterion, holds)
    for case in ("post_without_pre", "neither"):
        change, error = cases.loc[case, ["mean_change", "standard_error"]]
        holds = bool(abs(change) < 3 * error)
        yield Measure("sign of spike timing", f"change: {case}", change, error, "0 within 3 errors", holds)
    at = against_lag.set_index("lag")
    for lag in (-1, 1):
        change, error = at.loc[lag, ["mean_change", "standard_error"]]
        yield Measure("sign of spike timing", f"change: post {lag:+d} presentation", change, error)

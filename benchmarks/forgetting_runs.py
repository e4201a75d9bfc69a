"""The runs of `benchmarks.forgetting`: plans, and half-times of every plan, release and seed."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from cortexnet.models.dual_sampling.data import load
from cortexnet.models.forgetting import Parameters
from cortexnet.models.forgetting.experiment.course import Subject
from cortexnet.models.forgetting.half_times import CHANCE, half_times
from cortexnet.models.forgetting.parameters import EVERYTHING, TEACHER
from cortexnet.models.forgetting.presets import preset

SEEDS = (1, 2, 3, 4)
RELEASES = (EVERYTHING, TEACHER)
#: The course is followed until the accuracy is this share of the way from chance to what was learned.
LEFT = 0.25
PRIOR_VARIANCE = 0.25


@dataclass(frozen=True)
class Plan:
    """One set of parameters: which quantity is varied, its value, and what changes of which preset."""

    varied: str
    value: float
    changes: Mapping[str, float | int | str] = field(default_factory=dict)
    base: str = "default"

    @property
    def parameters(self) -> Parameters:
        """The parameters of the plan."""
        return preset(self.base).replace(**self.changes)

    @property
    def label(self) -> str:
        """Words for a figure."""
        name = self.varied.removeprefix("n_").replace("_", " ").capitalize()
        return f"{name} {self.value:g}" if self.changes else name


def _fine(n_synapses: int) -> dict[str, float | int | str]:
    """K synapses that leave the prior variance of a weight, K a^2/4, as it is."""
    return {"synapses_per_connection": n_synapses, "amplitude": math.sqrt(4 * PRIOR_VARIANCE / n_synapses)}


PLANS = (
    Plan("default", 1),
    *(Plan("synapses_per_connection", k, _fine(k)) for k in (20, 400)),
    *(Plan("n_data", d, {"n_data": d, "learning_sweeps": sweeps}) for d, sweeps in ((100, 1000), (300, 600))),
    *(
        Plan("synapse_update_fraction", f, {"synapse_update_fraction": f, "learning_sweeps": sweeps})
        for f, sweeps in ((3e-4, 1000), (3e-3, 200))
    ),
    *(Plan("neuron_update_fraction", f, {"neuron_update_fraction": f}) for f in (0.1, 1.0)),
    Plan("gain", 1, {"gain": 1, "learning_sweeps": 1000}),
    Plan("slow_traces", 1, base="slow_traces"),
    *(
        Plan("trace_rate", r, {"trace_rate": r, "learning_sweeps": sweeps}, "slow_traces")
        for r, sweeps in ((0.02, 200), (0.005, 300))
    ),
    *(
        Plan("n_data_slow_traces", d, {"n_data": d, "learning_sweeps": sweeps}, "slow_traces")
        for d, sweeps in ((100, 1500), (300, 1000))
    ),
    Plan("gain_slow_traces", 30, {"gain": 30, "learning_sweeps": 1200}, "slow_traces"),
)


def forgetting_runs() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return half-times, one row a plan, release and seed; and the courses of the first plan."""
    dataset = load("digits", seed=1)
    rows, courses = [], []
    for plan in PLANS:
        for seed in SEEDS:
            subject = Subject(plan.parameters, dataset, seed)
            learning = subject.learn()
            learned = learning["accuracy"].iloc[-1]
            for released in RELEASES:
                fading = copy.deepcopy(subject).forget(released, until=CHANCE + LEFT * (learned - CHANCE))
                course = pd.concat([learning, fading], ignore_index=True)
                of_run = {"varied": plan.varied, "value": plan.value, "released": released, "seed": seed}
                rows.append(of_run | half_times(course))
                if plan is PLANS[0]:
                    courses.append(course.assign(released=released, seed=seed))
            print(rows[-2], rows[-1], sep="\n", flush=True)
    return pd.DataFrame(rows), pd.concat(courses, ignore_index=True)

"""Parameter sets of the maps, and the networks that are simulated at some of them.

A point has a width of the EPSP distribution, a mean released conductance relative to the published one, and
an inhibition of excitatory cells. The mean of (1 - p) G is what the mean drive of a cell depends on; the mode
of the EPSPs follows from it and the width. At the published mean, width alone shifts the drive from many weak
to few strong synapses.

The networks have 6000 excitatory cells at the published in-degrees. Rates are within 2 % of those of the
published size, but the state lasts some seconds only, so that a change of its lifetime can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from brian2 import ms, mV, second
from scipy.optimize import brentq

from benchmarks.lifetime_runs import parameters_of
from benchmarks.runs import recorded
from cortexnet.analysis.meanfield.lognormal_moments import weight_moments
from cortexnet.models.spontaneous_activity import Parameters
from cortexnet.models.spontaneous_activity.released_conductance import mean_released_conductance

N_EXCITATORY = 6_000
DURATION_S = 5.0

#: Seeds of the networks, and milliseconds over which the kick of each fades. The slow kick reaches a state
#: that the published one may overshoot.
NETWORKS = ((1, 100), (2, 1000), (3, 1000))

#: Columns of the tables that say where in the maps a row is.
WIDTH = "epsp_log_sd"
MODE = "epsp_mode_mv"
INHIBITION = "conductance_inhibitory_to_excitatory_per_ms"

#: A synapse of this EPSP or a larger one counts as strong, as in the ablations.
STRONG_MV = 3.0


def relative_conductance(parameters: Parameters) -> float:
    """Return the mean released conductance over that of the published set."""
    return mean_released_conductance(parameters) / mean_released_conductance(Parameters())


def strong_synapses(parameters: Parameters) -> float:
    """Return the mean number of strong synapses on an excitatory cell."""
    return float(weight_moments(parameters, [1e-3 * STRONG_MV])["synapses_per_cell"].iloc[-1])


@lru_cache
def mode_mv(epsp_log_sd: float, factor: float) -> float:
    """Return the mode of the EPSPs (mV) that gives a multiple of the published mean released conductance."""
    published = Parameters()

    def excess(mode: float) -> float:
        changed = published.replace(epsp_log_sd=epsp_log_sd, epsp_mode=mode * mV)
        return relative_conductance(changed) - factor

    return round(brentq(excess, 1e-3, 2.0, rtol=1e-12), 9)  # the same number on every machine


@dataclass(frozen=True)
class Point:
    """A place in the maps; by default the published one."""

    epsp_log_sd: float = 1.0
    relative_conductance: float = 1.0
    inhibition_per_ms: float = 0.002

    @property
    def parameters(self) -> Parameters:
        """Parameters of the networks."""
        return parameters_of(N_EXCITATORY).replace(
            epsp_log_sd=self.epsp_log_sd,
            epsp_mode=mode_mv(self.epsp_log_sd, self.relative_conductance) * mV,
            conductance_inhibitory_to_excitatory=self.inhibition_per_ms / ms,
        )

    @property
    def label(self) -> dict[str, float]:
        """What tells a row of a table from others."""
        return {
            WIDTH: self.epsp_log_sd,
            "relative_conductance": self.relative_conductance,
            INHIBITION: self.inhibition_per_ms,
            MODE: mode_mv(self.epsp_log_sd, self.relative_conductance),
            "strong_synapses_per_cell": strong_synapses(self.parameters),
        }


WIDTHS = tuple(Point(epsp_log_sd=width) for width in (0.9, 0.95, 1.0, 1.05, 1.1, 1.2))
INHIBITIONS = tuple(
    Point(inhibition_per_ms=value) for value in (0.0017, 0.0018, 0.0019, 0.002, 0.0021, 0.0022)
)
OFF_THE_MEAN = tuple(
    Point(epsp_log_sd=width, relative_conductance=factor)
    for width, factor in ((0.8, 1.14), (0.9, 1.08), (1.0, 0.95), (1.0, 1.06), (1.1, 0.93), (1.2, 0.87))
)
POINTS = tuple(dict.fromkeys((*WIDTHS, *INHIBITIONS, *OFF_THE_MEAN)))


def row(point: Point, seed: int, kick_ms: int) -> dict[str, object]:
    """Simulate one network, or take up its run, and tabulate it."""
    place = f"{point.epsp_log_sd:g}_{point.relative_conductance:g}_{1e3 * point.inhibition_per_ms:g}"
    parameters = point.parameters.replace(kick_duration=kick_ms * ms)
    name = f"map_{place}_kick{kick_ms}ms_seed{seed}"
    summary = recorded(name, parameters, seed=seed, duration=DURATION_S * second).summary
    numbers = ("survived", "lifetime_s", "rate_excitatory_hz", "rate_inhibitory_hz", "cv_isi_excitatory")
    return point.label | {"seed": seed, "kick_ms": kick_ms} | {name: summary[name] for name in numbers}


def map_runs() -> pd.DataFrame:
    """Simulate what is missing, a first network of every point before a second, and tabulate all runs."""
    rows = [row(point, *network) for network in NETWORKS for point in POINTS]
    return pd.DataFrame(rows)

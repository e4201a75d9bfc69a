"""States of the theories: their stability, the plane of the two rates, and where they exist.

``python -m benchmarks.states`` writes ``tables/states.csv`` and ``figures/phase_plane.png`` for the published
parameters, and ``tables/continuation.csv``, ``tables/boundaries.csv`` and ``figures/continuation.png`` along
the strength of inhibition. It takes some minutes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from brian2 import ms

from benchmarks.runs import FIGURES, keep
from cortexnet.analysis.figure_style import publication_style
from cortexnet.analysis.meanfield.bifurcation_figure import bifurcation_figure
from cortexnet.analysis.meanfield.continuation import boundaries, continuation
from cortexnet.analysis.meanfield.phase_plane_figure import phase_plane_figure
from cortexnet.analysis.meanfield.state_table import state_table
from cortexnet.models.spontaneous_activity import Parameters

METHODS = ("strong_sparse", "strong_sparse_corrected", "population_density")
VARIED, UNIT = "conductance_inhibitory_to_excitatory", "1/ms"
INHIBITION = np.array([0.0010, 0.0014, 0.0018, 0.0022, 0.0028, 0.0034, 0.0042, 0.0050, 0.0060]) / ms


def main() -> None:
    """Predict, and write tables and figures."""
    parameters = Parameters()
    keep(state_table(parameters, METHODS), "states")
    states = pd.concat([continuation(parameters, VARIED, INHIBITION, method) for method in METHODS])
    keep(states, "continuation")
    ends = boundaries(parameters, VARIED, states)
    keep(ends, "boundaries")
    FIGURES.mkdir(exist_ok=True)
    with publication_style():
        phase_plane_figure(parameters, METHODS).savefig(FIGURES / "phase_plane.png")
        bifurcation_figure(states, ends, UNIT).savefig(FIGURES / "continuation.png")


if __name__ == "__main__":
    main()

"""How the theories depend on the border between weak and strong synapses, which the source leaves open.

``python -m benchmarks.theory`` writes ``tables/predictions.csv``, ``tables/cut_scan.csv`` and
``figures/theory.png``; it takes a minute.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from brian2 import mV

from benchmarks.runs import FIGURES, TABLES, keep
from cortexnet.analysis.figure_style import publication_style
from cortexnet.analysis.meanfield import cut_scan, predict
from cortexnet.analysis.meanfield.figures import theory_figure
from cortexnet.models.spontaneous_activity import Parameters

CUTS = np.arange(1.0, 6.01, 0.25) * mV


def simulated_range() -> tuple[float, float]:
    """Excitatory rates of the networks of ``tables/ensemble_spread.csv``."""
    spread = pd.read_csv(TABLES / "ensemble_spread.csv").set_index("quantity").loc["rate_excitatory_hz"]
    return float(spread["min"]), float(spread["max"])


def main() -> None:
    """Predict, and write tables and figure."""
    parameters = Parameters()
    keep(predict(parameters), "predictions")
    scan = cut_scan(parameters, CUTS)
    keep(scan, "cut_scan")
    FIGURES.mkdir(exist_ok=True)
    with publication_style():
        theory_figure(parameters, scan, simulated_range()).savefig(FIGURES / "theory.png")


if __name__ == "__main__":
    main()

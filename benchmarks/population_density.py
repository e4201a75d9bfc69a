"""The population density against single cells, and its convergence in mesh and border.

``python -m benchmarks.population_density`` writes ``tables/population_density.csv`` and
``figures/population_density.png``; with simulated cells it takes five minutes on one core. A row is a cell
of a network at given input rates: solved on one mesh (``density``) or on two and extrapolated
(``extrapolated``), or simulated with Poisson input, every spike of a new strength (``annealed``) or every
cell with synapses of its own (``quenched``). Standard errors are those of the simulated rates.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pandas as pd
from brian2 import ms, mV

from benchmarks.runs import FIGURES, keep, show
from cortexnet.analysis.figure_style import publication_style
from cortexnet.analysis.meanfield.lognormal_moments import epsp_spectrum
from cortexnet.analysis.meanfield.population_density.drive import Drive, Synapses
from cortexnet.analysis.meanfield.population_density.figures import density_figure
from cortexnet.analysis.meanfield.population_density.stationary import (
    StationaryDensity,
    extrapolated,
    stationary,
)
from cortexnet.analysis.meanfield.population_density.theory import SMALL_EPSP, PopulationDensity
from cortexnet.analysis.meanfield.working_point import Cell, CellType
from cortexnet.models.spontaneous_activity import Parameters
from tests.theory.poisson_cell import annealed_cells, quenched_cells

PUBLISHED = Parameters()
RATES = (1.7, 14.3)
CELL_TYPES: tuple[CellType, ...] = ("excitatory", "inhibitory")
COLUMNS = [
    "study",
    "network",
    "cell_type",
    "input_excitatory_hz",
    "input_inhibitory_hz",
    "method",
    "layers_per_sd",
    "rows_per_sd",
    "border_mv",
    "step_ms",
    "rate_hz",
    "rate_error_hz",
    "cv",
    "mean_mv",
    "sd_mv",
    "smallest_content",
    "cpu_seconds",
]
#: Networks beside the published one, and the input rates (Hz) at which their cells are compared.
NETWORKS = {
    "published": (PUBLISHED, RATES),
    "reset -65 mV": (PUBLISHED.replace(reset_potential=-65 * mV), (1.7, 13.0)),
    "EPSP log SD 0.9": (PUBLISHED.replace(epsp_log_sd=0.9), (2.5, 12.0)),
    "EPSP log SD 1.1": (PUBLISHED.replace(epsp_log_sd=1.1), (1.7, 25.0)),
    "no release failure": (PUBLISHED.replace(release_failure_epsp=0 * mV), (2.5, 25.0)),
    "inhibition 0.004/ms": (PUBLISHED.replace(conductance_inhibitory_to_excitatory=0.004 / ms), (1.7, 7.0)),
}
MESHES = (4.0, 6.0, 9.0, 13.5)
BORDERS = (0.1, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0)
STEPS = (0.1e-3, 0.025e-3)
#: Spikes of annealed cells: standard errors below 1 %.
SPIKES, CELLS = 20_000, 100


def drive(
    parameters: Parameters, cell_type: CellType, rates: tuple[float, float], border: float | None = None
) -> tuple[Cell, Drive]:
    """Return a cell and its input, small synapses parted from others at `border` (V)."""
    si: dict[str, Any] = parameters.as_si()
    if border is None:
        border = SMALL_EPSP * (si["threshold_potential"] - si["leak_potential"])
    synapses = (
        Synapses.of_excitatory(si, epsp_spectrum(parameters, [border]), border)
        if cell_type == "excitatory"
        else Synapses.of_inhibitory(si)
    )
    return Cell.of(si, cell_type), synapses.drive(si["synaptic_time_constant"], *rates)


def solved(method: str, cell: Cell, given: Drive, resolution: tuple[float, float]) -> dict[str, Any]:
    """Columns of a row, with the best of three times."""
    solve = {"density": stationary, "extrapolated": extrapolated}[method]
    seconds = []
    for _ in range(3):
        started = time.process_time()
        result: StationaryDensity = solve(cell, given, resolution)
        seconds.append(time.process_time() - started)
    return {
        "method": method,
        "layers_per_sd": resolution[0],
        "rows_per_sd": resolution[1],
        "rate_hz": result.rate,
        "cv": result.cv,
        "mean_mv": 1e3 * result.mean,
        "sd_mv": 1e3 * result.sd,
        "smallest_content": result.content.min() / result.content.max(),
        "cpu_seconds": min(seconds),
    }


def meshes() -> Iterator[dict[str, Any]]:
    """Convergence in both directions of the mesh."""
    for cell_type in CELL_TYPES:
        cell, given = drive(PUBLISHED, cell_type, RATES)
        label = {"study": "mesh", "network": "published", "cell_type": cell_type}
        for resolution in sorted({pair for number in MESHES for pair in ((number, 9.0), (9.0, number))}):
            yield label | solved("density", cell, given, resolution)
        for number in MESHES[:3]:
            yield label | solved("extrapolated", cell, given, (number, number))


def borders() -> Iterator[dict[str, Any]]:
    """Convergence as the border between small and finite jumps falls."""
    label = {"study": "border", "network": "published", "cell_type": "excitatory"}
    for border in BORDERS:
        cell, given = drive(PUBLISHED, "excitatory", RATES, 1e-3 * border)
        yield label | {"border_mv": border} | solved("extrapolated", cell, given, (9.0, 9.0))


def networks() -> Iterator[dict[str, Any]]:
    """Density beside simulated cells, with the noise of inhibition and without, and in finer time steps."""
    for name, (parameters, rates) in NETWORKS.items():
        for cell_type in CELL_TYPES:
            cell, given = drive(parameters, cell_type, rates)
            label = {"study": "simulated cells", "network": name, "cell_type": cell_type}
            label |= {"input_excitatory_hz": rates[0], "input_inhibitory_hz": rates[1]}
            yield label | solved("extrapolated", cell, given, (6.0, 6.0))
            rate = extrapolated(cell, given).rate
            for step in STEPS if name == "published" else STEPS[:1]:
                yield label | simulated(parameters, cell_type, rates, rate, step)
            if name == "published":
                yield label | simulated(parameters, cell_type, rates, rate, STEPS[0], frozen=True)
                yield label | own_synapses(parameters, cell_type, rates)


def simulated(
    parameters: Parameters,
    cell_type: CellType,
    rates: tuple[float, float],
    expected: float,
    step: float,
    frozen: bool = False,
) -> dict[str, Any]:
    """Columns of a row of annealed cells."""
    seconds = SPIKES / expected / CELLS
    result = annealed_cells(
        parameters.as_si(), cell_type, rates, cells=CELLS, seconds=seconds, seed=4, step=step, frozen=frozen
    )
    return {
        "method": "annealed, frozen inhibition" if frozen else "annealed",
        "step_ms": 1e3 * step,
    } | statistics(result)


def own_synapses(parameters: Parameters, cell_type: CellType, rates: tuple[float, float]) -> dict[str, Any]:
    """Columns of a row of quenched cells, which need numbers rather than time."""
    cells, seconds = (6_000, 6.0) if cell_type == "excitatory" else (400, 10.0)
    result = quenched_cells(parameters.as_si(), cell_type, rates, cells=cells, seconds=seconds, seed=5)
    return {"method": "quenched", "step_ms": 0.1} | statistics(result)


def statistics(result: Any) -> dict[str, Any]:
    """Rate with its standard error, CV, and the potential of simulated cells."""
    show(f"{result.rate:.4g} +- {result.rate_error:.2g} Hz")
    return {
        "rate_hz": result.rate,
        "rate_error_hz": result.rate_error,
        "cv": result.cv,
        "mean_mv": 1e3 * result.mean,
        "sd_mv": 1e3 * result.sd,
    }


def states() -> Iterator[dict[str, Any]]:
    """Time of all self-consistent states."""
    started = time.process_time()
    theory = PopulationDensity.of(PUBLISHED)
    found = theory.states()
    seconds = time.process_time() - started
    for state in found:
        yield {
            "study": "states",
            "network": "published",
            "method": f"{theory.evaluations} evaluations",
            "input_excitatory_hz": state.rate_excitatory,
            "input_inhibitory_hz": state.rate_inhibitory,
            "cpu_seconds": seconds,
        }


def main() -> None:
    """Solve and simulate, and write table and figure."""
    FIGURES.mkdir(exist_ok=True)
    with publication_style():
        cell, given = drive(PUBLISHED, "excitatory", RATES)
        density_figure(cell, given, stationary(cell, given, (15.0, 15.0))).savefig(
            FIGURES / "population_density.png"
        )
    rows = [row for study in (meshes, borders, states, networks) for row in study()]
    table = pd.DataFrame(rows)
    keep(table[COLUMNS], "population_density")


if __name__ == "__main__":
    main()

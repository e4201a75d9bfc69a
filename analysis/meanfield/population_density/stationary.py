r"""The stationary density of one cell, its firing rate and the variability of its spiking.

Cells that fire are taken out at the threshold, one a cell and second at rate r, and put back at the reset
after the refractory period, with the conductances that they have by then. The distribution of these is the
one that reproduces itself from spike to spike. With one spike a second the content of the plane is the mean
passage time T, so

    r = 1/(T + t_ref).

With that content as a source, the content of the plane is half the second moment of the passage time. So CV
is that of intervals that begin with conductances of cells which have just fired: exact. What it does not
tell is the weak correlation of successive intervals through the conductance, which matters for counts only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cortexnet.analysis.meanfield.population_density.conductance import generators, refractory_transfer
from cortexnet.analysis.meanfield.population_density.drive import Drive
from cortexnet.analysis.meanfield.population_density.mesh import Mesh, Plane
from cortexnet.analysis.meanfield.population_density.transport import Transport
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.working_point import Cell

#: Layers and rows a SD of x and g of the coarser of two meshes.
RESOLUTION = (6.0, 6.0)
#: How much finer the other one is.
REFINEMENT = 1.5
#: Order of the scheme.
ORDER = 2
#: Rate (Hz) that is 0 but for the errors of the scheme, and is not extrapolated.
NEGLIGIBLE = 1e-5
#: Change of the distribution of conductances from spike to spike that counts as none.
SETTLED = 1e-11
MOST_SPIKES = 500


@dataclass(frozen=True)
class StationaryDensity:
    """One cell in its stationary state.

    Attributes
    ----------
    rate : float
        Hz.
    cv : float
        Coefficient of variation of the intervals, refractory period included.
    mean, sd : float
        Of the membrane potential, V, refractory cells at the reset included.
    potential, thickness, marginal : ndarray, shape (layers,)
        Potentials and thickness of the layers (V), and the density (1/V) of cells that are not refractory.
    content : ndarray, shape (layers, rows)
        Probability in every cell of the plane; the sum is 1 - rate x refractory period.
    conductance : ndarray, shape (layers, rows)
        Of every cell of the plane, 1/s.
    mesh : Mesh
    """

    rate: float
    cv: float
    mean: float
    sd: float
    potential: Array
    thickness: Array
    marginal: Array
    content: Array
    conductance: Array
    mesh: Mesh


def stationary(cell: Cell, drive: Drive, resolution: tuple[float, float] = RESOLUTION) -> StationaryDensity:
    """Solve for the density on one mesh.

    Parameters
    ----------
    cell : Cell
    drive : Drive
        It must have some noise.
    resolution : pair of float
        Layers a SD of x and rows a SD of g.

    Returns
    -------
    StationaryDensity
    """
    plane = Plane(cell, drive.inhibition)
    mesh = Mesh.of(plane, drive, resolution)
    relaxation = plane.relaxation_rate(drive.mean(cell.synaptic_time_constant))
    transport = Transport(mesh, generators(plane, drive, mesh), relaxation)
    transfer = refractory_transfer(plane, drive, mesh)
    injection = _injection(transport, transfer)
    content = transport.content(injection)
    passage_time = content.sum()
    second_moment = 2 * transport.content(source=content).sum()
    rate = 1 / (passage_time + cell.refractory_period)
    content *= rate  # also where the passage time is beyond the digits, and has any sign
    potential, thickness = plane.potential(mesh.layers), np.diff(plane.potential(mesh.layer_edges))
    mean, sd = _moments(cell, rate, potential, content.sum(axis=1))
    return StationaryDensity(
        rate=max(float(rate), 0.0),
        cv=float(np.sqrt(max(second_moment - passage_time**2, 0.0)) * abs(rate)),
        mean=mean,
        sd=sd,
        potential=potential,
        thickness=thickness,
        marginal=content.sum(axis=1) / thickness,
        content=content,
        conductance=mesh.rows + plane.holding_conductance(mesh.layers)[:, None],
        mesh=mesh,
    )


def extrapolated(cell: Cell, drive: Drive, resolution: tuple[float, float] = RESOLUTION) -> StationaryDensity:
    """Solve on two meshes and extrapolate rate, CV, mean and SD to infinitely fine ones (Richardson).

    Parameters
    ----------
    cell, drive, resolution
        As of `stationary`; the other mesh is finer by `REFINEMENT`.

    Returns
    -------
    StationaryDensity
        The densities are those of the finer mesh.
    """
    coarse = stationary(cell, drive, resolution)
    fine = stationary(cell, drive, (REFINEMENT * resolution[0], REFINEMENT * resolution[1]))
    weight = 1 / (REFINEMENT**ORDER - 1)
    return replace(
        fine,
        rate=fine.rate * (fine.rate / coarse.rate) ** weight if coarse.rate > NEGLIGIBLE else fine.rate,
        cv=fine.cv + weight * (fine.cv - coarse.cv),
        mean=fine.mean + weight * (fine.mean - coarse.mean),
        sd=fine.sd + weight * (fine.sd - coarse.sd),
    )


def _injection(transport: Transport, transfer: Array) -> Array:
    """Distribution over the rows of cells that come back from a spike, one cell a second."""
    rows = transport.mesh.rows
    injection = np.asarray(transfer @ np.where(rows > 0, 1 / (rows > 0).sum(), 0.0))
    for _ in range(MOST_SPIKES):
        following = np.asarray(transfer @ transport.outflow(injection))
        following /= following.sum()
        change = np.abs(following - injection).sum()
        injection = following
        if change < SETTLED:
            break
    return injection


def _moments(cell: Cell, rate: float, potential: Array, content: Array) -> tuple[float, float]:
    """Mean and SD (V) of the potential, refractory cells at the reset included."""
    potential = np.append(potential, cell.reset_potential)
    content = np.append(content, rate * cell.refractory_period)
    mean = content @ potential
    return float(mean), float(np.sqrt(content @ (potential - mean) ** 2))

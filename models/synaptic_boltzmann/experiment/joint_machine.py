"""Reading A: whether the network of cells and synapses samples the law that enumeration gives.

Errors are those between the independent copies in the network.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from brian2 import Quantity
from numpy.typing import NDArray

from cortexnet.analysis.boltzmann.coupling import Array
from cortexnet.analysis.boltzmann.joint_machine import JointMachine
from cortexnet.analysis.gibbs import total_variation
from cortexnet.models.experiments import Outcome
from cortexnet.models.synaptic_boltzmann.experiment.simulation import simulated, states_of
from cortexnet.models.synaptic_boltzmann.figures import draw_joint_machine
from cortexnet.models.synaptic_boltzmann.machine import joint_machine
from cortexnet.models.synaptic_boltzmann.network.joint_machine import SYNAPSE_STATES, build
from cortexnet.models.synaptic_boltzmann.parameters import Parameters
from cortexnet.network import ModelNetwork
from cortexnet.recording import Recording

CELLS, SYNAPSES = "cell_states.csv", "synapses.csv"


def run(
    parameters: Parameters, *, duration: Quantity, warmup: Quantity, seed: int, **options: Any
) -> Outcome:
    """Let copies of a joint machine sample, and compare cells and synapses with enumeration.

    Parameters
    ----------
    parameters, duration, warmup, seed, **options
        The last as in `cortexnet.device`, with ``device``.

    Returns
    -------
    Outcome
        Tables of the states of the cells and of the synapses: exact and simulated probability, with error.
        Numbers: total variation between the laws of the cells, what sampling alone makes of it, and the
        largest deviation of a synapse, in standard errors.
    """
    network = simulated(partial(build, parameters, seed), duration, **options)
    recording = Recording.of(network, warmup=warmup)
    machine = joint_machine(parameters, seed)
    cells = cell_table(machine, cell_codes(recording, parameters))
    synapses = _synapse_table(machine, _synapse_states(network, recording, parameters))
    return Outcome(
        recording,
        partial(draw_joint_machine, cells, synapses),
        {CELLS: cells, SYNAPSES: synapses},
        numbers=_numbers(cells, synapses),
    )


def cell_codes(recording: Recording, parameters: Parameters) -> NDArray[np.int64]:
    """State of each copy in each bin, as the number whose bit i is cell i; shape (copies, bins)."""
    time_bin_s = float(parameters.time_bin)
    sides = [
        states_of(recording, name, time_bin_s).reshape(-1, parameters.n_chains, size)
        for name, size in {"visible": parameters.n_visible, "hidden": parameters.n_hidden}.items()
    ]
    cells = np.concatenate(sides, axis=2)
    return np.asarray((cells @ (1 << np.arange(cells.shape[2]))).T)


def cell_table(machine: JointMachine, codes: NDArray[np.int64]) -> pd.DataFrame:
    """Exact and simulated probability of each state of the cells, from codes of shape (copies, bins)."""
    exact = machine.cell_probabilities()
    shares = np.array([np.bincount(row, minlength=exact.size) / row.size for row in codes])
    names = ["".join(map(str, row)) for row in machine.cell_states]
    return pd.DataFrame({"state": names, "exact": exact} | _mean_and_error(shares))


def _synapse_states(
    network: ModelNetwork, recording: Recording, parameters: Parameters
) -> NDArray[np.float64]:
    """Share of the bins in which each synapse was on, shape (copies, synapses of one)."""
    states = np.asarray(network[SYNAPSE_STATES].is_active)
    first = round(recording.warmup_s / float(parameters.time_bin))
    return np.asarray(states[:, first:].mean(axis=1).reshape(parameters.n_chains, -1))


def _synapse_table(machine: JointMachine, shares: Array) -> pd.DataFrame:
    visible, hidden, parallel = (index.ravel() for index in np.indices(machine.weights.shape))
    return pd.DataFrame(
        {
            "visible": visible,
            "hidden": hidden,
            "parallel": parallel,
            "weight": machine.weights.ravel(),
            "exact": machine.synapse_probabilities().ravel(),
        }
        | _mean_and_error(shares)
    )


def _mean_and_error(shares: Array) -> dict[str, Array]:
    """Mean over copies, the first axis, and its standard error."""
    return {
        "simulated": shares.mean(axis=0),
        "error": shares.std(axis=0, ddof=1) / np.sqrt(len(shares)),
    }


def _numbers(cells: pd.DataFrame, synapses: pd.DataFrame) -> dict[str, float]:
    deviation = (synapses["simulated"] - synapses["exact"]).abs()
    return {
        "total_variation": total_variation(cells["simulated"].to_numpy(), cells["exact"].to_numpy()),
        "total_variation_by_sampling": expected_total_variation(cells),
        "largest_synapse_deviation": float(deviation.max()),
        "largest_synapse_deviation_in_errors": float((deviation / synapses["error"]).max()),
    }


def expected_total_variation(cells: pd.DataFrame) -> float:
    """Mean total variation that normal errors of these sizes alone would make: sum sqrt(2/pi) error/2."""
    return float(np.sqrt(2 / np.pi) * cells["error"].sum() / 2)

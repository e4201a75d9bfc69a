"""A Brian2 network that knows what it is: its system, parameters, seed, populations and pathways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brian2 import Network

if TYPE_CHECKING:
    from cortexnet.parameters import ParameterSet
    from cortexnet.recording import Recording


@dataclass(frozen=True)
class Population:
    """Cells of one type, and the monitors that watch them.

    Attributes
    ----------
    name : str
        Name of the population in every table, such as ``excitatory``.
    size : int
        Number of cells.
    spike_monitor : str
        Name of the `brian2.SpikeMonitor` of all cells.
    voltage_monitor : str or None
        Name of the `brian2.StateMonitor` of ``v`` of some cells, where there is one.
    """

    name: str
    size: int
    spike_monitor: str
    voltage_monitor: str | None = None


@dataclass(frozen=True)
class Description:
    """What a recording has to know of a network and cannot see in its objects.

    Attributes
    ----------
    system : str
        Name of the system, such as ``spontaneous_activity``.
    parameters : ParameterSet
        The parameters from which the network was built.
    seed : int
        The master seed of everything random in it.
    populations : tuple of Population
        In the order of the tables.
    pathways : mapping of str to str
        Name of each `brian2.Synapses` -> name of the population at its source. A spike is a synaptic event at
        each of these synapses of its cell.
    summarise : callable
        Takes the `Recording` whose ``summary`` holds what every simulation has, and returns the system's own
        values; NaN or None where a value is not defined.
    trial : int
        Which of several runs of that network with other random events, where the system has trials.
    """

    system: str
    parameters: ParameterSet
    seed: int
    populations: tuple[Population, ...]
    pathways: Mapping[str, str]
    summarise: Callable[[Recording], Mapping[str, float | bool | None]]
    trial: int = 0


class ModelNetwork(Network):
    """A `brian2.Network` with a `Description`; otherwise used like any other.

    Parameters
    ----------
    *objects : brian2.BrianObject
        The objects of the network; more may be added later.
    description : Description
        What the network is.
    name : str, optional
        Name of the network, by default made by Brian2.
    """

    def __init__(self, *objects: Any, description: Description, name: str = "network*") -> None:
        super().__init__(*objects, name=name)
        self.description = description

    def after_run(self) -> None:
        """Finish a run, and keep the time at which it ended.

        After a run that was stopped, Brian2 leaves a view of the clock there, which another network moves on.
        """
        super().after_run()
        self.t_ = float(self.t)

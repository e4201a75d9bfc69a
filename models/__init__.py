"""The systems, one folder each: parameters, equations, network, experiment and figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType

from cortexnet.errors import ParameterError
from cortexnet.models.experiments import Experiment

__all__ = ["SYSTEMS", "System", "system"]


@dataclass(frozen=True)
class System:
    """A system that can be run.

    Attributes
    ----------
    name : str
        Its folder and its name on the command line.
    source : str
        The paper.
    shows : str
        What a run shows.
    """

    name: str
    source: str
    shows: str

    @property
    def presets(self) -> ModuleType:
        """Module of its named parameter sets."""
        return import_module(f"{__name__}.{self.name}.presets")

    @property
    def experiments(self) -> Sequence[Experiment]:
        """What can be done with it, the default first."""
        listed: Sequence[Experiment] = import_module(f"{__name__}.{self.name}.experiment").EXPERIMENTS
        return listed

    def find_experiment(self, name: str | None) -> Experiment:
        """Return an experiment by its name, the default without one.

        Raises
        ------
        ParameterError
            If there is none of this name.
        """
        known = {experiment.name: experiment for experiment in self.experiments}
        if name is None:
            return self.experiments[0]
        if name not in known:
            raise ParameterError(f"{name[:60]!r} is not an experiment of {self.name}: {_hint(name, known)}")
        return known[name]


SYSTEMS = (
    System(
        "spontaneous_activity",
        "Teramae, Tsubo & Fukai (2012), Sci. Rep. 2, 485",
        "asynchronous irregular firing at 1.7 Hz (E) and 14 Hz (I) without any input",
    ),
    System(
        "dual_sampling",
        "after Teramae & Tsubo (2022), Phys. Rev. Research 4, 043051",
        "learning of labelled images by sampling cells and synapses, without optimization",
    ),
    System(
        "forgetting",
        "in the spirit of J. Teramae's notes on the dual sampling network",
        "how fast a network learns, and how fast it forgets once its clamps are released",
    ),
    System(
        "perceptual_alternation",
        "in the spirit of J. Teramae's notes on the dual sampling network",
        "spontaneous switches between the two readings of a Necker cube, and their dwell times",
    ),
    System(
        "synaptic_boltzmann",
        "our own models, in the spirit of J. Teramae's notes",
        "Boltzmann machines with random synapses: their roles, their posterior, and release as sampling",
    ),
)


def system(name: str) -> System:
    """Return a system by its name.

    Raises
    ------
    ParameterError
        If there is none of this name.
    """
    known = {system.name: system for system in SYSTEMS}
    if name not in known:
        raise ParameterError(f"{name[:60]!r} is not a system: {_hint(name, known)}")
    return known[name]


def _hint(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"there is {', '.join(known)}"

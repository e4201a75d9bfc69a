"""The rung `heterogeneous`: self-consistent populations of different cells, and what a state of them is like.

Output rates are those of `one_step`; `SampledTheory` finds the states with few of them, and pools those near
a state. Nothing is fitted to simulations of the network. What is neglected: correlations between two cells
beyond their common population rates, such as those along strong links, and what strong links do to the
fluctuations of the populations. The noise of inhibitory input is Gaussian; what is not common is white.

Range of validity: relative population rates fluctuate with an SD of at most 0.75 in bins of 5 ms; where their
linear response is taken, it is stable.

Source: Lerchner, Ursta, Hertz, Ahmadi, Ruffiot & Enemark (2006), Neural Comput. 18, 634.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from cortexnet.analysis.meanfield.fixed_points import FixedPoint
from cortexnet.analysis.meanfield.heterogeneous.description import Description
from cortexnet.analysis.meanfield.heterogeneous.one_step import Activity, OneStep, SampledNetwork
from cortexnet.analysis.meanfield.heterogeneous.shared_fluctuations import SharedFluctuations
from cortexnet.analysis.meanfield.heterogeneous.stored import load, store
from cortexnet.analysis.meanfield.quadrature import Array
from cortexnet.analysis.meanfield.sampled_theory import OutputRates, SampledTheory
from cortexnet.analysis.meanfield.strong_sparse_corrected import StrongSparseCorrected
from cortexnet.analysis.meanfield.theory import MeanFieldTheory
from cortexnet.parameters import ParameterSet

#: Cells (E, I) of an evaluation, of a step towards self-consistency, and of the description of a state.
EVALUATED, PREPARED, DESCRIBED = (1536, 512), (512, 224), (3072, 1024)
#: Time (s) for which both populations are simulated for an evaluation, and for the description of a state.
EVALUATED_FOR, DESCRIBED_FOR = 2.5, 9.2
#: Steps towards self-consistency from nothing, and from the activity at rates not far away.
FIRST_STEPS, STEPS = 4, 1
#: Largest distance of rates that are not far away, in the logarithms of r_E and of 1 Hz + r_I.
NOT_FAR = 0.5
#: Rate (Hz) of the excitatory cells above which fewer cells do: each then says more, and costs more.
FEWER_CELLS_ABOVE = 3.0
#: Rates (relative, or Hz) that are taken for those of a state.
SAME_STATE = 1e-6
#: Largest SD of a relative population rate in the range of validity.
LARGEST_FLUCTUATION = 0.75


class Heterogeneous(SampledTheory):
    """The heterogeneous mean-field theory of one network.

    Parameters
    ----------
    si : mapping
        Plain SI values of a parameter set of the spontaneous network.
    base : MeanFieldTheory
        Cheap theory that the output rates are interpolated with.
    key : str
        Digest of the parameters: what has been computed for it is kept and found again.
    common_fluctuations : bool
        Whether cells share the fluctuations of the population rates.
    """

    def __init__(
        self, si: Mapping[str, Any], base: MeanFieldTheory, key: str, *, common_fluctuations: bool = True
    ) -> None:
        super().__init__(base)
        self._step = OneStep(si, common_fluctuations=common_fluctuations)
        self._key = key
        self._descriptions: dict[tuple[float, float], Description] = {}
        self._activities: dict[tuple[float, float], Activity] = {}
        self._stored_states = load(key, self._descriptions, self._evaluated)
        self._correct()

    @classmethod
    def of(cls, parameters: ParameterSet, *, common_fluctuations: bool = True) -> Self:
        """Theory of the network with these parameters; without common fluctuations cells are independent."""
        return cls(
            parameters.as_si(),
            StrongSparseCorrected.of(parameters),
            parameters.digest() if common_fluctuations else f"independent{parameters.digest()}",
            common_fluctuations=common_fluctuations,
        )

    def evaluate(self, rate_excitatory: float, rate_inhibitory: float) -> OutputRates:
        """Output rates of sampled cells, with their standard errors."""
        rates = rate_excitatory, rate_inhibitory
        network, _ = self._sample(rates, EVALUATED, EVALUATED_FOR)
        (excitatory, excitatory_error), (inhibitory, inhibitory_error) = (
            network.excitatory.rate,
            network.inhibitory.rate,
        )
        return OutputRates(
            excitatory,
            inhibitory,
            _relative(excitatory_error, excitatory),
            _relative(inhibitory_error, inhibitory),
        )

    def states(self) -> list[FixedPoint]:
        """All states, from those kept for these parameters where they have been found before."""
        if self._stored_states is None:
            self._stored_states = super().states()
            for state in self._stored_states[1:]:
                self.describe(state.rate_excitatory, state.rate_inhibitory)
            store(self._key, self._stored_states, self._descriptions, self._evaluated)
        return self._stored_states

    def describe(self, rate_excitatory: float, rate_inhibitory: float) -> Description:
        """Say what the cells do whose input has these rates (Hz), as recordings of the network are described.

        Returns
        -------
        Description
            Rates and their distribution, CV, membrane potentials, and the fluctuations that cells share.
        """
        rates = rate_excitatory, rate_inhibitory
        for known, description in self._descriptions.items():
            if np.allclose(rates, known, rtol=SAME_STATE, atol=SAME_STATE):
                return description
        network, shared = self._sample(rates, DESCRIBED, DESCRIBED_FOR)
        description = Description.of(network, shared, self.cell)
        self._descriptions[rates] = description
        return description

    def is_valid(self, rate_excitatory: float, rate_inhibitory: float) -> bool:
        """Whether population rates fluctuate little enough for their response to be linear."""
        shared = self.describe(rate_excitatory, rate_inhibitory).shared
        return not shared.limited and max(shared.sd) <= LARGEST_FLUCTUATION

    def voltage_mesh(self, rate_excitatory: float, rate_inhibitory: float) -> tuple[Array, Array]:
        """Middles and widths of the bins of the sampled density."""
        return self.describe(rate_excitatory, rate_inhibitory).bins()

    def density(self, potential: Array, rate_excitatory: float, rate_inhibitory: float) -> Array:
        """Density (1/V) of sampled potentials; the integral up to threshold is 1 - r tau_ref."""
        return self.describe(rate_excitatory, rate_inhibitory).density(potential)

    def _sample(
        self, rates: tuple[float, float], cells: tuple[int, int], populations_for: float
    ) -> tuple[SampledNetwork, SharedFluctuations]:
        """Simulate cells in activity that is self-consistent but for the mean rates, which are imposed."""
        activity, steps = self._near(rates)
        for _ in range(steps):
            _, activity = self._step(rates, activity, _fewer(PREPARED, rates[0]))
        network, shown = self._step(rates, activity, _fewer(cells, rates[0]), populations_for)
        self._activities[rates] = shown
        assert shown.shared is not None
        return network, shown.shared

    def _near(self, rates: tuple[float, float]) -> tuple[Activity, int]:
        """Activity to begin with, and how many steps it is from self-consistency."""
        distances = {known: _distance(known, rates) for known in self._activities}
        nearest = min(distances, key=distances.__getitem__, default=None)
        if nearest is None or distances[nearest] > NOT_FAR:
            return self._step.beginning(), FIRST_STEPS
        return self._activities[nearest], STEPS


def _distance(first: tuple[float, float], second: tuple[float, float]) -> float:
    excitatory = np.log(first[0] / second[0])
    inhibitory = np.log1p(first[1]) - np.log1p(second[1])
    return float(np.hypot(excitatory, inhibitory))


def _fewer(cells: tuple[int, int], rate_excitatory: float) -> tuple[int, int]:
    share = min(1.0, FEWER_CELLS_ABOVE / max(rate_excitatory, FEWER_CELLS_ABOVE))
    return round(cells[0] * share), round(cells[1] * share)


def _relative(error: float, rate: float) -> float:
    """Relative error; that of a rate of which no spike was seen is of the order of 1."""
    return error / rate if rate > 0 and error > 0 else 1.0

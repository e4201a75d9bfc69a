"""Where a theory that is known at few points should be evaluated next: where a state may be or not be.

A state is where l = log(r_E^out/r_E) is 0 on the inhibitory nullcline. With a standard error s of l, taken
from those of both output rates, its sign is certain from |l| = 2 s on; the next evaluation belongs where
2 s - |l| is largest, the straddle rule of Bryan et al. (2005), Adv. Neural Inf. Process. Syst. 18, 163.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cortexnet.analysis.meanfield.nullcline import Nullcline
from cortexnet.analysis.meanfield.quadrature import Array

if TYPE_CHECKING:
    from cortexnet.analysis.meanfield.sampled_theory import SampledTheory

#: Range (Hz) of the rate of excitatory cells in which states are looked for.
SEARCHED = (0.05, 30.0)
#: Standard errors from which on a sign is certain.
CERTAIN = 2.0
#: Doubts that are left to the search for the state itself: a share of the rate.
NEGLIGIBLE_DOUBT = 0.02
#: Relative step of derivatives.
STEP = 1e-3


def doubtful_point(theory: SampledTheory, rate: float | None = None) -> tuple[float, float] | None:
    """Point of the inhibitory nullcline at which an evaluation says most about the existence of states.

    Parameters
    ----------
    theory : SampledTheory
    rate : float, optional
        Take the point with this rate of the excitatory cells (Hz) instead.

    Returns
    -------
    pair of float, or None
        r_E and r_I (Hz); None if there is no doubt.
    """
    excitatory, inhibitory = _searched_nullcline(theory)
    if rate is not None:
        chosen = int(np.abs(np.log(excitatory / rate)).argmin())
    else:
        logarithm, error = _self_consistency(theory, excitatory, inhibitory)
        doubt = CERTAIN * error - np.abs(logarithm)
        chosen = int(doubt.argmax())
        if doubt[chosen] <= NEGLIGIBLE_DOUBT + CERTAIN * theory.sampling_error:
            return None
    return float(excitatory[chosen]), float(inhibitory[chosen])


def _searched_nullcline(theory: SampledTheory) -> tuple[Array, Array]:
    """Vertices of all pieces of the nullcline in the range that is searched."""
    pieces = [curve.rates() for curve in Nullcline.trace(theory.inhibitory_rate, theory.largest_rate)]
    excitatory, inhibitory = np.concatenate(pieces, axis=1)
    searched = (excitatory >= SEARCHED[0]) & (excitatory <= SEARCHED[1])
    return excitatory[searched], inhibitory[searched]


def _self_consistency(theory: SampledTheory, excitatory: Array, inhibitory: Array) -> tuple[Array, Array]:
    """log(r_E^out/r_E) on the nullcline, and its standard error from those of both output rates."""

    def per_inhibition(rate: Array, shifted: Array) -> Array:
        return (shifted - rate) / step

    step = STEP * (1 + inhibitory)
    output = np.maximum(theory.excitatory_rate(excitatory, inhibitory), np.finfo(float).tiny)
    shifted = np.maximum(theory.excitatory_rate(excitatory, inhibitory + step), np.finfo(float).tiny)
    effect = per_inhibition(np.log(output), np.log(shifted))
    feedback = per_inhibition(inhibitory, theory.inhibitory_rate(excitatory, inhibitory + step))
    own_error, inhibitory_error = theory.relative_errors(excitatory, inhibitory)
    shift_of_nullcline = inhibitory * inhibitory_error / np.maximum(np.abs(1 - feedback), STEP)
    return np.log(output / excitatory), np.hypot(own_error, effect * shift_of_nullcline)

"""How a synapse's change depends on whether, and when, the cells on its two sides fire."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binomtest

from cortexnet.analysis.averages import mean, standard_error
from cortexnet.errors import ParameterError


def change_by_coincidence(pre: ArrayLike, post: ArrayLike, change: ArrayLike) -> pd.DataFrame:
    """Mean change of synapses in presentations in which both cells fired, one of them, or none.

    Parameters
    ----------
    pre : array_like of 0 and 1, shape (n_data, n_pre)
        Whether each presynaptic cell fired.
    post : array_like of 0 and 1, shape (n_data, n_post)
        The same of the postsynaptic cells, which answer to it.
    change : array_like, shape (n_data, n_pre, n_post)
        Of the weight, or of what drives it.

    Returns
    -------
    DataFrame
        case (pre_then_post, pre_without_post, post_without_pre, neither), mean_change, standard_error,
        n_data, up_data (those in which the mean over synapses is above zero), p_value (two-sided sign test).
        The unit is a presentation: synapses of one cell change together. NaN where a case does not occur.
    """
    before, after, changes = _checked(pre, post, change)
    cases = {
        "pre_then_post": (before, after),
        "pre_without_post": (before, ~after),
        "post_without_pre": (~before, after),
        "neither": (~before, ~after),
    }
    return pd.DataFrame(
        [{"case": case} | _summary(_mean_change(*sides, changes)) for case, sides in cases.items()]
    )


def change_against_lag(
    pre: ArrayLike, post: ArrayLike, change: ArrayLike, lags: Sequence[int]
) -> pd.DataFrame:
    """Mean change of synapses whose presynaptic cell fires, against when the postsynaptic one does.

    Parameters
    ----------
    pre, post, change
        As in `change_by_coincidence`, in the order of time.
    lags : sequence of int
        Presentations from the presynaptic spike to the postsynaptic one; below zero the latter came first.
        The change is that of the presentation of the presynaptic spike.

    Returns
    -------
    DataFrame
        lag, mean_change, standard_error, n_data, up_data, p_value as there.
    """
    before, after, changes = _checked(pre, post, change)
    n = len(before)
    rows = []
    for lag in lags:
        here, then = slice(max(0, -lag), n - max(0, lag)), slice(max(0, lag), n - max(0, -lag))
        rows.append({"lag": lag} | _summary(_mean_change(before[here], after[then], changes[here])))
    return pd.DataFrame(rows)


def _mean_change(
    pre: NDArray[np.bool_], post: NDArray[np.bool_], change: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean change over the pairs of marked cells, pre- and postsynaptic, of each datum that has any."""
    pairs = pre.sum(axis=1) * post.sum(axis=1)
    from_pre = np.matmul(pre[:, None, :].astype(np.float64), change)[:, 0, :]
    total = (from_pre * post).sum(axis=1)
    return np.asarray(total[pairs > 0] / pairs[pairs > 0])


def _summary(changes: NDArray[np.float64]) -> dict[str, float]:
    up, down = int((changes > 0).sum()), int((changes < 0).sum())
    return {
        "mean_change": mean(changes),
        "standard_error": standard_error(changes),
        "n_data": changes.size,
        "up_data": up,
        "p_value": float(binomtest(up, up + down).pvalue) if up + down else np.nan,
    }


def _checked(
    pre: ArrayLike, post: ArrayLike, change: ArrayLike
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]:
    before, after = np.asarray(pre), np.asarray(post)
    changes = np.asarray(change, dtype=np.float64)
    fitting = before.ndim == after.ndim == 2 and changes.shape == (*before.shape, after.shape[1])
    if not fitting or len(before) != len(after):
        raise ParameterError(
            f"changes: shape {changes.shape} with spikes {before.shape} and {after.shape}, must agree"
        )
    if not (np.isin(before, (0, 1)).all() and np.isin(after, (0, 1)).all()):
        raise ParameterError("spikes: other values than 0 and 1, must be whether a cell fired")
    return before.astype(bool), after.astype(bool), changes

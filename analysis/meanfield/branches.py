"""Which states at different values of a parameter belong to one branch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cortexnet.analysis.meanfield.quadrature import Array

#: States of neighbouring values belong together up to this factor between their rates.
LARGEST_STEP = 8.0
RATES = ["rate_excitatory_hz", "rate_inhibitory_hz"]


def joined_branches(states: pd.DataFrame, boundaries: pd.DataFrame) -> Iterator[tuple[bool, pd.DataFrame]]:
    """Join the active states of one theory along a parameter.

    Parameters
    ----------
    states, boundaries : DataFrame
        Of one method, as `continuation` and `boundaries` give them.

    Yields
    ------
    stable : bool
    branch : DataFrame
        The parameter and both rates, by ascending value, the boundaries at its ends included.
    """
    name = str(states.columns[0])
    active = states[states["branch"] != "silent"]
    for stable in (True, False):
        chains = _chains(active[active["stable"] == stable], name)
        for _, boundary in boundaries.iterrows():
            for above in _sides(boundary, stable=stable):
                _attach(chains, boundary[[name, *RATES]].to_numpy(float), above=above)
        for chain in chains:
            yield stable, pd.DataFrame(chain, columns=[name, *RATES])


def _chains(points: pd.DataFrame, name: str) -> list[list[Array]]:
    """Join the states of neighbouring values, the nearest first, each to one at most."""
    chains: list[list[Array]] = []
    open_chains: list[list[Array]] = []
    for _, group in points.groupby(name):
        rows = list(group[[name, *RATES]].to_numpy(float))
        pairs = sorted(
            (_distance(chain[-1], row), i, k)
            for i, chain in enumerate(open_chains)
            for k, row in enumerate(rows)
        )
        joined: dict[int, int] = {}
        for distance, i, k in pairs:
            if distance < np.log(LARGEST_STEP) and i not in joined and k not in joined.values():
                joined[i] = k
                open_chains[i].append(rows[k])
        new = [[row] for k, row in enumerate(rows) if k not in joined.values()]
        chains += new
        open_chains = [open_chains[i] for i in joined] + new
    return chains


def _sides(boundary: pd.Series, *, stable: bool) -> tuple[bool, ...]:
    """On which sides of a boundary (True: at greater values) a branch of that stability ends in it."""
    low_above = boundary["low_state"] == "begins"
    if stable:
        return (True, False) if boundary["cause"] == "high" else (low_above,)
    return {"high": (), "oscillation": (not low_above,)}.get(boundary["cause"], (low_above,))


def _attach(chains: list[list[Array]], point: Array, *, above: bool) -> None:
    """Lengthen the chain whose end on that side of the point is nearest, if one ends there."""
    ends = [(chain, chain[0] if above else chain[-1]) for chain in chains]
    beside = [(chain, end) for chain, end in ends if (end[0] > point[0]) == above]
    if not beside:
        return
    nearest_value = min((end[0] for _, end in beside), key=lambda value: abs(value - point[0]))
    beside = [(chain, end) for chain, end in beside if end[0] == nearest_value]
    chain, end = min(beside, key=lambda pair: _distance(pair[1], point))
    if _distance(end, point) < np.log(LARGEST_STEP):
        chain.insert(0 if above else len(chain), point)


def _distance(first: Array, second: Array) -> float:
    return float(abs(np.log(first[1] / second[1])))

"""How much memory a program for a card will need, from what is known before it runs.

Counted is what lies on the card just before the time loop, when it is most: all variables, the delivery,
samples of state monitors, random numbers. Left out is what only the run can tell: 12 bytes for a recorded
spike, up to three times that while their array grows, and 4 bytes for each source and step of delay.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import psutil
from brian2 import StateMonitor, Synapses, prefs
from brian2.core.variables import ArrayVariable

from cortexnet.devices.cuda.corrections import pairs_matter
from cortexnet.draws.rows import expected_number
from cortexnet.errors import CortexnetError

#: brian2cuda makes about so much of rand(), and of randn(), at a time for every unit that draws every step.
BYTES_OF_A_BUFFER = 50 * 2**20
#: It sets this aside for what kernels allocate.
BYTES_OF_THE_HEAP = 128 * 2**20
#: While synapses are sorted: their rows, and a second copy of rows and numbers.
BYTES_TO_SORT = 12
#: What any delivery keeps for each synapse of a pathway: its number.
BYTES_OF_A_NUMBER = 4
#: On the host, where pairs with several synapses matter: a node of a map for each pair.
BYTES_TO_CONNECT = 64


def number_of_synapses(device: Any, synapses: Synapses) -> float | None:
    """Return how many synapses there will be, or are expected; None where only the run can tell."""
    counted = device.array_cache.get(synapses.variables["N"])
    return float(counted[0]) if counted is not None else expected_number(synapses)


def card_bytes(device: Any, duration_s: float) -> dict[str, float]:
    """Return the bytes that a generated program will need on the card, by what they are for.

    Parameters
    ----------
    device : CudaDevice
        After its sources were generated.
    duration_s : float
        Simulated time, in seconds.

    Returns
    -------
    dict of str to float
        Keys are names of Brian2 objects, and "delivery", "sorting", "random numbers", "tables" and "heap".
        Synapses of unknown number count nothing.
    """
    needed = _bytes_of_variables(device, duration_s)
    numbers = _known_numbers(device)
    for synapses in device.synapses:
        needed["delivery"] += BYTES_OF_A_NUMBER * len(synapses._pathways) * numbers.get(synapses.name, 0.0)
    needed["sorting"] = BYTES_TO_SORT * max(numbers.values(), default=0.0)
    needed["random numbers"] = sum(
        _bytes_of_draws(unit, numbers, duration_s) for unit in device.code_objects.values()
    )
    needed["tables"] = float(sum(table.nbytes for table in device.static_arrays.values()))
    needed["heap"] = float(BYTES_OF_THE_HEAP)
    return needed


def host_bytes(device: Any, duration_s: float) -> float:
    """Return the bytes that the program will need on the host: all variables again, and a map of pairs."""
    numbers = _known_numbers(device)
    mapped = [
        numbers.get(synapses.name, 0.0)
        for synapses in device.synapses
        if pairs_matter(synapses, device.deliveries)
    ]
    variables = sum(_bytes_of_variables(device, duration_s).values())
    return variables + BYTES_TO_CONNECT * max(mapped, default=0.0)


def refuse_what_the_card_cannot_hold(device: Any, duration_s: float) -> None:
    """Raise `CortexnetError` if a generated program needs more memory than is free, there or on the host."""
    card = card_bytes(device, duration_s)
    largest = max(card, key=lambda name: card[name])
    _refuse(sum(card.values()), _free_on_card(device.gpu_id), f"of card {device.gpu_id}", f"{largest!r} most")
    free = float(psutil.virtual_memory().available)
    _refuse(host_bytes(device, duration_s), free, "of memory", "its synapses are connected there")


def _refuse(needed: float, free: float | None, place: str, most: str) -> None:
    if free is not None and needed > free:
        raise CortexnetError(
            f"the program needs {needed / 1e9:.3g} GB {place} and {free / 1e9:.3g} GB are free ({most}): "
            "simulate a smaller network, or record less"
        )


def _free_on_card(number: int) -> float | None:
    """Ask the driver; None where there is no card to ask."""
    if shutil.which("nvidia-smi") is None:
        return None
    query = ["nvidia-smi", "--query-gpu=memory.free", "--format=csv,noheader,nounits", f"--id={number}"]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    return float(answer.stdout) * 2**20 if answer.returncode == 0 else None


def _known_numbers(device: Any) -> Mapping[str, float]:
    found = {synapses.name: number_of_synapses(device, synapses) for synapses in device.synapses}
    return {name: number for name, number in found.items() if number is not None}


def _bytes_of_draws(unit: Any, numbers: Mapping[str, float], duration_s: float) -> float:
    """Return the bytes of the random numbers that a unit is given at a time: for as many steps as fit."""
    n = unit.variables["N"]
    size = numbers.get(n.owner.name, 0.0) if isinstance(n, ArrayVariable) else float(n.get_value())
    total = 0.0
    for name in ("rand", "randn"):
        drawn = size * unit.rng_calls[name] * np.dtype(prefs["core.default_float_dtype"]).itemsize
        if drawn and unit.runs_every_tick:
            steps = duration_s / float(unit.owner.clock.dt)
            drawn *= max(1, min(BYTES_OF_A_BUFFER // drawn, steps))
        total += drawn
    return total


def _bytes_of_variables(device: Any, duration_s: float) -> defaultdict[str, float]:
    numbers = _known_numbers(device)
    needed: defaultdict[str, float] = defaultdict(float)
    for variable in device.arrays:
        owner = getattr(variable.owner, "name", "clocks")
        needed[owner] += _length(variable, device, numbers, duration_s) * np.dtype(variable.dtype).itemsize
    return needed


def _length(variable: ArrayVariable, device: Any, numbers: Mapping[str, float], duration_s: float) -> float:
    """Return the number of elements of a variable at the end of a run, as far as it is known."""
    owner = variable.owner
    if variable in device.dynamic_arrays_2d:
        return len(owner.record) * duration_s / float(owner.clock.dt)
    if variable not in device.dynamic_arrays or variable.scalar:
        return float(variable.size)
    if variable.name in ("N_incoming", "N_outgoing"):
        end = owner.target if variable.name == "N_incoming" else owner.source
        return float(len(end))
    if isinstance(owner, StateMonitor):
        return duration_s / float(owner.clock.dt)
    return numbers.get(owner.name, 0.0)

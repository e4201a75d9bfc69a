"""The inner loop of `population_dynamics`: all cells of both populations, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np

from cortexnet.analysis.meanfield.heterogeneous.compiled import compiled
from cortexnet.analysis.meanfield.heterogeneous.kernels import BYTES_SD, next_bits, next_noise, sum_of_bytes

#: Steps at the beginning in which spikes are added, fewer and fewer, so that activity begins.
KICK = 1000


@compiled(fastmath=True, error_model="numpy", inline="always")
def _advance(
    v: Any,
    g_e: Any,
    g_i: Any,
    waiting: Any,
    noise: Any,
    fired: Any,
    arriving: Any,
    inhibition: Any,
    inhibition_sd: Any,
    drive: Any,
    constants: Any,
    refractory_steps: Any,
) -> Any:
    """Advance all cells of a population by one step; return how many fired."""
    dt, tau_m, tau_s, leak, v_e, v_i, threshold, reset = constants
    half = np.float32(0.5) * dt
    g_leak = np.float32(1) / tau_m
    decay = np.float32(1) - dt / tau_s + dt * dt / (np.float32(2) * tau_s * tau_s)
    half_decay = np.float32(1) - half / tau_s
    count = 0
    for cell in range(v.size):
        noise[cell] = next_noise(noise[cell])
        centred = sum_of_bytes(noise[cell]) - np.float32(510)
        v0, e0 = v[cell], g_e[cell] + arriving[cell]
        i0 = g_i[cell] + drive[cell] * inhibition + inhibition_sd * centred
        arriving[cell] = np.float32(0)
        slope = -(v0 - leak) * g_leak - e0 * (v0 - v_e) - i0 * (v0 - v_i)
        v1, e1, i1 = v0 + half * slope, e0 * half_decay, i0 * half_decay
        v1 = v0 + dt * (-(v1 - leak) * g_leak - e1 * (v1 - v_e) - i1 * (v1 - v_i))
        refractory = waiting[cell] > 0
        v1 = v0 if refractory else v1
        waiting[cell] = waiting[cell] - 1 if refractory else 0
        g_e[cell], g_i[cell] = e0 * decay, i0 * decay
        spikes = v1 >= threshold and not refractory
        fired[cell] = 1 if spikes else 0
        count += fired[cell]
        v[cell] = reset if spikes else v1
        waiting[cell] = refractory_steps if spikes else waiting[cell]
    return count


@compiled()
def _spread(
    state: Any, ring: Any, step: Any, targets: Any, number: Any, jumps: Any, first_delay: Any, width: Any
) -> Any:
    """Send a spike to about `number` cells of the table `targets`, none of them twice."""
    state, bits = next_bits(state)
    whole = int(number + (bits >> np.uint64(40)) / 16777216.0)
    if whole == 0:
        return state
    stratum = targets.size / number
    weights = np.uint64(jumps.size)
    for k in range(whole):
        state, bits = next_bits(state)
        position = int((k + (bits & np.uint64(0xFFFFF)) / 1048576.0) * stratum)
        if position >= targets.size:
            break
        wait = int(first_delay + width * float((bits >> np.uint64(20)) & np.uint64(0xFFFF)) / 65536.0 + 0.5)
        jump = jumps[((bits >> np.uint64(36)) * weights) >> np.uint64(28)]
        ring[(step + wait + 1) % ring.shape[0], targets[position]] += jump
    return state


@compiled()
def co_evolve(
    length: Any,
    excitatory: Any,
    inhibitory: Any,
    drives: Any,
    targets: Any,
    degrees: Any,
    excitatory_jumps: Any,
    inhibitory_jump_of_excitation: Any,
    inhibitory_jumps: Any,
    own_share: Any,
    inhibitory_degree: Any,
    delays: Any,
    kick: Any,
    refractory_steps: Any,
    seed: Any,
    counts: Any,
    patience: Any,
    most: Any,
) -> Any:
    """Let both populations drive each other, and write the number of their spikes of each step to `counts`.

    `excitatory`, `inhibitory`: constants of the cells. `drives`: relative inhibitory drive of each cell.
    `targets`: tables of the cells that excitatory spikes go to, a cell as often as it is innervated.
    `degrees`: synapses of an excitatory cell onto both populations. `delays`: shortest and width, of
    excitatory synapses and of all others. `kick`: excitatory spikes a step that are added at the beginning.
    Without any excitatory spike for `patience` steps, activity is over; with more than `most` times as many
    as are added it runs away.

    Returns
    -------
    int
        How many steps activity lasted; -1 where it runs away.
    """
    n_e, n_i = drives[0].size, drives[1].size
    around = int(max(delays[0, 0] + delays[0, 1], delays[1, 0] + delays[1, 1])) + 4
    ring_e, ring_i = np.zeros((around, n_e), np.float32), np.zeros((around, n_i), np.float32)
    v_e, v_i = np.full(n_e, excitatory[3], np.float32), np.full(n_i, inhibitory[3], np.float32)
    state = np.uint64(seed)
    noise_e, noise_i = np.empty(n_e, np.uint32), np.empty(n_i, np.uint32)
    for cell in range(n_e):
        state, bits = next_bits(state)
        noise_e[cell] = np.uint32(bits >> np.uint64(32)) | np.uint32(1)
        v_e[cell] = excitatory[7] + np.float32(5) * (
            np.float32(bits & np.uint64(255)) / np.float32(255) - 0.5
        )
    for cell in range(n_i):
        state, bits = next_bits(state)
        noise_i[cell] = np.uint32(bits >> np.uint64(32)) | np.uint32(1)
        v_i[cell] = inhibitory[7] + np.float32(5) * np.float32(bits & np.uint64(255)) / np.float32(255)
    ge_e, ge_i = np.zeros(n_e, np.float32), np.zeros(n_i, np.float32)
    gi_e, gi_i = np.zeros(n_e, np.float32), np.zeros(n_i, np.float32)
    waiting_e, waiting_i = np.zeros(n_e, np.int32), np.zeros(n_i, np.int32)
    fired_e, fired_i = np.zeros(n_e, np.int32), np.zeros(n_i, np.int32)
    first, last = int(delays[1, 0] + 0.5), int(delays[1, 0] + delays[1, 1] + 0.5)
    window = last - first + 1
    recent = np.zeros(around)
    unit = 1 / BYTES_SD
    share = inhibitory_degree / n_i
    last_spike, total = 0, 0
    for step in range(length):
        arriving = 0.0
        for wait in range(first, last + 1):
            arriving += recent[(step - 1 - wait) % around]
        events = arriving / window * share
        spread = np.sqrt(own_share * events) * unit
        slot = step % around
        count_e = _advance(
            v_e, ge_e, gi_e, waiting_e, noise_e, fired_e, ring_e[slot],
            np.float32(inhibitory_jumps[0] * events), np.float32(inhibitory_jumps[0] * spread),
            drives[0], excitatory, refractory_steps,
        )  # fmt: skip
        count_i = _advance(
            v_i, ge_i, gi_i, waiting_i, noise_i, fired_i, ring_i[slot],
            np.float32(inhibitory_jumps[1] * events), np.float32(inhibitory_jumps[1] * spread),
            drives[1], inhibitory, refractory_steps,
        )  # fmt: skip
        counts[0, step], counts[1, step] = count_e, count_i
        total += count_e
        if total > most * kick * (step + KICK):
            return -1
        last_spike = step if count_e > 0 or step < KICK else last_spike
        if step - last_spike > patience:
            return last_spike
        recent[slot] = count_i
        if step < KICK:
            state, bits = next_bits(state)
            extra = kick * (1 - step / KICK) + (bits >> np.uint64(40)) / 16777216.0
            for _ in range(int(extra)):
                state = _spread(
                    state, ring_e, step, targets[0], degrees[0], excitatory_jumps, delays[0, 0], delays[0, 1]
                )
                state = _spread(
                    state, ring_i, step, targets[1], degrees[1], inhibitory_jump_of_excitation,
                    delays[1, 0], delays[1, 1],
                )  # fmt: skip
        if count_e > 0:
            for cell in range(n_e):
                if fired_e[cell]:
                    state = _spread(
                        state, ring_e, step, targets[0], degrees[0], excitatory_jumps,
                        delays[0, 0], delays[0, 1],
                    )  # fmt: skip
                    state = _spread(
                        state, ring_i, step, targets[1], degrees[1], inhibitory_jump_of_excitation,
                        delays[1, 0], delays[1, 1],
                    )  # fmt: skip
    return length

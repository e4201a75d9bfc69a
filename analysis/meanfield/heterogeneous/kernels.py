"""The inner loops: presynaptic spikes, their delivery, and cells in step, sixteen at a time.

Random numbers are those of SplitMix64 (Steele, Lea & Flood 2014), one stream a call; the noise of the
inhibitory input is the sum of the four bytes of a xorshift generator, one a cell, which vectorises.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cortexnet.analysis.meanfield.heterogeneous.compiled import compiled

#: Cells that advance together: two registers of eight single-precision numbers.
LANES = 16

_UNIT = 1.0 / 9007199254740992.0
#: SD of the sum of four bytes.
BYTES_SD = np.sqrt(4 * (256**2 - 1) / 12)


@compiled(inline="always")
def next_bits(state: Any) -> Any:
    """Advance SplitMix64: the new state and 64 random bits."""
    state = state + np.uint64(0x9E3779B97F4A7C15)
    bits = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state, bits ^ (bits >> np.uint64(31))


@compiled(inline="always")
def next_noise(x: Any) -> Any:
    """Advance a xorshift generator of 32 bits."""
    x = np.uint32(x ^ np.uint32(x << np.uint32(13)))
    x = np.uint32(x ^ np.uint32(x >> np.uint32(17)))
    return np.uint32(x ^ np.uint32(x << np.uint32(5)))


@compiled(inline="always")
def sum_of_bytes(x: Any) -> Any:
    """Sum of the four bytes of a number: nearly normal, with mean 510 and SD `BYTES_SD`."""
    total = np.int32(
        (x & np.uint32(255))
        + ((x >> np.uint32(8)) & np.uint32(255))
        + ((x >> np.uint32(16)) & np.uint32(255))
        + (x >> np.uint32(24))
    )
    return np.float32(total)


@compiled()
def place_trains(
    chosen: Any, times: Any, offsets: Any, period: Any, stretch: Any, real_step: Any, dt: Any, seed: Any
) -> Any:
    """Place the spikes of cells that take over the trains `chosen`, each shifted by a time of its own.

    Trains are repeated with their period, all times being stretched; `real_step` maps the steps of this time
    to those of the common activity, which so becomes denser where the population rate is high.

    Returns
    -------
    steps, offsets : ndarray
        Of the spikes of all cells one after another, and where each cell's begin.
    """
    state = np.uint64(seed)
    span = period * stretch
    length = real_step.size
    first = np.zeros(chosen.size + 1, np.int64)
    repeats = int(np.ceil(length * dt / span)) + 1
    spikes = 0
    for cell in range(chosen.size):
        spikes += (offsets[chosen[cell] + 1] - offsets[chosen[cell]]) * repeats
    steps = np.empty(spikes, np.int32)
    count = 0
    for cell in range(chosen.size):
        state, bits = next_bits(state)
        shift = (bits >> np.uint64(11)) * _UNIT * span
        for spike in range(offsets[chosen[cell]], offsets[chosen[cell] + 1]):
            time = times[spike] * stretch + shift
            if time >= span:
                time -= span
            while time < length * dt:
                steps[count] = real_step[min(int(time / dt), length - 1)]
                count += 1
                time += span
        first[cell + 1] = count
    return steps[:count], first


@compiled()
def deliver(
    arriving: Any,
    lane: Any,
    steps: Any,
    offsets: Any,
    probability: Any,
    jumps: Any,
    release: Any,
    shortest_delay: Any,
    delay_width: Any,
    seed: Any,
) -> Any:
    """Add the excitatory input of one cell to `arriving[:, lane]`: quenched partners, weights and delays.

    Partners are drawn by geometric jumps, each with a weight of the table `jumps`, its release probability,
    and a delay that is uniform from `shortest_delay` on (steps) and rounded to whole steps.

    Returns
    -------
    tuple of float
        Sums over partners of the expected released jumps, and of their squares.
    """
    state = np.uint64(seed)
    length = arriving.shape[0]
    scale = 1.0 / np.log1p(-probability) if probability < 1.0 else 0.0
    partner = -1
    released, squares = 0.0, 0.0
    while True:
        state, bits = next_bits(state)
        partner += 1 + int(np.log(((bits >> np.uint64(11)) + 1) * _UNIT) * scale)
        if partner >= offsets.size - 1:
            return released, squares
        state, bits = next_bits(state)
        weight = int((bits >> np.uint64(40)) % np.uint64(jumps.size))
        wait = int(shortest_delay + delay_width * float(bits & np.uint64(0xFFFFFF)) / 16777216.0 + 0.5)
        jump, enough = jumps[weight], np.uint64(release[weight] * 4294967296.0)
        spikes = offsets[partner + 1] - offsets[partner]
        released += spikes * release[weight] * jump
        squares += spikes * release[weight] * jump * jump
        for spike in range(offsets[partner], offsets[partner + 1]):
            state, bits = next_bits(state)
            step = steps[spike] + wait
            if (bits >> np.uint64(32)) < enough and step < length:
                arriving[step, lane] += jump


@compiled(fastmath=True, error_model="numpy")
def integrate(
    arriving: Any,
    modulation: Any,
    inhibitory_mean: Any,
    inhibitory_sd: Any,
    constants: Any,
    refractory_steps: Any,
    skipped: Any,
    every: Any,
    seed: Any,
    spike_steps: Any,
    spike_lanes: Any,
    potentials: Any,
) -> Any:
    """Integrate `LANES` cells over all steps as the network does: midpoint rule, threshold, input, reset.

    `arriving` holds the excitatory jumps (1/ms) of each step and cell. The inhibitory ones are Gaussian with
    the means and SDs of a step, both modulated. Constants: step (ms), membrane and synaptic time constant
    (ms), leak, excitatory, inhibitory reversal, threshold, reset (mV). Spikes after `skipped` steps are
    written to `spike_steps` and `spike_lanes`, potentials to every `every`-th row of `potentials`.

    Returns
    -------
    int
        How many spikes there were.
    """
    dt, tau_m, tau_s, leak, v_e, v_i, threshold, reset = constants
    half = np.float32(0.5) * dt
    g_leak = np.float32(1) / tau_m
    decay = np.float32(1) - dt / tau_s + dt * dt / (np.float32(2) * tau_s * tau_s)
    half_decay = np.float32(1) - half / tau_s
    v = np.full(LANES, reset, np.float32)
    g_e = np.zeros(LANES, np.float32)
    g_i = (inhibitory_mean * tau_s / dt).astype(np.float32)
    waiting = np.zeros(LANES, np.int32)
    fired = np.zeros(LANES, np.int32)
    noise = np.empty(LANES, np.uint32)
    state = np.uint64(seed)
    for lane in range(LANES):
        state, bits = next_bits(state)
        noise[lane] = np.uint32(bits >> np.uint64(32)) | np.uint32(1)
    unit = np.float32(1 / BYTES_SD)
    count = 0
    for step in range(arriving.shape[0]):
        more = modulation[step]
        root = np.sqrt(more) * unit
        any_fired = 0
        for lane in range(LANES):
            v0, e0, i0 = v[lane], g_e[lane], g_i[lane]
            slope = -(v0 - leak) * g_leak - e0 * (v0 - v_e) - i0 * (v0 - v_i)
            v1, e1, i1 = v0 + half * slope, e0 * half_decay, i0 * half_decay
            v1 = v0 + dt * (-(v1 - leak) * g_leak - e1 * (v1 - v_e) - i1 * (v1 - v_i))
            refractory = waiting[lane] > 0
            v1 = v0 if refractory else v1
            waiting[lane] = waiting[lane] - 1 if refractory else 0
            noise[lane] = next_noise(noise[lane])
            centred = sum_of_bytes(noise[lane]) - np.float32(510)
            g_e[lane] = e0 * decay + arriving[step, lane]
            g_i[lane] = i0 * decay + inhibitory_mean[lane] * more + inhibitory_sd[lane] * root * centred
            spikes = v1 >= threshold and not refractory
            fired[lane] = 1 if spikes else 0
            any_fired += fired[lane]
            v[lane] = reset if spikes else v1
            waiting[lane] = refractory_steps if spikes else waiting[lane]
        if step < skipped:
            continue
        if any_fired > 0:
            for lane in range(LANES):
                if fired[lane]:
                    spike_steps[count], spike_lanes[count] = step, lane
                    count += 1
        if (step - skipped) % every == 0:
            for lane in range(LANES):
                potentials[(step - skipped) // every, lane] = v[lane]
    return count

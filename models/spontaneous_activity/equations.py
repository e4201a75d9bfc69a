"""The strong-sparse/weak-dense network: equations (3)-(6) of the source, conductances per capacitance."""

MEMBRANE = """
dv/dt = -(v - leak_potential)/membrane_time_constant
        - g_excitatory*(v - excitatory_reversal_potential)
        - g_inhibitory*(v - inhibitory_reversal_potential) : volt (unless refractory)  # (3)
dg_excitatory/dt = -g_excitatory/synaptic_time_constant : hertz  # (4)
dg_inhibitory/dt = -g_inhibitory/synaptic_time_constant : hertz  # (5)
"""
THRESHOLD = "v >= threshold_potential"
RESET = "v = reset_potential"  # (6)
REFRACTORY = "refractory_period"

CONSTANTS = """
membrane_time_constant : second (constant, shared)
synaptic_time_constant : second (constant, shared)
refractory_period : second (constant, shared)
excitatory_reversal_potential : volt (constant, shared)
inhibitory_reversal_potential : volt (constant, shared)
threshold_potential : volt (constant, shared)
reset_potential : volt (constant, shared)
master_seed : integer (constant, shared)
"""
LEAK = """
leak_potential : volt (constant, shared)
"""

# External Poisson events at the start, whose rate falls linearly to zero; afterwards the network
# receives nothing. Drawn at the full rate, an event is kept with the probability that is left of it.
KICK_STATE = """
kick_conductance : hertz (constant, shared)
kick_steps : integer (constant, shared)
next_kick : integer
n_kicks : integer
"""
KICK = "t_in_timesteps < kick_steps and t_in_timesteps == next_kick"
ON_KICK = """
is_kept = uniform(master_seed, kept_kick_stream, 0, i, n_kicks)*kick_steps < kick_steps - t_in_timesteps
g_excitatory += kick_conductance*int(is_kept)
n_kicks += 1
next_kick += steps_to_kick(master_seed, i, n_kicks)
"""
FIRST_KICK = "steps_to_kick(master_seed, i, 0) - 1"

# Excitatory-to-excitatory synapses: a strength and a failure probability each.
LOGNORMAL_SYNAPSE = """
conductance : hertz (constant)
failure_probability : 1 (constant)
release_stream : integer (constant, shared)
shortest_delay : integer (constant, shared)
delay_width : integer (constant, shared)
"""
CONDUCTANCE = "conductance_draw(master_seed_pre, i, j)"
FAILURE_PROBABILITY = "failure_probability_draw(master_seed_pre, i, j)"
ON_UNRELIABLE_SPIKE = (  # sum of (4)
    "g_excitatory_post += conductance"
    "*int(uniform(master_seed_pre, release_stream, t_in_timesteps, i_pre, i_post) >= failure_probability)"
)

# All other synapses: one strength.
UNIFORM_SYNAPSE = """
conductance : hertz (constant, shared)
shortest_delay : integer (constant, shared)
delay_width : integer (constant, shared)
"""
ON_EXCITATORY_SPIKE = "g_excitatory_post += conductance"  # sum of (4)
ON_INHIBITORY_SPIKE = "g_inhibitory_post += conductance"  # sum of (5)

DELAY = "delay_draw(master_seed_pre, i, j, shortest_delay, delay_width)*dt"

# Copies of excitatory cells: they receive what their originals receive, and send to nobody. A constant
# current of x mV/ms is the same as a leak potential that is higher by x*membrane_time_constant.
COPY_STATE = """
leak_potential : volt (constant)
smallest_conductance : hertz (constant)
original : integer (constant)
"""
COPIED_CONDUCTANCE = (
    "conductance_draw(master_seed_pre, i, original_post)"
    "*int(conductance_draw(master_seed_pre, i, original_post) >= smallest_conductance_post)"
)
COPIED_FAILURE_PROBABILITY = "failure_probability_draw(master_seed_pre, i, original_post)"
ON_UNRELIABLE_SPIKE_TO_COPY = (
    "g_excitatory_post += conductance"
    "*int(uniform(master_seed_pre, release_stream, t_in_timesteps, i_pre, original_post)"
    " >= failure_probability)"
)
COPIED_DELAY = "delay_draw(master_seed_pre, i, original_post, shortest_delay, delay_width)*dt"

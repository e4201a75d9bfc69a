"""Our models with random synapses as Brian2 strings: binary cells and synapses, and cells with a membrane."""

# Reading A and B: a cell is on or off in every time bin, and spikes in those in which it is on. Once per bin
# first the synapses are redrawn, then the cells on one side, then those on the other: a Gibbs sweep.
CELL = """
is_on : integer
field : 1  # of all that is connected
bias : 1 (constant)
master_seed : integer (constant, shared)
"""
ON = "is_on == 1"
REDRAW_CELL = (
    "is_on = int(uniform(master_seed, cell_stream, t_in_timesteps, i, 0) < 1/(1 + exp(-(bias + field))))"
)
START_CELL = "int(uniform(master_seed, cell_stream, -1, i, 0) < 0.5)"

# Reading A: E = -sum (weight*v*h + log_odds)*s - biases; sigma(log_odds + weight*v*h) turns a synapse on.
JOINT_SYNAPSE = """
weight : 1 (constant)
log_odds : 1 (constant, shared)
parallel : integer (constant)  # which of those between the same cells
is_active : integer
field_pre = weight*is_active*is_on_post : 1 (summed)
field_post = weight*is_active*is_on_pre : 1 (summed)
"""
REDRAW_SYNAPSE = (
    "is_active = int(uniform(master_seed_pre, synapse_stream + parallel, t_in_timesteps, i, j)"
    " < 1/(1 + exp(-(log_odds + weight*is_on_pre*is_on_post))))"
)

# Reading B: synapses and the hidden unit's answers to the data are such cells, joined by the data. A sign is
# 2*is_on - 1; the difference of the two energies is twice the field of a sign.
DATUM = """
pattern : integer (constant)  # -1 or 1: this cell in this datum
scale : 1 (constant, shared)  # feature strength/sqrt(number of synapses)
field_pre = 2*scale*pattern*(2*is_on_post - 1) : 1 (summed)
field_post = 2*scale*pattern*(2*is_on_pre - 1) : 1 (summed)
"""

# The sampling machine: leaky integrate-and-fire cells; each synapse transmits a spike or fails.
MEMBRANE = """
dv/dt = (leak_potential + bias - v)/membrane_time_constant : volt (unless refractory)
bias : volt (constant)
leak_potential : volt (constant, shared)
threshold_potential : volt (constant, shared)
membrane_time_constant : second (constant, shared)
refractory_period : second (constant, shared)
"""
THRESHOLD = "v >= threshold_potential"
RESET = "v = leak_potential"
REFRACTORY = "refractory_period"

VOLLEY_INPUT = """
volley_steps : integer (constant, shared)
master_seed : integer (constant, shared)
"""
VOLLEY = "(t_in_timesteps + 1) % volley_steps == 0"
POISSON_INPUT = """
spike_probability : 1 (constant, shared)  # in a time step
master_seed : integer (constant, shared)
"""
POISSON = "uniform(master_seed, input_stream, t_in_timesteps, i, 0) < spike_probability"

UNRELIABLE_SYNAPSE = """
epsp : volt (constant)
release_probability : 1 (constant, shared)
"""
ON_SPIKE = (
    "v_post += epsp*int("
    "uniform(master_seed_pre, release_stream, t_in_timesteps, i_pre, i_post) < release_probability)"
    "*int(not_refractory_post)"
)

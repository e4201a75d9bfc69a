"""The dual sampling network: equations [25]-[37] of the source for data that are shown one after another.

A spike in a time bin is x = 1. Every quantity lies at a cell or at a synapse and is made of what reaches it:
spikes, the drive of the postsynaptic cell, and traces.
"""

# -- cells --------------------------------------------------------------------------------------------------

INPUT_CELL = """
datum = int(shown_datum(t)) : integer (shared)
intensity : 1               # x of an input cell: 0 or 1, or the brightness in grey coding
master_seed : integer (constant, shared)
first_presentation : integer (constant, shared)
"""
INPUT = {
    "binary": "intensity = int(brightness(datum, i) > 0)",
    "stochastic": "intensity = int(255*uniform(master_seed, input_stream, "
    "first_presentation + t_in_timesteps, i, 0) < brightness(datum, i))",
    "grey": "intensity = brightness(datum, i)/255.0",
}
INPUT["thermometer"] = INPUT["binary"]
INPUT_SPIKE = "intensity > 0"
PLASTIC_INPUT_SPIKE = "intensity > 0 and learns(t) > 0"
INPUT_REDRAW = "is_update(t) > 0"

CELL = """
x : integer                 # a spike in this bin
input_drive : 1             # v of [25], what input cells add; it holds while a datum is shown
recurrent_drive : 1         # v of [25], what cells add that spike in this bin
drive : 1                   # v of [25]
residual : 1                # x - sigma(v), what [32] and [35] are made of
bin = first_bin + t_in_timesteps : integer (shared)
is_onset = int(t_in_timesteps % bins_per_datum == 0) : integer (shared)
is_last = int(t_in_timesteps % bins_per_datum == bins_per_datum - 1) : integer (shared)
master_seed : integer (constant, shared)
first_bin : integer (constant, shared)
bins_per_datum : integer (constant, shared)
neuron_update_fraction : 1 (constant, shared)
"""
HIDDEN_CELL = (
    CELL
    + """
feedback : 1                # b of [36]
feedback_from_outputs : 1   # sums of [32]
feedback_from_hidden : 1
feedback_rate : 1 (constant, shared)
"""
)
OUTPUT_CELL = (
    CELL
    + """
label = int(shown_label(t)) : integer (shared)    # -1 where the outputs are free
probability = 1/(1 + exp(-drive)) : 1
probability_sum : 1
spike_count : integer
"""
)

# A datum begins: what input cells drive is forgotten, and then driven anew.
ONSET = "input_drive = 0"
OUTPUT_ONSET = """
input_drive = 0
probability_sum = 0
spike_count = 0
"""
REDRAWN = "int(uniform(master_seed, chosen_stream, bin, i, 0) < neuron_update_fraction)*int(proceeds(t))"
REDRAW_HIDDEN = f"""
heard = feeds_back(t)*(1 - is_onset)*(feedback_from_outputs + feedback_from_hidden)
feedback += feedback_rate*proceeds(t)*(heard - feedback)  # [36]
chance = 1/(1 + exp(-(input_drive + recurrent_drive + feedback)))  # [31]
x += {REDRAWN}*(int(uniform(master_seed, cell_stream, bin, i, 0) < chance) - x)
"""
# Output cells have no targets, so nothing is fed back to them.
REDRAW_OUTPUT = f"""
drive = input_drive + recurrent_drive
redrawn = x + {REDRAWN}*(int(uniform(master_seed, cell_stream, bin, i, 0) < 1/(1 + exp(-drive))) - x)
x = int(label < 0)*redrawn + int(label >= 0)*int(i == label)
"""
SPIKE = "x == 1"
PLASTIC_SPIKE = "x == 1 and is_last == 1 and learns(t) > 0"
REDRAW = "is_onset == 1 and is_update(t) > 0"
RECORDED_SPIKE = "x == 1 and is_recorded(t) > 0"
FORGET_SPIKES = "recurrent_drive = 0"
HIDDEN_RESIDUAL = """
drive = input_drive + recurrent_drive
residual = x - 1/(1 + exp(-drive))
"""
OUTPUT_RESIDUAL = """
residual = x - 1/(1 + exp(-drive))
probability_sum += 1/(1 + exp(-drive))
spike_count += x
"""

# -- synapses -----------------------------------------------------------------------------------------------

CONSTANTS = """
amplitude : 1 (constant, shared)
half : integer (constant, shared)              # K/2
prior_log_odds : 1 (constant, shared)
update_fraction : 1 (constant, shared)
trace_rate : 1 (constant, shared)
data_weight : 1 (constant, shared)             # gain times data for each that is shown between two updates
first_shown : integer (constant, shared)
step = first_shown + t_in_timesteps : integer (shared)
"""
TRACE = """
eligibility : 1                                # sum over the data shown since the last update
trace : 1                                      # q of [37]; where synapses are exact, the log-odds of [33]
"""
# One row a connection: of its K/2 synapses of either sign, how many are on.
COLLAPSED = (
    CONSTANTS
    + TRACE
    + """
n_plus : integer
n_minus : integer
weight : 1                                     # w of [26]
"""
)
# One row a synapse.
EXPLICIT = (
    CONSTANTS
    + TRACE
    + """
s : integer                                    # 1 where it is on
size : 1 (constant)                            # +a or -a
weight = size*s : 1                            # its part of w of [26]
"""
)
# What the targets of a cell make of its state, at the cell: [32], or the third line of [30].
FEEDBACK = {
    "linear": "{name}_pre = weight*residual_post : 1 (summed)",
    "exact": "{name}_pre = weight*x_post - (softplus(drive_post - x_pre*weight + weight)"
    " - softplus(drive_post - x_pre*weight)) : 1 (summed)",
}

ON_INPUT_SPIKE = "input_drive_post += weight{intensity}"  # [25]
ON_SPIKE = "recurrent_drive_post += weight"  # [25]
# [35], or the third line of [33]; at the end of a datum.
ON_PLASTIC_SPIKE = {
    "linear": "eligibility += residual_post{intensity}",
    "exact": "eligibility += size{intensity}*x_post - (softplus(drive_post + (1 - s)*size{intensity})"
    " - softplus(drive_post - s*size{intensity}))",
}
GRADED = "*intensity_pre"

# Synapses are redrawn once in M data, when their source cells say so.
REDRAW_TRACE = """
trace += trace_rate*(data_weight*eligibility - trace)  # [37]
eligibility = 0
"""
# A synapse that is chosen is on with probability sigma(q0 +- a q) of [34], whatever it was.
REDRAW_COLLAPSED = (
    REDRAW_TRACE
    + """
q_plus = prior_log_odds + amplitude*trace
q_minus = prior_log_odds - amplitude*trace
n_plus = redrawn(master_seed_pre, plus_stream, step, i_pre, i_post, n_plus, half, update_fraction, q_plus)
n_minus = redrawn(master_seed_pre, minus_stream, step, i_pre, i_post, n_minus, half, update_fraction, q_minus)
weight = amplitude*(n_plus - n_minus)
"""
)
LOG_ODDS = {"linear": "size*trace", "exact": "trace"}
REDRAW_EXPLICIT = (
    REDRAW_TRACE
    + """
target = i_post + N_post*k
chosen = int(uniform(master_seed_pre, chosen_stream, step, i_pre, target) < update_fraction)
p_on = 1/(1 + exp(-(prior_log_odds + {log_odds})))
drawn = int(uniform(master_seed_pre, synapse_stream, step, i_pre, target) < p_on)
s += chosen*(drawn - s)
"""
)

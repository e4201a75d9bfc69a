"""A colour for each readout, and for what is compared with theory, of Okabe & Ito (2008) like all colours."""

from __future__ import annotations

READOUT_COLOURS = {
    "posterior_average": "#0072B2",
    "spike_counts": "#D55E00",
    "synapse_sample": "#56B4E9",
    "single_sample": "#6F6F6F",
}
#: What was measured, a second measurement beside it, and guides that are no data.
MEASURED, BESIDE, GUIDE = "#0072B2", "#D55E00", "#8C8C8C"
#: Up and down, of weights and of their changes.
UP, DOWN = "#D55E00", "#0072B2"
FAMILY_COLOURS = {
    "half_normal": "#56B4E9",
    "exponential": "#E69F00",
    "lognormal": "#D55E00",
    "half_student_t": "#009E73",
}

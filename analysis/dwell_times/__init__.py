"""Dwell times of a bistable trace: extraction, fits and their comparison, and exact theory of finite chains.

`percepts` reads percepts from a trace with hysteresis, `fits` compares distributions of the dwell times by
maximum likelihood, `goodness_of_fit` tests one, `phase_type` gives the moments that an enumerable chain must
show, and `figures` draws percepts and fits. Nothing here knows where a trace comes from: a network, a model
of rivalry, or a subject's key presses.
"""

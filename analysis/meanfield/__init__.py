"""Theories of the stationary state, from the effective time constant to the full density."""

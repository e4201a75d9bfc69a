"""What is done with recorded numbers: statistics of spikes and voltages, and theory. Nothing simulates.

Array functions first (`spikes`, `variability`, `rate_distribution`, `correlation`, `regression`, `voltage`,
`survival`, `permutation`, `signal_transmission`, `sequences`, `surrogates`), then tables of a recording
(`recordings`, `tables`, `summary`), verdicts (`comparison`) and figures (`figures`, `figure_style`). The
theories are in `meanfield`.
"""

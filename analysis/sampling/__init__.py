"""What a network that learns and computes by sampling shows: readouts, their quality, and claims about it.

Readouts: `accuracy` and `calibration` (with `proportion`). The sampler: `effective_sample_size`, `volatility`
and `displacement`. What was learned: `receptive_fields`, `weight_statistics` (with `magnitude_fits` and
`tail_index`), `eigenspectrum` (with `power_law`), `timing`. Arrays in, tidy tables out; `figures` draws them.
"""

"""The systems, one folder each: parameters, equations, network, experiment and figures."""

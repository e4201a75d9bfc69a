"""Panels on networks that sample; each draws tables of `cortexnet.analysis.sampling` on the axes it is given.

To be called, and the figure to be saved, within `cortexnet.analysis.figure_style.publication_style`.
"""

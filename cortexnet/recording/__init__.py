"""Recordings: the tables that a run leaves behind, their provenance, and the folder that keeps them.

A run folder holds ``spikes.parquet``, ``voltages.parquet`` where membrane potentials were recorded,
``summary.json``, ``manifest.json`` with the sizes and hashes of all files, and what was attached, such as
``figure.png``.
"""

from __future__ import annotations

from cortexnet.recording.publication import require_writable
from cortexnet.recording.recording import Check, Recording

__all__ = ["Check", "Recording", "require_writable"]

"""Many runs of one system: which they are, the folder that keeps them, and how they share a machine."""

from __future__ import annotations

from cortexnet.sweep.folder import SweepFolder
from cortexnet.sweep.points import Point, grid
from cortexnet.sweep.side_by_side import Ending, Job, processors, run_side_by_side

__all__ = ["Ending", "Job", "Point", "SweepFolder", "grid", "processors", "run_side_by_side"]

"""The programs whose speed is compared: each simulates one network and says what it cost."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brian2 import second

import cortexnet as cn
from cortexnet.models import spontaneous_activity as sa

IN_DEGREE = 1000  # of each type
KICK_S = 0.1


@dataclass(frozen=True)
class Task:
    """Which network, and for how long.

    Attributes
    ----------
    n_excitatory : int
        Excitatory cells; a fifth as many inhibitory ones come with them.
    seed : int
        Of the network.
    duration_s : float
        Simulated time.
    kick_s : float
        How long it is kicked.
    """

    n_excitatory: int
    seed: int
    duration_s: float
    kick_s: float = KICK_S

    @property
    def n_inhibitory(self) -> int:
        """Inhibitory cells."""
        return self.n_excitatory // 5

    @property
    def n_synapses(self) -> float:
        """Synapses, on average."""
        return 2.0 * IN_DEGREE * (self.n_excitatory + self.n_inhibitory)

    def parameters(self) -> sa.Parameters:
        """Return the published set at this size, with the published numbers of synapses onto a cell."""
        return sa.Parameters(
            n_excitatory=self.n_excitatory,
            n_inhibitory=self.n_inhibitory,
            connection_probability_excitatory=IN_DEGREE / self.n_excitatory,
            connection_probability_inhibitory=IN_DEGREE / self.n_inhibitory,
            kick_duration=self.kick_s * second,
        )


def ours(task: Task, **options: Any) -> dict[str, float]:
    """Run the model on the C++ device with some options."""
    with cn.device("cpp_standalone", progress=False, **options) as execution:
        network = sa.build(task.parameters(), seed=task.seed)
        network.run(task.duration_s * second)
    recording = cn.Recording.of(network, warmup=task.kick_s * second)
    return {
        "cpu_s": execution.simulation_cpu_seconds,
        "events": recording.summary["synaptic_events"],
        "rate_e_hz": recording.summary["rate_excitatory_hz"],
        "construction_cpu_s": execution.construction_cpu_seconds,
        "final_mb": execution.final_memory_mb,
        "peak_mb": execution.peak_memory_mb,
    }


def plain(task: Task) -> dict[str, float]:
    """Run the plain Brian2 script; it counts after the kick, since that is a run of its own."""
    script = Path(__file__).with_name("plain_brian2.py")
    arguments = (task.n_excitatory, task.seed, task.duration_s, task.kick_s)
    answer = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)], capture_output=True, text=True, check=True
    )
    found = json.loads(answer.stdout.splitlines()[-1])
    return {"cpu_s": found["cpu_s"], "events": found["events"], "rate_e_hz": found["rate_e"]}


def hand_written(program: Path) -> Callable[[Task], dict[str, float]]:
    """Return what runs a program that was written by hand for this network, with its own weaker kick."""

    def run(task: Task) -> dict[str, float]:
        options = {
            "mode": "B",
            "T": task.duration_s,
            "seed": task.seed,
            "kickT": 1e3 * task.kick_s,
            "NE": task.n_excitatory,
            "NI": task.n_inhibitory,
            "pEE": IN_DEGREE / task.n_excitatory,
            "pEI": IN_DEGREE / task.n_excitatory,
            "pIE": IN_DEGREE / task.n_inhibitory,
            "pII": IN_DEGREE / task.n_inhibitory,
        }
        command = [str(program), *(f"{name}={value}" for name, value in options.items())]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return {
            "cpu_s": _number(r" cpu ([\d.]+) s", text),
            "events": 1e6 * _number(r"events ([\d.]+)M", text),
            "rate_e_hz": _number(r"after [\d.]+ s: E ([\d.]+) Hz", text),
            "construction_cpu_s": _number(r"build ([\d.]+) cpu-s", text),
            "peak_mb": 1.024e-3 * _number(r"VmHWM:\s+(\d+) kB", text),
        }

    return run


def compiled(source: Path, folder: Path) -> Path:
    """Compile the program written by hand."""
    program = folder / source.stem
    flags = ["-O3", "-march=native", "-ffast-math", "-std=c++17", "-pthread"]
    subprocess.run(["g++", *flags, str(source), "-o", str(program)], check=True)
    return program


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"the program written by hand did not say: {pattern}")
    return float(found[1])

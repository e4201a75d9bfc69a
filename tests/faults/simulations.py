"""What the tests of simulations that go wrong have in common."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from brian2.core.network import Network

import cortexnet as cn
from cortexnet import folders
from cortexnet.errors import RunFailed
from tests.devices.small_model import build

ROOT = Path(__file__).parents[2]


def compiled(**changes) -> Network:
    """Run the small model on the C++ device; its program is shared by all tests here."""
    with cn.device("cpp_standalone", progress=False):
        network = build(**changes)
    return network


def a_process(script: str, **environment: str) -> subprocess.Popen[str]:
    """Start another Python in which ``build`` and ``cn`` are at hand."""
    heading = "import cortexnet as cn\nfrom brian2 import *\nfrom tests.devices.small_model import *\n"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", heading + script],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def program_of(process: subprocess.Popen[str]) -> psutil.Process:
    """Wait until the compiled program of a process simulates, and return it."""
    parent = psutil.Process(process.pid)
    for _ in range(1200):
        assert process.poll() is None, process.stderr.read()
        for child in parent.children():
            if child.name() == "main" and child.cpu_times().user > 0.3:
                return child
        time.sleep(0.05)
    raise AssertionError("the program did not start")


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether a condition comes true in time."""
    for _ in range(int(seconds / 0.05)):
        if condition():
            return True
        time.sleep(0.05)
    return False


def runs() -> set[Path]:
    """The folders of runs that are there now."""
    folder = folders.cache_directory() / "runs"
    return {path for path in folder.iterdir() if path.is_dir()} if folder.exists() else set()


def enter(name: str, **options) -> None:
    with cn.device(name, progress=False, **options):
        pass


def kept_folder(error: RunFailed) -> Path:
    """Return the folder that a failed run says it kept."""
    return Path(str(error).partition("kept in ")[2].rstrip(")"))


def a_dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


ENDLESS_RUN = """
with cn.device("cpp_standalone", progress=False) as execution:
    network = build(duration=ENDLESS)
"""

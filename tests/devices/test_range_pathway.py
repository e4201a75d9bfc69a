"""The C++ class of a pathway, step by step, against lists of what is due in each step."""

from __future__ import annotations

import ctypes
import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from brian2 import prefs
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from hypothesis import given, settings
from hypothesis import strategies as st

from cortexnet.devices import tools
from cortexnet.devices.delivery.code_objects import headers

pytestmark = pytest.mark.standalone

START, STOP, DT = 3, 9, 1e-4  # the cells that are sources, of a group that has some more
LONGEST = 7
SPIKES = st.lists(st.lists(st.integers(0, STOP + 2), unique=True).map(sorted), min_size=1, max_size=12)


def make(*arguments: str | Path) -> None:
    subprocess.run([*tools.compiler_command(), *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("driver")
    units = SimpleNamespace(source_files=set(), header_files=set())
    (folder / "brianlib").mkdir()
    CPPStandaloneDevice().copy_source_files(units, str(folder))
    for name, text in headers().items():
        (folder / name).write_text(text)
    sources = [Path(__file__).with_name("pathway_driver.cpp"), *folder.glob("brianlib/*queue.cpp")]
    flags = ["-O1", *prefs["codegen.cpp.extra_compile_args_gcc"], "-fPIC", f"-I{folder}"]
    objects = [folder / f"{source.stem}.o" for source in sources]
    for source, compiled in zip(sources, objects, strict=True):
        make(*flags, "-c", source, "-o", compiled)
    # Linked with -ffast-math, it would set the processor to lose subnormal numbers, in all of this process.
    make("-shared", *objects, "-o", folder / "driver.so")
    loaded = ctypes.CDLL(str(folder / "driver.so"))
    loaded.create.restype = ctypes.c_void_p
    return loaded


def pointer(values: np.ndarray) -> ctypes.c_void_p:
    return values.ctypes.data_as(ctypes.c_void_p)


class Queue:
    """What is due in each step: every spike, as it comes, puts its synapses where they belong."""

    def __init__(self) -> None:
        self.due: dict[int, list[int]] = defaultdict(list)
        self.now = 0

    def step(self, spikes: list[int], sources: list[int], steps: list[int]) -> list[int]:
        self.now += 1
        for cell in spikes:
            for synapse, source in enumerate(sources):
                if source == cell:
                    self.due[self.now + steps[synapse % len(steps)]].append(synapse)
        return self.due[self.now]


class Pathway:
    """The class under test."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library, self.driver = library, ctypes.c_void_p(library.create(START, STOP))
        self.found = np.empty(100_000, dtype=np.int32)

    def _synapses(self, function: Callable[..., int], *arguments: object) -> list[int]:
        number = function(self.driver, *arguments, pointer(self.found))
        assert number >= 0
        return self.found[:number].tolist()

    def prepare(self, sources: list[int], delays: np.ndarray, dt: float = DT) -> bool:
        cells = np.array(sources, dtype=np.int32)
        given = pointer(cells), len(cells), pointer(delays), len(delays), ctypes.c_double(dt)
        return bool(self.library.prepare(self.driver, *given))

    def step(self, spikes: list[int]) -> list[int]:
        return self._synapses(self.library.step, pointer(np.array(spikes, dtype=np.int32)), len(spikes))

    def finish(self) -> None:
        self.library.finish(self.driver)

    def waiting(self, ahead: int) -> list[int]:
        return self._synapses(self.library.waiting, ahead)


@st.composite
def synapses(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Their sources, in any order or sorted, and their delays in steps: of each, or one for all."""
    sources = draw(st.lists(st.integers(START, STOP - 1), max_size=30))
    if draw(st.booleans()):
        sources.sort()
    delay = st.integers(draw(st.integers(0, LONGEST)), LONGEST)
    number = draw(st.sampled_from([len(sources), 1])) if sources else 0
    return sources, draw(st.lists(delay, min_size=number, max_size=number))


def play(
    pathway: Pathway, queue: Queue, connections: tuple[list[int], list[int]], spikes: list[list[int]]
) -> None:
    """Make a run of both and compare every step, and then what is under way."""
    for cells in spikes:
        assert pathway.step(cells) == queue.step(cells, *connections)
    pathway.finish()
    for ahead in range(LONGEST + 2):
        assert pathway.waiting(ahead) == queue.due[queue.now + ahead]


@given(synapses(), SPIKES, SPIKES)
@settings(max_examples=300)
def test_ranges_are_the_queue_also_in_a_second_run(
    library: ctypes.CDLL,
    connections: tuple[list[int], list[int]],
    first: list[list[int]],
    second: list[list[int]],
) -> None:
    pathway, queue = Pathway(library), Queue()
    for spikes in (first, second):
        assert pathway.prepare(connections[0], np.array(connections[1]) * DT)
        play(pathway, queue, connections, spikes)
    library.destroy(pathway.driver)


@given(synapses(), synapses(), SPIKES, SPIKES)
@settings(max_examples=300)
def test_spikes_under_way_keep_the_delays_of_their_time(
    library: ctypes.CDLL,
    before: tuple[list[int], list[int]],
    after: tuple[list[int], list[int]],
    first: list[list[int]],
    second: list[list[int]],
) -> None:
    pathway, queue = Pathway(library), Queue()
    assert pathway.prepare(before[0], np.array(before[1]) * DT)
    play(pathway, queue, before, first)
    assert pathway.prepare(after[0], np.array(after[1]) * DT) is (before == after)
    play(pathway, queue, after, second)
    library.destroy(pathway.driver)


@pytest.mark.parametrize("dt", [1e-4, 5e-5, 3e-4, 7e-5, 1e-3 / 3])
def test_delays_between_two_steps_are_rounded_as_the_queue_does(library: ctypes.CDLL, dt: float) -> None:
    n = 600
    delays = (np.arange(n) + 0.5) * dt
    expected = np.empty(n, dtype=np.int32)
    library.steps_of_queue(pointer(delays), n, ctypes.c_double(dt), pointer(expected))
    pathway = Pathway(library)
    assert pathway.prepare([START] * n, delays, dt)
    found = np.empty(n, dtype=np.int32)
    for step in range(n + 2):
        found[pathway.step([START] if step == 0 else [])] = step
    assert np.array_equal(found, expected)

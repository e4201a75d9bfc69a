"""Code objects joined to one unit: the program computes what it does when each is compiled by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from brian2 import (
    Function,
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    ms,
    prefs,
    second,
    seed,
)

import cortexnet as cn
from cortexnet.devices import cpp_device
from cortexnet.devices.one_unit import REST, UNIT, join_sources
from cortexnet.draws import quantile_function, quantile_table, uniform
from cortexnet.errors import RunFailed
from cortexnet.folders import cache_directory


def cpp_function(code: str, **keywords) -> Function:
    """A function of one number that exists in C++ only."""
    function = Function(lambda x: x, arg_units=[1], return_unit=1)
    function.implementations.add_implementation("cpp", code, compiler_kwds=keywords)
    return function


#: Two functions of the same name, with a macro and a guard of the same name, that compute other things.
ALIKE = """
#ifndef ALREADY_THERE
#define ALREADY_THERE
#define FACTOR {factor}
static int calls = 0;
double scaled(double x) {{ calls++; return x*FACTOR + (calls % 3); }}
#endif
"""

WEIGHTS = quantile_table(lambda p: p**2, bits=32)


def build(scaled: tuple[Function, Function] | None = None) -> Network:
    """Cells with noise, two kinds of synapses, draws from tables, monitors."""
    first, other = scaled or (cpp_function(ALIKE.format(factor=factor)) for factor in (2, 3))
    seed(3)
    groups = [
        NeuronGroup(40, "dv/dt = (1.4 - v)/(10*ms) + 0.1*xi*(10*ms)**-0.5 : 1\nx : 1", name=name,
                    threshold="v > 1", reset="v = 0\nx = scaled(x) % 7", method="euler",
                    namespace={"scaled": function})
        for name, function in (("left", first), ("right", other))
    ]  # fmt: skip
    draw = quantile_function("draw", stream=5, table=WEIGHTS, bits=32)
    draws = {"uniform": uniform, "draw": draw}
    synapses = []
    for name, source, target in (("across", groups[0], groups[1]), ("back", groups[1], groups[1])):
        model = "w : 1\nmemory : 1"
        on_pre = "memory += uniform(1, 2, t_in_timesteps, i, j)\nv_post += w*memory*int(rand() < 0.8)"
        synapse = Synapses(source, target, model, on_pre=on_pre, namespace=draws, name=name)
        synapse.connect(p=0.2)
        synapse.w = "0.02*draw(7, i, j)"
        synapse.delay = "1*ms + 2*ms*uniform(1, 3, 0, i, j)"
        synapses.append(synapse)
    monitors = [SpikeMonitor(group, name=f"{group.name}_spikes") for group in groups]
    monitors.append(StateMonitor(synapses[0], "memory", record=range(5), dt=1 * ms, name="memories"))
    network = Network(*groups, *synapses, *monitors)
    network.run(100 * ms)
    return network


def results(network: Network) -> dict[str, bytes]:
    """All files of a finished run but the one that tells its wall time."""
    group = next(part for part in network.objects if isinstance(part, NeuronGroup))
    folder = Path(group.variables["i"].device.results_dir)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "last_run_info.txt"}


@pytest.mark.standalone
def test_results_are_those_of_separate_files_to_the_last_byte(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cn.device("cpp_standalone", progress=False) as execution:
        joined = build()
    sources = cache_directory() / "builds" / execution.build_key
    assert (sources / UNIT).exists()
    assert f"SRCS = {UNIT} {REST}\n" in (sources / "makefile").read_text()
    monkeypatch.setattr(cpp_device, "join_sources", lambda folder, names: names)
    with cn.device("cpp_standalone", progress=False) as execution:
        separate = build()
    assert not (cache_directory() / "builds" / execution.build_key / UNIT).exists()
    assert joined["left_spikes"].num_spikes > 100
    assert not np.array_equal(joined["left"].x[:], joined["right"].x[:])
    assert results(joined) == results(separate)
    assert len(results(joined)) > 40


@pytest.mark.standalone
def test_code_objects_that_do_not_fit_work_beside_the_others(empty_cache: Path, tmp_path: Path) -> None:
    """One has a header whose macro would harm others, one looks for its names outside of a namespace."""
    header = tmp_path / "harmful.h"
    header.write_text("#pragma once\n#define _run_right_stateupdater_codeobject harmed\n#define TIMES 5\n")
    first = cpp_function("double scaled(double x) { return x*TIMES + 1; }", headers=[f'"{header}"'])
    other = cpp_function("double twice(double x) { return 2*x; }\n"
                         "double scaled(double x) { return ::twice(x) + 1; }")  # fmt: skip
    with cn.device("cpp_standalone", progress=False) as execution:
        network = build((first, other))
    makefile = (cache_directory() / "builds" / execution.build_key / "makefile").read_text()
    compiled = makefile.partition("SRCS = ")[2].partition("\n")[0].split()
    assert compiled == [
        "code_objects/left_spike_resetter_codeobject.cpp",
        "code_objects/right_spike_resetter_codeobject.cpp",
        UNIT,
        REST,
    ]
    assert set(network["left"].x[:]) <= {0, 1, 6, 3, 2, 4, 5}
    assert network["right"].x[:].max() > 0


@pytest.mark.standalone
def test_an_error_of_the_compiler_is_told_in_one_line(empty_cache: Path) -> None:
    wrong = cpp_function("double scaled(double x) { return x +* 1; }")
    with (
        pytest.raises(RunFailed, match=r"left_spike_resetter_codeobject\.cpp:\d+:\d+: error: .*"),
        cn.device("cpp_standalone", progress=False),
    ):
        build((wrong, cpp_function("double scaled(double x) { return x; }")))


@pytest.mark.standalone
def test_a_profiled_run_and_headers_of_the_whole_program(empty_cache: Path, tmp_path: Path) -> None:
    """The header has no guard: it may be read once in a unit, as in Brian2's own files."""
    header = tmp_path / "unguarded.h"
    header.write_text("static double unguarded(double x) { return x + 3; }\n")
    use = cpp_function("double shifted(double x) { return unguarded(x); }")
    outer = prefs["codegen.cpp.headers"]
    prefs["codegen.cpp.headers"] = [f'"{header}"']
    try:
        with cn.device("cpp_standalone", progress=False):
            cells = NeuronGroup(3, "dx/dt = 1*Hz : 1\ny : 1", method="euler", name="cells",
                                namespace={"shifted": use})  # fmt: skip
            cells.run_regularly("y = shifted(x)", dt=1 * second)
            network = Network(cells)
            network.run(1 * second, profile=True)
    finally:
        prefs["codegen.cpp.headers"] = outer
    assert np.allclose(cells.y[:], 3)
    assert b"cells_stateupdater_codeobject\t" in results(network)["profiling_info.txt"]


SIMPLE = '#include <vector>\n#include "code_objects/{0}.h"\n{1}\nvoid _run_{0}()\n{{\n}}\n'
HEADER = "#ifndef G_{0}\n#define G_{0}\n\nvoid _run_{0}();\n{1}\n#endif\n"


@pytest.mark.parametrize(
    ("in_source", "in_header", "joined"),
    [
        ("", "", True),
        ("#define A 1", "void _debugmsg_one();", True),
        ("using namespace brian;\nstd::vector<int> a; Network::run();", "", True),
        ("#include <gsl/gsl_odeiv2.h>", "", False),
        ('#include "/tmp/mine.h"', "", False),
        ("    #include <stdint.h>", "", True),
        ("int a = ::other();", "", False),
        ("namespace mine { int a; }", "", False),
        ("", "int number_of_one(double);", False),
    ],
)
def test_what_is_joined(tmp_path: Path, in_source: str, in_header: str, joined: bool) -> None:
    (tmp_path / "code_objects").mkdir()
    for name, source, header in (("one", in_source, in_header), ("two", "", "")):
        (tmp_path / f"code_objects/{name}.cpp").write_text(SIMPLE.format(name, source))
        (tmp_path / f"code_objects/{name}.h").write_text(HEADER.format(name, header))
    (tmp_path / "network.cpp").write_text("#include <set>\n")
    (tmp_path / "main.cpp").write_text('#include <iostream>\n#include "code_objects/one.h"\nint main() {}\n')
    names = {"code_objects/one.cpp", "code_objects/two.cpp", "main.cpp", "network.cpp", "users.cpp"}
    left = join_sources(tmp_path, names)
    assert left == {UNIT, REST, "users.cpp"} | (set() if joined else {"code_objects/one.cpp"})
    unit = (tmp_path / UNIT).read_text()
    assert unit.count("#include <vector>") == 1
    assert unit.index("code_objects/two.h") < unit.index("code_objects/two.cpp") < unit.index("network.cpp")
    kept = (tmp_path / "code_objects/one.cpp").read_text()
    assert kept.count("\n") == SIMPLE.format("one", in_source).count("\n")
    assert ("#include" in kept) is not joined

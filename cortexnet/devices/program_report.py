"""The C++ by which a program reports what it does; ``run_report.h`` is the part that is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import resources

from brian2.codegen.generators.cpp_generator import c_data_type
from brian2.core.variables import ArrayVariable

HEADER = "cortexnet_arrays.h"  # what a program includes
_COMMON = "cortexnet_run_report.h"

BEGIN_RUN = "cortexnet::begin_run({network});"
END_RUN = "cortexnet::end_run();"
BEFORE_WRITING = "cortexnet::announce_results();"
AT_THE_END = "cortexnet::finish();"


def seed_value(position: int) -> str:
    """Return the C++ expression for the seed at `position` in the list that the program is given."""
    return f"cortexnet::seed_value({position})"


def run_duration(position: int) -> str:
    """Return the C++ expression for the duration at `position` in the list that the program is given."""
    return f"cortexnet::run_duration({position})"


def step_at(time: str, dt: str) -> str:
    """Return the C++ expression for the number of the time step at `time`, of a clock with `dt`."""
    return f"cortexnet::step_at({time}, {dt})"


def headers(
    files: Mapping[ArrayVariable, str], length: Callable[[ArrayVariable], str], dropped: Sequence[str]
) -> dict[str, str]:
    """Return the headers of a program by their names.

    Parameters
    ----------
    files : mapping of ArrayVariable to str
        The files that the program will write its arrays to.
    length : callable
        Gives the C++ expression for the number of elements of an array: of most arrays only the program
        knows it.
    dropped : sequence of str
        The dynamic arrays that are emptied before the others are written.
    """
    releases = [f"    cortexnet::release(brian::{name});" for name in dropped]
    announcements = [
        f'    announce("{file}", double({length(variable)}) * sizeof({c_data_type(variable.dtype)}));'
        for variable, file in sorted(files.items(), key=lambda item: item[1])
    ]
    arrays = [
        f'#include "{_COMMON}"',
        "",
        "inline void cortexnet::announce_results()",
        "{",
        *releases,
        *announcements,
        "    require_space_for_results();",
        "}",
        "",
    ]
    common = (resources.files(__package__) / "run_report.h").read_text()
    return {_COMMON: common, HEADER: "\n".join(arrays)}

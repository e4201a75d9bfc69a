"""Which templates a C++ program uses instead of Brian2's."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import brian2
import numpy as np
from brian2 import NeuronGroup, prefs
from brian2.core.functions import Function
from brian2.core.variables import Subexpression, Variable
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject

from cortexnet.errors import CortexnetError

KNOWN_VERSIONS = ("2.9", "2.10", "2.11")
HEADER = "cortexnet_range_delivery.h"

# Whether a cell is refractory still, as Brian2 asks it: in whole steps, which are 64-bit integers there.
_REFRACTORY = re.compile(r"= _timestep\((.*), dt\) >= (\w+);")
_TIMES = re.compile(r"_timestep|\b(?:t|t_in_timesteps|lastspike)\b")
_LITERAL = re.compile(r"(?<![\w.])\d+\.\d*(?:e[+-]?\d+)?(?![\w.])")
_IN_WHOLE_STEPS = r"= trunc((\1 + 1e-3*dt)/dt) >= double(\2);"


def vectorisable(code: str) -> str:
    """Let a state update keep to numbers that vector instructions know: doubles that are whole.

    In single precision all but what is said of times stays in it: the time step and literal numbers, which
    are double, would make everything double that they touch.
    """
    lines = code.splitlines()
    if prefs["core.default_float_dtype"] == np.float32:
        start = next(n for n, line in enumerate(lines) if "// vector code" in line)
        lines[start:] = [line if _TIMES.search(line) else _in_single(line) for line in lines[start:]]
    return "\n".join(_REFRACTORY.sub(_IN_WHOLE_STEPS, line) for line in lines)


def _in_single(line: str) -> str:
    return re.sub(r"\bdt\b", "float(dt)", _LITERAL.sub(r"\g<0>f", line))


class RangeCodeObject(CPPStandaloneCodeObject):
    """A code object of Brian2's C++ programs that may come from a template of ours."""

    templater = CPPStandaloneCodeObject.templater.derive(
        "cortexnet.devices.delivery", env_globals={"vectorisable": vectorisable}
    )


def require_known_brian2() -> None:
    """Raise `CortexnetError` if this version of Brian2 is none of those whose templates ours extend."""
    if not brian2.__version__.startswith(tuple(f"{version}." for version in KNOWN_VERSIONS)):
        raise CortexnetError(
            f"Brian2 is {brian2.__version__}; the delivery over ranges knows "
            f"{', '.join(KNOWN_VERSIONS)}: choose delivery='brian2'"
        )


def headers() -> dict[str, str]:
    """Return the headers of a program that delivers over ranges, by their names."""
    return {HEADER: (resources.files(__package__) / "range_delivery.h").read_text()}


def template_for(template_name: str, owner: Any, abstract_code: Any, variables: dict[str, Variable]) -> str:
    """Return the name of the template to use where Brian2 uses `template_name`."""
    if prefs["devices.cpp_standalone.openmp_threads"] > 0:
        return template_name
    if template_name == "synapses":
        return "synapses_in_ranges"
    if template_name == "synapses_push_spikes":
        return "push_spikes_in_ranges"
    if template_name == "threshold" and _calls_none_but(set(), abstract_code, variables):
        return "threshold_in_blocks"
    is_simple = _calls_none_but({"timestep", "int"}, abstract_code, variables)
    if template_name == "stateupdate" and isinstance(owner, NeuronGroup) and is_simple:
        return "stateupdate_vectorised"
    return template_name


def _calls_none_but(allowed: set[str], abstract_code: Any, variables: dict[str, Variable]) -> bool:
    """Tell whether code, with its subexpressions, calls no other functions and takes no powers.

    Those of vectors differ from those of numbers in the last bit.
    """
    codes = abstract_code.values() if isinstance(abstract_code, dict) else [str(abstract_code)]
    subexpressions = [variable.expr for variable in variables.values() if isinstance(variable, Subexpression)]
    functions = {name for name, variable in variables.items() if isinstance(variable, Function)}
    return functions <= allowed and not any("**" in text for text in [*codes, *subexpressions])

"""Values that a compiled program receives when it is started instead of when it is built."""

from __future__ import annotations

import numpy as np
from brian2 import Quantity, get_device
from brian2.groups.group import Group
from brian2.units.fundamentalunits import fail_for_dimension_mismatch

from cortexnet.errors import CortexnetError


def set_at_run_time(group: Group, name: str, value: Quantity | float | int | bool) -> None:
    """Give a shared variable its value without writing it into a program.

    Under a standalone device of this package the value is handed to the compiled program when it starts and
    takes effect at the place of `mark_run_time_values`: another value compiles nothing. On every other
    device it is assigned at once.

    Parameters
    ----------
    group : Group
        The Brian2 object that has the variable.
    name : str
        The variable, one number for the whole group (``shared``).
    value : Quantity or number
        Its value, exact to the last bit.
    """
    variable = group.variables.get(name)
    if variable is None or not getattr(variable, "scalar", False):
        raise CortexnetError(f"{group.name}.{name} cannot be set at run time: it is not a shared variable")
    fail_for_dimension_mismatch(variable.dim, value, f"Incorrect unit for {group.name}.{name}")
    number = np.asarray(value, dtype=variable.dtype).item()
    if not np.isfinite(number):
        raise CortexnetError(f"{group.name}.{name} is {number}; allowed: finite numbers")
    assign = getattr(get_device(), "set_at_run_time", None)
    if assign is None:
        setattr(group, name, value)
    else:
        assign(variable, number)


def mark_run_time_values() -> None:
    """Let the values of `set_at_run_time` take effect here: after the groups, before what depends on them."""
    apply = getattr(get_device(), "apply_run_args", None)
    if apply is not None:
        apply()

"""How one C text becomes a Brian2 function on numpy, Cython, C++ and CUDA."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from brian2 import Function
from numpy.typing import NDArray

ReturnType = Literal["float", "integer"]

_C_TYPES = {"float": "double", "integer": "int64_t"}

PREAMBLE = """
#ifndef CORTEXNET_INLINE
#ifdef __CUDACC__
#define CORTEXNET_INLINE __host__ __device__ inline
#else
#define CORTEXNET_INLINE inline
#endif
#if defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__)
#define CORTEXNET_UNROLL _Pragma("GCC unroll 10")  /* so that a loop around the rounds can be vectorised */
#else
#define CORTEXNET_UNROLL
#endif
#endif
"""


@dataclass(frozen=True)
class _Arguments:
    """The arguments of a function, as the languages declare them."""

    names: tuple[str, ...]
    floats: tuple[str, ...]

    def declared(self) -> list[str]:
        return [f"{self._c_type(name)} {name}" for name in self.names]

    def c_types(self) -> list[str]:
        return [self._c_type(name) for name in self.names]

    def brian2_types(self) -> list[ReturnType]:
        return ["float" if name in self.floats else "integer" for name in self.names]

    def passed(self) -> str:
        return ", ".join(self.names)

    def _c_type(self, name: str) -> str:
        return _C_TYPES["float" if name in self.floats else "integer"]


def _c_function(name: str, arguments: _Arguments, body: str, returns: ReturnType, takes_table: bool) -> str:
    parameters = arguments.declared()
    if takes_table:
        parameters.insert(0, "const int64_t* table")
    return (
        f"static CORTEXNET_INLINE {_C_TYPES[returns]} {name}({', '.join(parameters)})\n{{\n    {body}\n}}\n"
    )


def _cython_function(
    name: str, arguments: _Arguments, text: str, returns: ReturnType, table_name: str | None
) -> str:
    """Cython text around the C function `name`_c: Cython cannot call a C function of its own name."""
    c_type = _C_TYPES[returns]
    parameters = ", ".join(arguments.declared())
    pointer = "const int64_t*, " if table_name else ""
    types = pointer + ", ".join(arguments.c_types())
    values = (f"<const int64_t*>_namespace{table_name}, " if table_name else "") + arguments.passed()
    indented = "\n".join(
        "    " + line if line and not line.startswith("#") else line for line in text.splitlines()
    )
    return (
        f'cdef extern from *:\n    """\n{indented}\n    """\n    {c_type} {name}_c({types}) nogil\n'
        f"cdef {c_type} {name}({parameters}):\n    return {name}_c({values})\n"
    )


def compiled_function(
    name: str,
    *,
    arguments: tuple[str, ...],
    body: str,
    numpy: Callable[..., Any],
    text: str,
    returns: ReturnType = "float",
    return_unit: Any = 1,
    table: tuple[str, NDArray[np.int64]] | None = None,
    float_arguments: tuple[str, ...] = (),
) -> Function:
    """Brian2 function that gives the same value on every target.

    Parameters
    ----------
    name : str
        Its name in Brian2 expressions.
    arguments : tuple of str
        Names of the arguments, in C all 64-bit integers but for `float_arguments`.
    body : str
        C statements that return the value from the arguments (and from `table`, where there is one).
    numpy : callable
        The same for arrays.
    text : str
        C functions that the body calls; each guarded against being included twice.
    returns : {"float", "integer"}
        Type of the value.
    return_unit : Unit or 1
        Unit of the value.
    table : tuple of str and ndarray of int64, optional
        Data the body may read, and a name that no other table of the model has, since Brian2 tells static
        arrays apart by name alone. They belong to a run, not to the program: in a standalone project they
        are files beside the binary.
    float_arguments : tuple of str
        Those of the arguments that are floating-point numbers without a unit.

    Returns
    -------
    Function
        To be given to Brian2 in a namespace.
    """
    declared = _Arguments(arguments, float_arguments)
    function = Function(
        numpy,
        arg_units=[1] * len(arguments),
        return_unit=return_unit,
        arg_types=declared.brian2_types(),
        return_type=returns,
        arg_names=list(arguments),
    )
    table_name = None if table is None else f"_table_{table[0]}"
    namespace = None if table is None else {table_name: table[1]}
    function.implementations.add_implementation("numpy", numpy)

    c_text = PREAMBLE + text + _c_function(f"{name}_c", declared, body, returns, table is not None)
    cython = _cython_function(name, declared, c_text, returns, table_name)
    function.implementations.add_implementation("cython", cython, namespace=namespace, name=name)

    pointer = "" if table_name is None else f"_namespace{table_name}, "
    call = _c_function(name, declared, f"return {name}_c({pointer}{declared.passed()});", returns, False)
    for target in ("cpp", "cuda"):
        function.implementations.add_implementation(target, c_text + call, namespace=namespace, name=name)
    return function

"""How one C text becomes a Brian2 function on numpy, Cython, C++ and CUDA."""

from __future__ import annotations

from collections.abc import Callable
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
#endif
"""


def _c_function(
    name: str, arguments: tuple[str, ...], body: str, returns: ReturnType, takes_table: bool
) -> str:
    parameters = [f"int64_t {argument}" for argument in arguments]
    if takes_table:
        parameters.insert(0, "const int64_t* table")
    return (
        f"static CORTEXNET_INLINE {_C_TYPES[returns]} {name}({', '.join(parameters)})\n{{\n    {body}\n}}\n"
    )


def _cython_function(
    name: str, arguments: tuple[str, ...], text: str, returns: ReturnType, table_name: str | None
) -> str:
    """Cython text around the C function `name`_c: Cython cannot call a C function of its own name."""
    c_type = _C_TYPES[returns]
    parameters = ", ".join(f"int64_t {argument}" for argument in arguments)
    pointer = "const int64_t*, " if table_name else ""
    types = pointer + ", ".join("int64_t" for _ in arguments)
    values = (f"<const int64_t*>_namespace{table_name}, " if table_name else "") + ", ".join(arguments)
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
) -> Function:
    """Brian2 function of integer arguments that gives the same value on every target.

    Parameters
    ----------
    name : str
        Its name in Brian2 expressions.
    arguments : tuple of str
        Names of the arguments, all 64-bit integers in C.
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

    Returns
    -------
    Function
        To be given to Brian2 in a namespace.
    """
    function = Function(
        numpy,
        arg_units=[1] * len(arguments),
        return_unit=return_unit,
        arg_types=["integer"] * len(arguments),
        return_type=returns,
        arg_names=list(arguments),
    )
    table_name = None if table is None else f"_table_{table[0]}"
    namespace = None if table is None else {table_name: table[1]}
    function.implementations.add_implementation("numpy", numpy)

    c_text = PREAMBLE + text + _c_function(f"{name}_c", arguments, body, returns, table is not None)
    cython = _cython_function(name, arguments, c_text, returns, table_name)
    function.implementations.add_implementation("cython", cython, namespace=namespace, name=name)

    pointer = "" if table_name is None else f"_namespace{table_name}, "
    call = _c_function(name, arguments, f"return {name}_c({pointer}{', '.join(arguments)});", returns, False)
    for target in ("cpp", "cuda"):
        function.implementations.add_implementation(target, c_text + call, namespace=namespace, name=name)
    return function

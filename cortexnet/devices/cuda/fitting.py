"""Which pathways can be delivered over ranges: those whose statements may be applied in any order at once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from brian2 import StateMonitor, Synapses
from brian2.core.variables import Subexpression
from brian2.synapses.synapses import SynapticPathway
from brian2.utils.stringtools import deindent, get_identifiers

ATOMIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)  # for which brian2cuda has atomic operations
Statement = ast.Assign | ast.AugAssign


def reason_against_ranges(pathway: SynapticPathway) -> str | None:
    """Return why brian2cuda has to deliver the spikes of `pathway`; None where ranges can.

    Many threads apply a range at a time, and several ranges are applied at once. What a statement does to a
    cell must then be one atomic operation, and nobody may read what it changes.
    """
    body = ast.parse(deindent(pathway.code)).body
    statements = [node for node in body if isinstance(node, Statement)]
    changed = {_target(node) for node in statements} & _names_of_cells(pathway.synapses)
    for node in statements:
        if _target(node) in changed and not (isinstance(node, ast.AugAssign) and isinstance(node.op, ATOMIC)):
            return f"{ast.unparse(node)} is no sum or product that can be applied in any order"
    expressions = {ast.unparse(node): ast.unparse(node.value) for node in statements}
    if pathway.synapses.event_driven is not None:
        equations = pathway.synapses.event_driven.diff_eq_expressions
        expressions |= {f"d{name}/dt = {expression.code}": expression.code for name, expression in equations}
    for statement, expression in expressions.items():
        read = {_bare(name) for name in _read(expression, pathway.synapses)}
        if read & {_bare(name) for name in changed}:
            return f"{statement} reads what the pathway changes"
    return None


def may_be_reordered(synapses: Synapses, objects: Iterable[Any]) -> bool:
    """Tell whether the arrays of `synapses` can lie in another order while the network of `objects` runs.

    All its pathways must be delivered over ranges, and nobody may know a synapse by its number.
    """
    for obj in objects:
        if isinstance(obj, SynapticPathway):
            if obj.synapses.name == synapses.name and reason_against_ranges(obj) is not None:
                return False
        elif synapses.name in _known_by_number(obj):
            return False
    return True


def _known_by_number(obj: Any) -> tuple[str, ...]:
    """Return the names of the groups of which an object singles out elements by their numbers."""
    if isinstance(obj, StateMonitor):
        return (obj.source.name,)
    return (obj.source.name, obj.target.name) if isinstance(obj, Synapses) else ()


def _target(node: Statement) -> str:
    return ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)


def _names_of_cells(synapses: Synapses) -> set[str]:
    """Return the names by which a statement changes cells: those that are not one value a synapse."""
    return {name for name in synapses.variables if synapses.variables.indices[name] != "_idx"}


def _read(expression: str, owner: Any) -> Iterator[str]:
    """Yield all that an expression reads, also through subexpressions."""
    for name in get_identifiers(expression):
        yield name
        variable = owner.variables.get(name)
        if isinstance(variable, Subexpression):
            yield from _read(variable.expr, variable.owner)


def _bare(name: str) -> str:
    return name.removesuffix("_post").removesuffix("_pre")

"""What a spike does to its synapses, as a loop over ranges of sorted synapses.

Brian2 generates the statement for one synapse ``_idx``. Over a range the source cell is one and the same;
the target cells and all values that nothing in the program writes are read from copies in sorted order, one
after the other; the others are read and written where they are. `uniform` numbers, which depend on nothing
but their arguments, are drawn for a block of synapses at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from brian2.codegen.codeobject import CodeObject
from brian2.codegen.generators.cpp_generator import c_data_type
from brian2.core.variables import ArrayVariable
from brian2.synapses.synapses import SynapticPathway

from cortexnet.draws import uniform

TARGETS_OF_16_BITS = 2**16

_STORE = re.compile(r"(_ptr\w+)\[[^\]]*\] *[-+*/]?=(?!=)")
_CONSTANT = re.compile(r"const \w+ (\w+) = .*;")
_DECLARED = re.compile(r"^\s*(?:const )?\w+ (\w+)(?: =.*)?;", re.MULTILINE)
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_CALL = re.compile(r"\b([A-Za-z_]\w*)\(")
_EXACT = {"int_", "if", "float", "double"}  # of what is called, what every compiler computes alike

_LOOP = """
const std::vector<cortexnet::Range>& _ranges = {pathway}.arriving();
{columns}
for (size_t _r = 0; _r < _ranges.size(); _r++)
{{
    if (_r + 2 < _ranges.size())
    {{
        {prefetches}
    }}
    const int32_t _source = _ranges[_r].source;
    for (size_t _begin = _ranges[_r].first; _begin < _ranges[_r].last; _begin += cortexnet::BLOCK)
    {{
        const size_t _end = std::min(_begin + cortexnet::BLOCK, (size_t)_ranges[_r].last);
        {draws}
        for (size_t _k = _begin; _k < _end; _k++)
        {{
            {index}
            const size_t _vectorisation_idx = _k;
            {statement}
        }}
    }}
}}
"""


_DRAW = """
double {block}[cortexnet::BLOCK];
for (size_t _k = _begin; _k < _end; _k++)
{{
    {lines}
    {block}[_k - _begin] = {call};
}}
"""


@dataclass(frozen=True)
class Column:
    """A copy of values of synapses in sorted order.

    Attributes
    ----------
    name : str
        Of the pointer to it in C++.
    number : int
        Its place among the copies of its pathway.
    c_type : str
        Of its values.
    values : str
        The pointer to the values in the order of the synapses.
    """

    name: str
    number: int
    c_type: str
    values: str


def fill_in(
    code_objects: Collection[CodeObject],
    pathways: Mapping[str, SynapticPathway],
    arrays: Mapping[ArrayVariable, str],
    counted: Mapping[ArrayVariable, int],
) -> None:
    """Complete the code of all effects of spikes, now that all code of the program is known.

    Parameters
    ----------
    code_objects : collection of CodeObject
        All of the program.
    pathways : mapping of str to SynapticPathway
        The pathway of each code object that came from our template, by the code object's name.
    arrays : mapping of ArrayVariable to str
        The names of the arrays in C++.
    counted : mapping of ArrayVariable to int
        The arrays that hold successive integers, with the first of them.
    """
    written = _written_while_running(code_objects)
    for code_object in code_objects:
        if code_object.name in pathways:
            effect = _Effect(code_object, pathways[code_object.name], arrays, counted, written)
            code_object.code.before_run_cpp_file = code_object.code.before_run_cpp_file.replace(
                "%COPIES%", effect.copies()
            )
            code_object.code.cpp_file = code_object.code.cpp_file.replace("%RANGES%", effect.loop())


def _written_while_running(code_objects: Collection[CodeObject]) -> set[str]:
    """Return the pointers to the arrays that some code writes in a run; what only sets values does not count."""
    return {
        pointer
        for code_object in code_objects
        if not code_object.template_name.startswith(("group_variable_set", "synapses_create"))
        for pointer in _STORE.findall(code_object.code.cpp_file)
    }


def _depends_on(names: Collection[str], constants: Mapping[str, str]) -> set[str]:
    """Return those of the constants that some of them, or others that these need, are made of."""
    found: set[str] = set()
    while new := set(names) & set(constants) - found:
        found |= new
        names = {word for name in new for word in _WORD.findall(constants[name])}
    return found


class _Effect:
    """The effect of a spike on the synapses of a pathway, rewritten for ranges."""

    def __init__(
        self,
        code_object: CodeObject,
        pathway: SynapticPathway,
        arrays: Mapping[ArrayVariable, str],
        counted: Mapping[ArrayVariable, int],
        written: set[str],
    ) -> None:
        self.pathway = pathway
        self.uniform_names = [name for name, v in code_object.variables.items() if v is uniform]
        self.columns: list[Column] = []
        statement = code_object.code.statement.strip()
        pointers = {f"_ptr{arrays[v]}": v for v in code_object.variables.values() if v in arrays}
        for pointer, variable in sorted(pointers.items()):
            if variable in counted:
                statement = re.sub(rf"\b{pointer}\[(\w+)\]", rf"(\1 + {counted[variable]})", statement)
            elif f"{pointer}[_idx]" in statement:
                statement = statement.replace(f"{pointer}[_idx]", self._value(pointer, variable, written))
        self.statement = statement

    def _value(self, pointer: str, variable: ArrayVariable, written: set[str]) -> str:
        """Return the C++ expression for a value of the synapse at position _k."""
        if variable is self.pathway.synapse_sources:
            return "_source"
        if pointer in written:
            return f"{pointer}[_idx]"
        c_type = c_data_type(variable.dtype)
        if variable is self.pathway.synapse_targets and self._few_targets():
            c_type = "uint16_t"
        number = len(self.columns)
        self.columns.append(Column(f"_column_{number}", number, c_type, pointer))
        return f"_column_{number}[_k]"

    def _few_targets(self) -> bool:
        stop = getattr(self.pathway.target, "stop", None)
        return isinstance(stop, int) and stop <= TARGETS_OF_16_BITS

    def copies(self) -> str:
        """Return the C++ that makes the copies at the start of a run."""
        lines = [
            f"{self.pathway.name}.copy<{column.c_type}>({column.number}, {column.values});"
            for column in self.columns
        ]
        if not self._needs_index():
            lines.append(f"{self.pathway.name}.forget_order();")
        return "\n".join(lines)

    def _needs_index(self) -> bool:
        return re.search(r"\b_idx\b", self.statement) is not None

    def loop(self) -> str:
        """Return the C++ that applies the statement to all ranges that arrive."""
        draws, statement = self._draws()
        columns = [
            f"const {column.c_type}* const {column.name} ="
            f" {self.pathway.name}.column<{column.c_type}>({column.number}, {column.values});"
            for column in self.columns
        ]
        index = ""
        if self._needs_index():
            columns.append(f"const int32_t* const _order = {self.pathway.name}.order();")
            index = "size_t _idx = _order ? _order[_k] : _k;"
            if not set(_CALL.findall(statement)) <= _EXACT:
                # Vector instructions have their own exp and the like; a number nobody knows keeps them away.
                index += ' asm volatile("" : "+r"(_idx));'
        return _LOOP.format(
            pathway=self.pathway.name,
            columns="\n".join(columns),
            prefetches="\n".join(f"cortexnet::prefetch({c.name}, _ranges[_r + 2]);" for c in self.columns),
            draws=draws,
            index=index,
            statement=statement,
        )

    def _uniform_call(self) -> re.Pattern[str]:
        names = "|".join(self.uniform_names) or "(?!)"
        return re.compile(rf"\b(?:{names})\(([\w\s,]*)\)")

    def _draws(self) -> tuple[str, str]:
        """Return the loops that draw uniform numbers for a block, and the statement that uses them."""
        constants = dict(match.group(1, 0) for match in _CONSTANT.finditer(self.statement))
        changing = set(_DECLARED.findall(self.statement)) - set(constants)
        stored = set(_STORE.findall(self.statement))
        loops: list[str] = []

        def draw(call: re.Match[str]) -> str:
            needed = _depends_on(_WORD.findall(call[1]), constants)
            if needed & changing or any(pointer in constants[name] for name in needed for pointer in stored):
                return call[0]
            block = f"_draw_{len(loops)}"
            lines = "\n".join(line for name, line in constants.items() if name in needed)
            loops.append(_DRAW.format(block=block, lines=lines, call=call[0]))
            return f"{block}[_k - _begin]"

        statement = self._uniform_call().sub(draw, self.statement)
        return "\n".join(loops), statement

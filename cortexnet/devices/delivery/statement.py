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
from functools import cached_property

from brian2.codegen.codeobject import CodeObject
from brian2.codegen.generators.cpp_generator import c_data_type
from brian2.core.variables import ArrayVariable
from brian2.synapses.synapses import SynapticPathway

from cortexnet.draws import uniform

TARGETS_OF_16_BITS = 2**16

#: Templates of what sets values before a run, or uses values of synapses only then.
NOT_RUNNING = ("group_variable_set", "synapses_create", "push_spikes")

# A user's function may store to an array by the name that it has for all.
_STORE = re.compile(r"(?:_ptr|_dynamic)?(_array\w+)\[[^\]]*\] *[-+*/]?=(?!=)")
_CONSTANT = re.compile(r"const \w+ (\w+) = .*;")
_DECLARED = re.compile(r"^\s*(?:const )?\w+ (\w+)(?: =.*)?;", re.MULTILINE)
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_CALL = re.compile(r"\b([A-Za-z_]\w*)\(")
# What a function is told that wants to know for which synapse it is called; the shared generator does not.
_NUMBER_OF_SYNAPSE = re.compile(r"(?<!\b_rand\()(?<!\b_randn\()\b_vectorisation_idx\b")
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
{c_type} {block}[cortexnet::BLOCK];
for (size_t _k = _begin; _k < _begin + cortexnet::whole_vectors(_end - _begin); _k++)
{{
    {lines}
    {block}[_k - _begin] = {value};
}}
"""


@dataclass(frozen=True)
class Column:
    """A copy of values of synapses in sorted order.

    Attributes
    ----------
    number : int
        Its place among the copies of its pathway.
    c_type : str
        Of its values.
    values : str
        The pointer to the values in the order of the synapses.
    """

    number: int
    c_type: str
    values: str

    @property
    def name(self) -> str:
        """The pointer to it in C++."""
        return f"_column_{self.number}"


@dataclass(frozen=True)
class Program:
    """What the code of an effect has to know of the rest.

    Attributes
    ----------
    code_objects : collection of CodeObject
        All of the program.
    pathways : mapping of str to SynapticPathway
        The pathway of each code object that came from our template, by the code object's name.
    arrays : mapping of ArrayVariable to str
        The names of the arrays in C++.
    counted : mapping of ArrayVariable to int
        The arrays that hold successive integers, with the first of them.
    droppable : mapping of ArrayVariable to str
        The values of synapses that may be given up when no code needs them, and the names of their vectors.
    """

    code_objects: Collection[CodeObject]
    pathways: Mapping[str, SynapticPathway]
    arrays: Mapping[ArrayVariable, str]
    counted: Mapping[ArrayVariable, int]
    droppable: Mapping[ArrayVariable, str]

    def fill_in(self) -> None:
        """Complete the code of all effects of spikes, now that all code of the program is known."""
        for code_object in self.code_objects:
            if code_object.name in self.pathways:
                effect = _Effect(code_object, self)
                code = code_object.code
                code.before_run_cpp_file = code.before_run_cpp_file.replace("%COPIES%", effect.copies())
                code.cpp_file = code.cpp_file.replace("%RANGES%", effect.loop())

    @cached_property
    def running(self) -> dict[str, str]:
        """The code that runs in time steps, by code object; what only sets values is none of it."""
        return {
            code_object.name: code_object.code.cpp_file
            for code_object in self.code_objects
            if not code_object.template_name.startswith(NOT_RUNNING)
        }

    @cached_property
    def written(self) -> set[str]:
        """Pointers to the arrays that some code writes in a time step."""
        return {f"_ptr{array}" for code in self.running.values() for array in _STORE.findall(code)}

    def is_used_beside(self, name: str, variable: ArrayVariable) -> bool:
        """Whether other code than that of the code object `name` uses an array in a time step."""
        word = re.compile(rf"(?:_ptr)?{self.arrays[variable]}\b")
        return any(word.search(code) for other, code in self.running.items() if other != name)


def _words_behind(text: str, constants: Mapping[str, str]) -> set[str]:
    """Return all words of a text and of the constants that it is made of."""
    found: set[str] = set()
    new = set(_WORD.findall(text))
    while new:
        found |= new
        new = {word for name in new & constants.keys() for word in _WORD.findall(constants[name])} - found
    return found


class _Effect:
    """The effect of a spike on the synapses of a pathway, rewritten for ranges."""

    def __init__(self, code_object: CodeObject, program: Program) -> None:
        self.name = code_object.name
        self.program = program
        self.pathway = program.pathways[code_object.name]
        self.uniform_names = [name for name, v in code_object.variables.items() if v is uniform]
        self.columns: dict[ArrayVariable, Column] = {}
        statement = _NUMBER_OF_SYNAPSE.sub("_idx", code_object.code.statement.strip())
        pointers = {
            f"_ptr{program.arrays[v]}": v for v in code_object.variables.values() if v in program.arrays
        }
        for pointer, variable in sorted(pointers.items()):
            if variable in program.counted:
                statement = re.sub(
                    rf"\b{pointer}\[(\w+)\]", rf"(\1 + {program.counted[variable]})", statement
                )
            elif f"{pointer}[_idx]" in statement:
                statement = statement.replace(f"{pointer}[_idx]", self._value(pointer, variable))
        self.statement = statement

    def _value(self, pointer: str, variable: ArrayVariable) -> str:
        """Return the C++ expression for a value of the synapse at position _k."""
        if variable is self.pathway.synapse_sources:
            return "_source"
        if pointer in self.program.written:
            return f"{pointer}[_idx]"
        c_type = c_data_type(variable.dtype)
        if variable is self.pathway.synapse_targets and self._few_targets():
            c_type = "uint16_t"
        column = Column(len(self.columns), c_type, pointer)
        self.columns[variable] = column
        return f"{column.name}[_k]"

    def _few_targets(self) -> bool:
        stop = getattr(self.pathway.target, "stop", None)
        return isinstance(stop, int) and stop <= TARGETS_OF_16_BITS

    def copies(self) -> str:
        """Return the C++ that makes the copies at the start of a run and gives up what is not needed."""
        draws, _ = self._draws()
        droppable = self._droppable()
        unused = [f"decltype({v})().swap({v});" for key, v in droppable.items() if key not in self.columns]
        copies = []
        for variable, column in self.columns.items():
            padded = str(column.name in draws).lower()
            arguments = f"{column.number}, {column.values}, {padded}"
            copies.append(f"{self.pathway.name}.copy<{column.c_type}>({arguments});")
            if variable in droppable:
                copies.append(f"{self.pathway.name}.release({column.number}, {droppable[variable]});")
        if droppable and not self._needs_index():
            copies.append(f"{self.pathway.name}.forget_order();")
        return "\n".join(unused + copies)

    def _droppable(self) -> dict[ArrayVariable, str]:
        """Return what may be given up: values that nothing but the copies need while the program runs."""
        synapses = self.pathway.synapses
        if len(synapses._pathways) > 1:
            return {}
        return {
            variable: vector
            for variable, vector in sorted(self.program.droppable.items(), key=lambda item: item[1])
            if variable in synapses._registered_variables
            and f"_ptr{self.program.arrays[variable]}[_idx]" not in self.statement
            and not self.program.is_used_beside(self.name, variable)
        }

    def _needs_index(self) -> bool:
        return re.search(r"\b_idx\b", self.statement) is not None

    def loop(self) -> str:
        """Return the C++ that applies the statement to all ranges that arrive."""
        draws, statement = self._draws()
        columns = [
            f"const {column.c_type}* const {column.name} ="
            f" {self.pathway.name}.column<{column.c_type}>({column.number}, {column.values});"
            for column in self.columns.values()
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
            prefetches="\n".join(
                f"cortexnet::prefetch({c.name}, _ranges[_r + 2]);" for c in self.columns.values()
            ),
            draws=draws,
            index=index,
            statement=statement,
        )

    def _drawn(self) -> re.Pattern[str]:
        """Return what is found out for a block at once: a uniform number, or whether one passes a test."""
        call = rf"\b(?:{'|'.join(self.uniform_names) or '(?!)'})\([\w\s,]*\)"
        return re.compile(rf"\bint_\([^()]*(?P<tested>{call})[^()]*\)|{call}")

    def _draws(self) -> tuple[str, str]:
        """Return the loops that draw uniform numbers for a block, and the statement that uses them."""
        constants = {match[1]: match[0] for match in _CONSTANT.finditer(self.statement)}
        changing = set(_DECLARED.findall(self.statement)) - set(constants)
        stored = {f"_ptr{array}" for array in _STORE.findall(self.statement)}
        loops: list[str] = []

        def drawn_before(value: str, c_type: str) -> str:
            needed = _words_behind(value, constants)
            if not needed.isdisjoint({"_idx", *changing, *stored}):
                return value
            block = f"_draw_{len(loops)}"
            lines = "\n".join(line for name, line in constants.items() if name in needed)
            loops.append(_DRAW.format(c_type=c_type, block=block, lines=lines, value=value))
            return f"{block}[_k - _begin]"

        def draw(found: re.Match[str]) -> str:
            if found["tested"] is None:
                return drawn_before(found[0], "double")
            test = drawn_before(found[0], "int32_t")
            number = found["tested"]
            return test if test != found[0] else test.replace(number, drawn_before(number, "double"))

        statement = self._drawn().sub(draw, self.statement)
        return "\n".join(loops), statement

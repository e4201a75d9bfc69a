"""One translation unit of a program's code objects, and one of the rest.

Brian2 writes every code object to files of its own, and a compiler spends most of its time on reading the
same headers again for each. Here one unit includes them all, each in a namespace, so that what they define
alike (their support code, macros) does not meet. What a code object offers to the rest, the functions that
its header declares, is defined around the namespaces, under the same names. So nothing else notices, and a
code object that is not sure to mean the same in there, stays a unit of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

#: Of functions that are in both, a linker takes the first: that which is optimised, whose name comes first.
UNIT, REST = "cortexnet_code_objects.cpp", "cortexnet_rest.cpp"

#: The rest runs once, and mostly reads and writes files: to optimise it takes long and gains nothing.
QUICK_RULES = f"""
{REST.replace(".cpp", ".o")}: CXXFLAGS += -O1
"""

CODE_OBJECTS = "code_objects/"
OF_EVERY_STEP = ("synapses_classes.cpp", "brianlib/spikequeue.cpp", "network.cpp")
RUN_ONCE = ("objects.cpp", "run.cpp", "main.cpp")

_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*([<\"][^>\"\n]+[>\"]).*$", re.MULTILINE)
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)
_OFFER = re.compile(r"^[ \t]*void (\w+)\(\);[ \t]*$", re.MULTILINE)
_GUARD = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_STANDARD_HEADER = re.compile(r"<(\w+|(float|limits|math|omp|stdint|stdio|stdlib|string|time)\.h)>")
_BEYOND_ITS_NAMESPACE = re.compile(r"(?<![\w>])::|(?<!using )\bnamespace\s+\w")


@dataclass(frozen=True)
class _Source:
    """A source file of the program, and what the unit has to know of it."""

    name: str
    folder: Path

    @property
    def text(self) -> str:
        return (self.folder / self.name).read_text()

    def headers(self) -> list[str]:
        """Headers it includes, found from the program's folder."""
        return [self._seen_from_above(header) for header in _INCLUDE.findall(self.text)]

    def _seen_from_above(self, header: str) -> str:
        beside = Path(self.name).parent / header[1:-1]
        return f'"{beside}"' if header[0] == '"' and (self.folder / beside).exists() else header

    def offers(self) -> list[str] | None:
        """Functions that its header declares; None if that holds anything else."""
        header = (self.folder / self.name).with_suffix(".h").read_text()
        rest = _OFFER.sub("", _GUARD.sub("", header))
        return _OFFER.findall(header) if not rest.strip() else None

    def fits(self, common: set[str]) -> bool:
        """Whether it means the same in a namespace, after other code objects and their headers."""
        known = all(header in common or self._is_harmless(header) for header in self.headers())
        return known and self.offers() is not None and not _BEYOND_ITS_NAMESPACE.search(self.text)

    def _is_harmless(self, header: str) -> bool:
        """Whether a header is of the language or of the program itself."""
        own = self.folder / header[1:-1]
        return bool(_STANDARD_HEADER.fullmatch(header)) or (own.is_relative_to(self.folder) and own.exists())

    def included(self) -> list[str]:
        """Lines that include it, and leave the macros as they were."""
        macros = sorted(set(_MACRO.findall(self.text)))
        return [
            *(f'#pragma push_macro("{macro}")' for macro in macros),
            *self._in_its_place(f'#include "{self.name}"'),
            *(f'#pragma pop_macro("{macro}")' for macro in macros),
        ]

    def _in_its_place(self, line: str) -> list[str]:
        if not self.name.startswith(CODE_OBJECTS):
            return [line]
        space = f"unit_{Path(self.name).stem}"
        offers = [f"void {name}() {{ {space}::{name}(); }}" for name in self.offers() or ()]
        return [f"namespace {{ namespace {space} {{", line, "}}", *offers]

    def drop_includes(self) -> None:
        """Take its includes out of the file, whose lines keep their numbers."""
        (self.folder / self.name).write_text(_INCLUDE.sub("", self.text))


def join_sources(folder: Path, names: set[str]) -> set[str]:
    """Join what can be joined of a program's sources.

    Parameters
    ----------
    folder : Path
        The folder of the program, with all its files.
    names : set of str
        Its source files.

    Returns
    -------
    set of str
        The source files that are to be compiled instead.
    """
    steps, rest = (
        [_Source(name, folder) for name in group if name in names] for group in (OF_EVERY_STEP, RUN_ONCE)
    )
    common = {header for source in steps + rest for header in source.headers()}
    code_objects = [_Source(name, folder) for name in sorted(names) if name.startswith(CODE_OBJECTS)]
    fitting = [source for source in code_objects if source.fits(common)]
    _write_unit(folder / UNIT, fitting + steps)
    _write_unit(folder / REST, rest)
    return names - {source.name for source in fitting + steps + rest} | {UNIT, REST}


def _write_unit(path: Path, sources: list[_Source]) -> None:
    """Write the unit of some sources: first what they include, once, and then themselves."""
    headers = dict.fromkeys(header for source in sources for header in source.headers())
    lines = [f"#include {header}" for header in headers]
    for source in sources:
        lines += source.included()
    for source in sources:
        source.drop_includes()
    path.write_text("\n".join(lines) + "\n")

"""Which compiler is used, whatever CXX says."""

from __future__ import annotations

import pytest

from cortexnet.devices import tools
from cortexnet.errors import ToolMissing


@pytest.mark.parametrize(
    ("cxx", "word"),
    [
        ("", "g++"),
        ("clang++", "clang++"),
        ("g++ -m64", "g++"),
        ("ccache g++", "g++"),
        ("/usr/bin/ccache /opt/bin/g++-13 -m64 -pipe", "/opt/bin/g++-13"),
        ("'/a b/g++' -m64", "/a b/g++"),
    ],
)
@pytest.mark.parametrize("ccache", [None, "/usr/bin/ccache"])
def test_the_compiler_is_one_word(
    cxx: str, word: str, ccache: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", cxx)
    monkeypatch.setattr(tools.shutil, "which", lambda program: ccache if program == "ccache" else program)
    assert tools.compiler_word() == word


def test_without_cxx_it_is_gcc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXX", raising=False)
    assert tools.compiler_word() == "g++"


@pytest.mark.parametrize("cxx", ["no-such-g++", "no-such-g++ -m64", "ccache no-such-g++"])
def test_a_missing_compiler_is_named(cxx: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", cxx)
    monkeypatch.setattr(tools.shutil, "which", lambda program: None if "no-such" in program else program)
    with pytest.raises(ToolMissing, match=r"'no-such-g\+\+' was not found"):
        tools.require_compiler()


def test_options_of_the_compiler_are_no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "g++ -include some.h")
    monkeypatch.setattr(tools.shutil, "which", lambda program: None if program == "some.h" else program)
    tools.require_compiler()

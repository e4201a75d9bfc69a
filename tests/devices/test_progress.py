"""Progress: bars where somebody can see them, silence elsewhere."""

from __future__ import annotations

import sys
from contextlib import suppress

import pytest

from cortexnet.devices.progress import Bars, Progress, Silent, Stage, choose_progress
from tests.devices.test_runtime import Watching


def test_an_object_of_ones_own_is_taken_as_it_is() -> None:
    watching = Watching()
    assert isinstance(watching, Progress)
    assert choose_progress(watching) is watching


@pytest.mark.parametrize(
    ("wanted", "terminal", "kind"), [(True, True, Bars), (True, False, Silent), (False, True, Silent)]
)
def test_bars_are_for_terminals(
    monkeypatch: pytest.MonkeyPatch, wanted: bool, terminal: bool, kind: type
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert type(choose_progress(wanted)) is kind


def test_a_notebook_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(
        sys.modules, "IPython", type("IPython", (), {"get_ipython": staticmethod(lambda: shell)})
    )
    assert isinstance(choose_progress(True), Bars)


def test_a_stage_is_left_only_if_it_was_begun() -> None:
    watching = Watching()
    with Stage(watching, "compile", 3, "units"):
        pass
    assert (watching.stages, watching.ended) == ([], 0)
    with suppress(KeyError), Stage(watching, "compile", 3, "units") as stage:
        stage.begin()
        raise KeyError
    assert (watching.stages, watching.ended) == ([("compile", 3, "units")], 1)


def test_bars_name_stage_amount_and_unit(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.begin("compile", 23, "units")
    bars.advance_to(23)
    bars.end()
    bars.begin("simulate", 5.0, "s")
    bars.advance_to(2.5)
    bars.end()
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "compile" in shown.err
    assert "23/23 units" in shown.err
    assert "2.5/5 s" in shown.err

"""The page of parameters is what the code says."""

from __future__ import annotations

from pathlib import Path

from cortexnet.models.spontaneous_activity import Parameters

PAGE = Path(__file__).parents[2] / "docs" / "parameters.md"


def test_the_page_shows_the_parameters_of_the_code() -> None:
    assert PAGE.read_text().endswith(Parameters().to_markdown().rstrip("\n") + "\n")

"""The page of parameters is what the code says."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from cortexnet.models import SYSTEMS

PAGE = Path(__file__).parents[2] / "docs" / "parameters.md"


@pytest.mark.parametrize("name", [system.name for system in SYSTEMS])
def test_the_page_shows_the_parameters_of_the_code(name: str) -> None:
    parameters = import_module(f"cortexnet.models.{name}").Parameters()
    section = PAGE.read_text().split(f"## `{name}`\n")[1].split("\n## ")[0]
    assert section.strip().endswith(parameters.to_markdown().strip())

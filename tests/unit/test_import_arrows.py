"""Imports point one way: command line -> models -> analysis -> core."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("core", "analysis", "models", "cli")
#: All that analysis may use of the core: parameters, formulas of synapses, survival, the cache, and errors.
CORE_FOR_ANALYSIS = {
    "cortexnet.errors",
    "cortexnet.folders",
    "cortexnet.parameter_axis",
    "cortexnet.parameters",
    "cortexnet.survival",
    "cortexnet.synapses",
}


def layer_of(module: str) -> str | None:
    """Return the layer of a module by its absolute name, None for a foreign one."""
    parts = module.split(".")
    if parts[0] != "cortexnet":
        return None
    inner = parts[1] if len(parts) > 1 else ""
    return {"analysis": "analysis", "models": "models", "cli": "cli", "__main__": "cli"}.get(inner, "core")


def imported(source: str) -> Iterator[str]:
    """Yield the absolute name of everything that a source text imports, at the top and inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            # `from package import module` imports the module, `from module import name` a name of it.
            yield from (f"{module}.{alias.name}" for alias in node.names)


def violations(module: str, source: str) -> list[str]:
    """Return what `module` imports although it must not."""
    layer = layer_of(module)
    assert layer is not None
    return [name for name in imported(source) if not _allowed(layer, name)]


def _allowed(layer: str, name: str) -> bool:
    if name.startswith(".") or name.split(".")[0] in ("models", "analysis"):
        return False
    target = layer_of(name)
    if layer == "analysis":
        if name.split(".")[0] in ("brian2", "brian2cuda"):
            return False
        if target == "core":
            return any(name == core or name.startswith(f"{core}.") for core in CORE_FOR_ANALYSIS)
    return target is None or LAYERS.index(target) <= LAYERS.index(layer)


def modules() -> Iterator[tuple[str, Path]]:
    """Yield the name and the file of every module, those of models/ and analysis/ through their links."""
    for folder, _, files in os.walk(ROOT / "cortexnet", followlinks=True):
        for file in sorted(Path(folder, name) for name in files if name.endswith(".py")):
            yield ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), file


@pytest.mark.parametrize(("module", "file"), [pytest.param(*pair, id=pair[0]) for pair in modules()])
def test_imports_point_one_way(module: str, file: Path) -> None:
    assert violations(module, file.read_text()) == []


def test_every_layer_is_looked_at() -> None:
    names = [module for module, _ in modules()]
    assert {layer_of(name) for name in names} >= {"core", "analysis", "models"}
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("module", "source", "bad"),
    [
        ("cortexnet.network", "import cortexnet.models", "cortexnet.models"),
        ("cortexnet.network", "from cortexnet import analysis", "cortexnet.analysis"),
        ("cortexnet.draws.rows", "def f():\n    from cortexnet.cli import main", "cortexnet.cli.main"),
        ("cortexnet.analysis.spikes", "from cortexnet.models import x", "cortexnet.models.x"),
        ("cortexnet.analysis.spikes", "from cortexnet.devices import device", "cortexnet.devices.device"),
        ("cortexnet.analysis.spikes", "import brian2", "brian2"),
        ("cortexnet.models.perceptron", "from cortexnet.cli.run import run", "cortexnet.cli.run.run"),
        ("cortexnet.models.perceptron", "from models.perceptron import x", "models.perceptron.x"),
        ("cortexnet.models.perceptron", "from . import equations", "..equations"),
    ],
)
def test_a_planted_violation_is_found(module: str, source: str, bad: str) -> None:
    assert violations(module, f"import numpy\n{source}\n") == [bad]

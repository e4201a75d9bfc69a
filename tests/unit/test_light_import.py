"""Importing the package and asking for help must not load what takes seconds to load."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest

HEAVY = ("brian2", "seaborn", "matplotlib", "pandas", "scipy", "elephant")


def heavy_modules_after(code: str) -> list[str]:
    """Return which heavy modules a fresh interpreter has loaded after `code`."""
    report = f"\nimport json, sys\nprint(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_importing_the_package_is_light() -> None:
    assert heavy_modules_after("import cortexnet, cortexnet.models, cortexnet.analysis") == []


def test_names_are_listed_without_being_loaded() -> None:
    code = (
        "import cortexnet as cn, cortexnet.models.spontaneous_activity as sa\n"
        "assert set(dir(cn)) == {'Recording', '__version__', 'device'}, dir(cn)\n"
        "assert set(dir(sa)) == {'Parameters', 'build', 'presets'}, dir(sa)"
    )
    assert heavy_modules_after(code) == []


def test_the_measurement_can_fail() -> None:
    assert heavy_modules_after("import cortexnet.models.spontaneous_activity as sa; sa.Parameters")


@pytest.mark.skipif(importlib.util.find_spec("cortexnet.cli") is None, reason="there is no command line")
def test_help_is_light() -> None:
    code = (
        "import sys\n"
        "from cortexnet.cli import main\n"
        "sys.argv = ['cortexnet', '--help']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as leaving:\n"
        "    assert not leaving.code"
    )
    assert not {"brian2", "seaborn", "elephant"} & set(heavy_modules_after(code))


def test_an_unknown_name_is_an_attribute_error() -> None:
    import cortexnet

    with pytest.raises(AttributeError, match="no attribute 'recording_of'"):
        cortexnet.recording_of  # noqa: B018

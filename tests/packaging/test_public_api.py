"""What `import policyengine` offers, and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import policyengine


def test_names_are_sorted() -> None:
    assert policyengine.__all__ == sorted(policyengine.__all__)


def test_names_are_the_doors() -> None:
    assert policyengine.__all__ == sorted(vars(policyengine)["_DOORS"])


@pytest.mark.parametrize("name", policyengine.__all__)
def test_name_can_be_imported(name: str) -> None:
    assert callable(getattr(policyengine, name))


@pytest.mark.parametrize("name", ["nonsense", "_grammar"])
def test_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"'policyengine' has no attribute '{name}'"):
        getattr(policyengine, name)


def test_types_are_shipped() -> None:
    assert files("policyengine").joinpath("py.typed").is_file()


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import sys, policyengine; print(*sorted({'lark', 'networkx', 'pydantic', 'rich', 'typer', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""


def test_the_version_loads_nothing_heavy() -> None:
    script = (
        "import atexit, sys; sys.argv[1:] = ['--version'];"
        "atexit.register(lambda: print(*sorted({'lark', 'networkx', 'pydantic', 'typer'} & set(sys.modules))));"
        "from policyengine.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"policyengine {policyengine.__version__}", ""]


@pytest.mark.parametrize("command", [["compile"], ["fmt"], ["rules"]], ids=" ".join)
def test_a_command_that_sees_no_organization_does_without_networkx(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "p.bpol").write_text("policy p {\n  plan a { regions = [eu-west-1] }\n}\n")
    script = (
        "import atexit, sys; atexit.register(lambda: print('networkx' in sys.modules));"
        "from policyengine.__main__ import main; main()"
    )
    where = {**os.environ, "PYTHONPATH": str(Path(policyengine.__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", script, *command], check=True, capture_output=True, text=True, cwd=tmp_path, env=where
    )
    assert done.stdout.splitlines()[-1] == "False"
